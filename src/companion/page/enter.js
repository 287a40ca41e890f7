// Pairing: the phone asks and the wearer allows it on the hat, or it knows the code that the hat has spoken.

const at = (id) => document.getElementById(id);
const say = (text) => {
  at("note").textContent = text;
};

const refusals = {
  closed: "Pairing is not open. On the hat, open the menu and choose “Pair a phone”.",
  another: "Another phone asks now. Try again in a minute.",
  wrong: "That is not the code. Have it said again: click on the hat.",
  tries: "Too many tries. Open pairing anew on the hat.",
};

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  const content = await answer?.json().catch(() => ({}));
  if (answer?.ok) return content;
  say(refusals[content?.error] ?? content?.error ?? "The hat does not answer.");
  return null;
}

const applicant = () => ({
  name: at("name").value.trim(),
  role: document.querySelector("input[name=role]:checked").value,
});

function enter() {
  say("Paired.");
  location.replace("/");
}

let asked = 0;

at("ask").addEventListener("click", async () => {
  const mine = ++asked;
  const question = await post("/pairing/ask", applicant());
  if (question === null) return;
  say(`The word is: ${question.word}. If the hat says the same, press its button twice.`);
  while (mine === asked) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await post("/pairing/answer", { id: question.id });
    if (answer === null) return;
    if (answer.paired) return enter();
    if (answer.answer === "over") return say("It was not allowed. Ask again.");
  }
});

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  asked++;
  const code = at("code").value.replace(/\D/g, "");
  if (code.length !== 6) return say("The code has six digits.");
  if (await post("/pairing/code", { ...applicant(), code })) enter();
});

// The code of the link and of the QR; it does not stay in the address bar.
at("code").value = /^#code=(\d{6})$/.exec(location.hash)?.[1] ?? "";
history.replaceState(null, "", "/");
