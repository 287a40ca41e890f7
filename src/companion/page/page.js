// The companion page. Plain and without a build step: it shows the latest state that the hat sends, and sends what
// a person does. Only #status and #alarm are live regions; beeps and frames never go there.

const at = (id) => document.getElementById(id);

/** Changes a text only where it differs, so that a screen reader keeps its place and live regions speak once. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes the list have these lines, keeping the items that are there. */
function setList(list, lines, fill = setText) {
  while (list.children.length > lines.length) list.lastElementChild.remove();
  lines.forEach((line, index) => {
    let item = list.children[index];
    if (item === undefined) {
      item = document.createElement("li");
      list.append(item);
    }
    fill(item, line);
  });
}

const state = {
  simulated: false,
  guard: null,
  buzzer: false,
  seen: null,
  processes: null,
  troubles: [],
  said: [],
};

const levelNames = {
  quiet: "Quiet",
  caution: "Caution",
  warning: "Warning",
  danger: "Danger",
  blind: "Blind: cannot warn",
  paused: "Beeps paused",
};

const seeingNames = {
  good: "The eyes see.",
  dark: "Too dark to see.",
  blurred: "Picture blurred.",
  covered: "Camera covered.",
  none: "No picture from the camera.",
};

const metres = (value) => (value === null ? "no echo: unknown" : `${value.toFixed(1)} metres`);

function warningLost() {
  if (!connected) return "";
  if (state.processes?.guard.state === "off") return "Collision warning off.";
  return state.guard?.level === "blind" ? "Collision warning blind." : "";
}

/** What changes seldom and matters: the connection, and whether collision warning is on. */
function statusText() {
  if (!connected) return sessionOver ? "Not connected: open the link that Brim printed." : "Not connected.";
  if (warningLost() !== "") return "Connected.";
  if (state.guard === null) return "Connected. Collision warning starting.";
  return `Connected. ${state.guard.level === "paused" ? "Beeps paused." : "Collision warning on."}`;
}

function showGuard() {
  const { guard } = state;
  setText(at("level"), guard === null ? "Not known" : levelNames[guard.level]);
  setText(at("distance"), guard === null ? "not known" : metres(guard.metres));
  setText(at("beeps"), guard?.beepsPerSecond ? `${guard.beepsPerSecond.toFixed(1)} a second` : "none");
  const sensors = (guard?.sensors ?? []).map(
    ({ name, state: how, reason }) => `Sensor ${name}: ${how}${reason ? `, ${reason}` : ""}`,
  );
  if (guard?.reach != null) sensors.push(`Reaches ${metres(guard.reach)} in this light`);
  setList(at("sensors"), sensors);
  const paused = guard?.pausedFor != null;
  setText(at("pause"), paused ? "Beeps on again" : "Pause beeps for 10 minutes");
}

function showSeen() {
  const { seen } = state;
  const things = seen?.things ?? [];
  const nothing = seen?.seeing === "good" && things.length === 0;
  const seeing = seen === null ? "The eyes are not on." : seeingNames[seen.seeing];
  setText(at("seeing"), nothing ? "Nothing recognised. Other things may be there." : seeing);
  setList(
    at("seen"),
    things.map(({ text }) => text),
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function showSaid() {
  at("nothing-said").hidden = state.said.length > 0;
  setList(at("said"), state.said.toReversed(), (item, { text, time }) => {
    const stamp = item.firstElementChild ?? item.appendChild(document.createElement("time"));
    const words = item.children[1] ?? item.appendChild(document.createElement("span"));
    const when = new Date(time);
    stamp.dateTime = when.toISOString();
    setText(stamp, clock.format(when));
    setText(words, text);
  });
}

function showHealth() {
  for (const [name, { state: how, note }] of Object.entries(state.processes ?? {})) {
    setText(at(`process-${name}`), note ? `${how}: ${note}` : how);
  }
  setList(at("troubles"), state.troubles);
}

const show = {
  simulated: () => {
    at("hat").hidden = !state.simulated;
  },
  guard: showGuard,
  buzzer: () => at("buzzer").classList.toggle("on", state.buzzer),
  seen: showSeen,
  said: showSaid,
  processes: showHealth,
  troubles: showHealth,
};

function showLive() {
  setText(at("alarm"), warningLost());
  setText(at("status"), statusText());
}

// The connection.

let socket = null;
let connected = false;
let sessionOver = false;
let pause = 1000;

function connect() {
  socket = new WebSocket(`ws://${location.host}/socket`);
  socket.onopen = () => {
    connected = true;
    pause = 1000;
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "error") return console.warn(message.message);
    Object.assign(state, message.state);
    for (const key of Object.keys(message.state)) show[key]?.();
    showLive();
  };
  socket.onclose = async () => {
    connected = false;
    showLive();
    const answer = await fetch("/page.js", { method: "HEAD" }).catch(() => null);
    sessionOver = answer?.status === 401;
    showLive();
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 10_000);
  };
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

// What a person asks.

for (const type of ["around", "repeat", "hush"]) {
  at(type).addEventListener("click", () => send({ type }));
}
at("pause").addEventListener("click", () => {
  send({ type: "pause", minutes: state.guard?.pausedFor != null ? 0 : 10 });
});

// The virtual hat.

const slider = at("metres");

function sendRange() {
  const kind = document.querySelector("input[name=range]:checked").value;
  const ranges = {
    walk: "walk",
    metres: { metres: Number(slider.value) },
    noEcho: { noEcho: true },
    fault: { fault: "sensor fault" },
  };
  send({ type: "simulate", range: ranges[kind] });
}

for (const choice of document.querySelectorAll("input[name=range]")) {
  choice.addEventListener("change", sendRange);
}
slider.addEventListener("input", () => {
  const text = Number(slider.value).toFixed(1);
  setText(at("metres-text"), text);
  slider.setAttribute("aria-valuetext", `${text} metres`);
  document.querySelector("input[name=range][value=metres]").checked = true;
  sendRange();
});

const button = at("button");
let pressed = false;
/** Set while a finger or a key made the click that follows, so that it is not counted twice. */
let handled = false;

function press(down) {
  if (pressed === down) return;
  pressed = down;
  button.classList.toggle("pressed", down);
  send({ type: "simulate", button: down ? "press" : "release" });
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function clicks(count, ms = 80) {
  for (let n = 0; n < count; n++) {
    press(true);
    await wait(ms);
    press(false);
    await wait(100);
  }
}

button.addEventListener("pointerdown", (event) => {
  button.setPointerCapture(event.pointerId);
  handled = true;
  press(true);
});
for (const type of ["pointerup", "pointercancel", "blur"]) button.addEventListener(type, () => press(false));
button.addEventListener("contextmenu", (event) => event.preventDefault());
button.addEventListener("keydown", (event) => {
  if (event.key !== " " && event.key !== "Enter") return;
  event.preventDefault();
  if (!event.repeat) press(true);
});
button.addEventListener("keyup", (event) => {
  if (event.key !== " " && event.key !== "Enter") return;
  event.preventDefault();
  press(false);
});
// Screen readers and voice control click without a finger or a key.
button.addEventListener("click", () => {
  if (!handled) void clicks(1);
  handled = false;
});
for (const other of document.querySelectorAll("[data-clicks]")) {
  other.addEventListener("click", () => clicks(Number(other.dataset.clicks)));
}
at("hold").addEventListener("click", () => clicks(1, 1000));

// The picture.

async function showPicture() {
  setText(at("picture-note"), "Fetching the picture.");
  const answer = await fetch("/picture").catch(() => null);
  if (!answer?.ok) {
    const why = answer?.status === 403 ? "No picture leaves this hat." : "There is no picture now.";
    setText(at("picture-note"), why);
    return;
  }
  const image = await createImageBitmap(await answer.blob());
  const { things = [], width = image.width, height = image.height } = state.seen ?? {};
  const canvas = at("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const size = Math.max(14, image.width / 40);
  pen.font = `bold ${size}px system-ui, sans-serif`;
  pen.lineWidth = Math.max(2, image.width / 250);
  pen.textBaseline = "top";
  things.forEach(({ box, label }, index) => {
    const [x, y, w, h] = [0, 1, 2, 3].map(
      (n) => (box[n] * (n % 2 === 0 ? image.width : image.height)) / (n % 2 === 0 ? width : height),
    );
    const name = `${index + 1} ${label}`;
    pen.strokeStyle = "#ffd400";
    pen.strokeRect(x, y, w, h);
    pen.fillStyle = "#000000";
    pen.fillRect(x, y, pen.measureText(name).width + 8, size + 6);
    pen.fillStyle = "#ffd400";
    pen.fillText(name, x + 4, y + 3);
  });
  setList(
    at("boxes"),
    things.map(({ text }) => text),
  );
  const what = things.length === 0 ? "nothing recognised" : things.map(({ text }) => text).join(" ");
  canvas.setAttribute("aria-label", `Picture from the hat: ${what}`);
  at("figure").hidden = false;
  setText(at("picture-note"), "Picture shown.");
  setText(at("show"), "Show a new picture");
}

at("show").addEventListener("click", showPicture);

// The token has done its work; it should not stay in the address bar or the history.
history.replaceState(null, "", "/");
connect();

/** Each sound of the headset as a button that plays it here, on the phone. */
async function listSounds() {
  const response = await fetch("/sounds");
  if (!response.ok) return;
  const player = new Audio();
  setList(at("sounds"), await response.json(), (item, { name, like, meaning }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Play: ${meaning} (${like})`;
    button.addEventListener("click", () => {
      player.src = `/sounds/${name}.wav`;
      player.play().then(
        () => setText(at("sounds-note"), ""),
        () => setText(at("sounds-note"), "This browser cannot play the sound."),
      );
    });
    item.replaceChildren(button);
  });
}

listSounds().catch(() => {});
