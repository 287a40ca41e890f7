import type { Seeing } from "../../base/eyes-protocol.ts";
import type { Right } from "../../base/settings.ts";
import type { Distance } from "../geometry.ts";
import { isPlainName, phoneName, roundedMetres, roundedTime, sentence } from "./common.ts";
import type { BatteryState, CollisionState, Group, Kind, KnownPeople, Wording } from "./wording.ts";

const numbers = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** Words up to twelve, digits from there on. */
function number(n: number): string {
  return numbers[n] ?? String(n);
}

/** Labels that are said by another name. */
const names: Record<string, string> = {
  tv: "TV",
  "hair drier": "hair dryer",
  "dining table": "table",
  remote: "remote control",
  mouse: "computer mouse",
  skis: "pair of skis",
  scissors: "pair of scissors",
};

const irregular: Record<string, string> = {
  person: "people",
  "computer mouse": "computer mice",
  knife: "knives",
  sheep: "sheep",
  "pair of skis": "pairs of skis",
  "pair of scissors": "pairs of scissors",
  broccoli: "heads of broccoli",
};

function singular(label: string): string {
  return names[label] ?? label;
}

function plural(label: string): string {
  const name = singular(label);
  const known = irregular[name];
  if (known !== undefined) return known;
  return /(s|sh|ch|x|z)$/.test(name) ? `${name}es` : `${name}s`;
}

/** "person", "another person", "three people", "two more chairs". */
function things({ label, count, more }: Group): string {
  if (count === 1) return more ? `another ${singular(label)}` : singular(label);
  return `${number(count)} ${more ? "more " : ""}${plural(label)}`;
}

/** "one two three, four five six" */
function inThrees(digits: string): string {
  const spoken = (part: string) => [...part].map((digit) => number(Number(digit))).join(" ");
  return `${spoken(digits.slice(0, 3))}, ${spoken(digits.slice(3))}`;
}

function direction(from: number, to: number): string {
  return from === to ? `${from} o'clock` : `${from} to ${to} o'clock`;
}

/** "half a metre", "one metre", "one and a half metres", "four metres". */
function metres(value: number): string {
  const { whole, half } = roundedMetres(value);
  if (whole === 0) return "half a metre";
  if (half) return `${number(whole)} and a half metres`;
  return whole === 1 ? "one metre" : `${number(whole)} metres`;
}

function distance(where: Distance): string {
  switch (where.kind) {
    case "armsLength":
      return "arm's length";
    case "near":
      return "near";
    case "steps":
      return "a few steps";
    case "far":
      return "far";
    case "metres":
      return metres(where.metres);
  }
}

/** Words that the wearer could take for leave to walk. */
const promises = /clear|safe/i;

/** The guard's reasons come from its sensors' drivers; what is long or odd is not read out. */
function spokenReason(reason: string): string {
  const plain = /^[a-z][a-z' -]{2,39}$/i.test(reason) && reason.split(" ").length <= 4;
  return plain && !promises.test(reason) ? reason : "sensor fault";
}

function phone(name: string): string {
  return phoneName(name, promises, "another phone");
}

function spokenName(name: string): string {
  return isPlainName(name, promises) ? name : "one";
}

/** What is said of collision warning when something else is out of order; only while it is so. */
function stillOn(collision: CollisionState): string {
  return collision.kind === "on" ? " Collision warning still on." : "";
}

const cannotSee: Record<Exclude<Seeing, "good"> | "off", string> = {
  dark: "Too dark to see.",
  blurred: "Picture blurred.",
  covered: "Camera covered.",
  none: "No picture from the camera.",
  off: "Eyes off.",
};

function collisionNow(collision: CollisionState): string {
  switch (collision.kind) {
    case "on":
      return "Collision warning on.";
    case "starting":
      return "Collision warning still starting.";
    case "off":
      return "Collision warning off.";
    case "paused":
      return "Beeps paused.";
    case "blind":
      return `Collision warning blind: ${spokenReason(collision.reason)}.`;
  }
}

/** "four pm", "ten oh five am", "twelve 30 pm". */
function clockTime(hours: number, minutes: number): string {
  const past = minutes === 0 ? "" : minutes < 10 ? ` oh ${number(minutes)}` : ` ${number(minutes)}`;
  return `${number(hours % 12 || 12)}${past} ${hours < 12 ? "am" : "pm"}`;
}

/** "Battery 10 percent, 20 minutes." */
function batteryText({ percent, minutesLeft, charging }: BatteryState): string {
  const level = `Battery ${Math.round(percent)} percent`;
  if (charging === true) return `${level}, charging.`;
  if (minutesLeft === null) return `${level}.`;
  const { hours, minutes } = roundedTime(minutesLeft);
  if (hours > 0) return `${level}, ${number(hours)} ${hours === 1 ? "hour" : "hours"}.`;
  return `${level}, ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
}

const kindNames: Record<Kind, string> = { person: "new person", thing: "new thing" };

/** "keys" become "your keys"; who says "the blue cup" has said it. */
function thingName(name: string): string {
  return /^(my|your|our|the|a|an)\s|['\u2019]s\s/i.test(name)
    ? name.replace(/^my\s/i, "your ")
    : `your ${name}`;
}

function perhaps(name: string, sure: boolean): string {
  return sure ? name : `perhaps ${name}`;
}

/** "Three people. Ana left, perhaps Ben right, one unknown." */
function knownPeople({ count, known }: KnownPeople): string {
  const parts = known.map(({ name, sure, side }) => `${perhaps(name, sure)} ${side}`);
  const unknown = count - known.length;
  if (unknown > 0) parts.push(`${number(unknown)} unknown`);
  return `${sentence(`${number(count)} people`)} ${sentence(parts.join(", "))}`;
}

/** What helps to get a good look. */
const helps = {
  dark: () => "Not learned: too dark. More light.",
  backlit: (them: string) => `Not learned: light behind ${them}. Put the window behind you.`,
  blurred: (them: string) =>
    them === "them" ? "Not learned: blurred. Hold your head still." : "Not learned: blurred. Hold it still.",
  far: (them: string) =>
    them === "them"
      ? "Not learned: too far. Let them come nearer."
      : "Not learned: too far. Half an arm out.",
  near: (them: string) =>
    them === "them"
      ? "Not learned: too near. One step more between you."
      : "Not learned: too near. Half an arm out.",
  offCentre: (them: string) =>
    them === "them"
      ? "Not learned: at the edge. Point your nose at them."
      : "Not learned: at the edge. Hold it in front of your nose.",
  turned: () => "Not learned: face turned away. Click when they face you.",
  covered: () => "Not learned: camera covered.",
  nothing: () => "Not learned: nothing found. Hold it in front of your nose.",
  off: () => "Not learned: eyes off.",
};

const textCut = {
  left: "Text cut off, left. Turn head left.",
  right: "Text cut off, right. Turn head right.",
  top: "Text cut off, top. Raise your head.",
  bottom: "Text cut off, bottom. Lower your head.",
};

function groupOf(group: Group, motion = ""): string {
  return sentence(
    `${things(group)}${motion}, ${direction(group.from, group.to)}, ${distance(group.distance)}`,
  );
}

const helperRights: Record<Right, string> = {
  speech: "change speech",
  pause: "pause beeps",
  export: "export",
  delete_all: "delete all",
};

export const english: Wording = {
  language: "en",
  group: (group) => groupOf(group),
  coming: (group) => groupOf(group, " coming"),
  going: (group) => groupOf(group, " going away"),
  something: (away) => sentence(`something, 12 o'clock, ${metres(away)}`),
  nothingRecognised: "Nothing I recognise. Other things may be there.",
  notSeeing: (seeing, collision) => cannotSee[seeing] + stillOn(collision),
  greeting: (collision, eyes, percent) => {
    // What is missing comes before how long the rest will last.
    const battery = percent === null ? "" : ` Battery ${Math.round(percent)} percent.`;
    return `Brim on. ${collisionNow(collision)}${eyes ? battery : " Eyes not on yet."}`;
  },
  collision: {
    off: "Collision warning off. Restarting.",
    on: "Collision warning on.",
    blind: (reason) => `Collision warning blind: ${spokenReason(reason)}.`,
    sensorBlind: (name, reason) => sentence(`${spokenName(name)} sensor blind: ${spokenReason(reason)}`),
    sensorAgain: (name) => sentence(`${spokenName(name)} sensor on again`),
    onAgain: "Collision warning on again.",
    shortReach: (away) => `Bright sun. Collision warning reaches ${metres(away)}.`,
    fullReach: "Collision warning reaches far again.",
    paused: (minutes) => sentence(`beeps paused, ${number(minutes)} ${minutes === 1 ? "minute" : "minutes"}`),
    pauseOver: "Beeps on again.",
  },
  eyes: { off: "Eyes off. Restarting.", onAgain: "Eyes on again.", seeingAgain: "Seeing again." },
  status: ({ collision, seeing, battery, hours, minutes }) => {
    const eyes = seeing === "good" ? "Eyes on." : cannotSee[seeing];
    return `${collisionNow(collision)} ${eyes} Time: ${clockTime(hours, minutes)}. ${battery === null ? "Battery unknown." : batteryText(battery)}`;
  },
  power: {
    battery: (battery) => batteryText(battery),
    empty: "Battery empty. Brim switches off. Collision warning off.",
    notOff: "Not switched off: Brim still on. Unplug the battery instead.",
    underVoltage: "Power too weak. Check the battery and its cable.",
    hot: "Hat too hot. Shade and fresh air.",
    throttled: "Hat slowed by heat. Switch it off for a while.",
    diskFull: "Disk nearly full. A helper must make room.",
  },
  reading: {
    nothing: "No text.",
    cut: (side) => textCut[side],
    far: "Text too far. Go nearer.",
    failed: "Reading failed. Try again.",
    more: "Triple click: more.",
  },
  name: ({ kind, name, number: n }) => {
    if (name === null) return `${kindNames[kind]} ${number(n)}`;
    return kind === "thing" ? thingName(name) : name;
  },
  known: ({ name, sure, hour, distance: where }) =>
    sentence(`${perhaps(name, sure)}, ${direction(hour, hour)}, ${distance(where)}`),
  knownPeople,
  forgetting: (name, others) => {
    const more = others === 0 ? "" : others === 1 ? " and one other" : ` and ${number(others)} others`;
    return `${sentence(`${name}${more} will be forgotten tomorrow`)} Name them on the phone.`;
  },
  forgotten: (count) => sentence(`${number(count)} without a name forgotten`),
  enrol: {
    kind: { face: "Face. Hold still.", thing: "Thing. Hold still." },
    twoFaces: "Two faces. Face one, click again.",
    views: (count, name) => {
      const views = sentence(`${number(count)} good ${count === 1 ? "view" : "views"}`);
      return name ? `${views} Name after the tone.` : views;
    },
    nameNow: "Name now.",
    nameAgain: "Noise. Name again after the tone.",
    saved: (name) => `Saved, ${name}. Click to undo.`,
    known: (name, added) => {
      const known = `Known: ${name}.`;
      return added === 0
        ? known
        : `${known} ${sentence(`${number(added)} ${added === 1 ? "view" : "views"} added`)}`;
    },
    unnamed: (name) => `Known: ${name}. Name after the tone.`,
    notLearned: (verdict, kind) => helps[verdict](kind === "face" ? "them" : "it"),
    notSaved: (full) => (full ? "Not saved: memory full." : "Not saved: memory cannot be written."),
    undone: "Undone. Nothing kept.",
    viewsUndone: "Undone. Those views are not kept.",
    notUndone: "Not undone: memory cannot be written.",
  },
  find: {
    nothingToFind: "Nothing to find: no thing learned yet.",
    begin: (name) => `Finding ${name}. Turn slowly. Faster ticks: more ahead.`,
    seen: (name, hour) => sentence(`${name}, ${direction(hour, hour)}`),
    found: (name, hour) => `Found: ${name}, ${direction(hour, hour)}, arm's length.`,
    over: (name) => `Not found: ${name}.`,
    overSeen: (name, hour) => `${sentence(`${name}, last at ${direction(hour, hour)}`)} Finding is over.`,
    stopped: "Finding stopped.",
    notSeeing: (seeing) => `${cannotSee[seeing]} Finding has to wait.`,
  },
  gesture: {
    hush: "Click while Brim speaks: hushes, nothing else.",
    click: "Click: learns the person or thing ahead.",
    double: "Double click: says what is around you.",
    triple: "Triple click: reads the text ahead. Again: goes on.",
    hold: "Hold: asks your question until you let go.",
    clickHold: "Click, then hold: the menu.",
  },
  menu: {
    open: (hint) => (hint ? "Menu. Click: next. Hold: choose." : "Menu."),
    entry: {
      repeat: "Repeat.",
      status: "Status and battery.",
      find: "Find a thing.",
      readBack: "Back in the text.",
      pause: (minutes) => `Pause beeps for ${number(minutes)} ${minutes === 1 ? "minute" : "minutes"}.`,
      resume: "Bring the beeps back.",
      louder: "Louder.",
      softer: "Softer.",
      faster: "Faster.",
      slower: "Slower.",
      verbosity: (now) => `How much is said: ${now}.`,
      forgetLast: "Forget last.",
      practice: "Practice.",
      tutorial: "Introduction.",
      pair: "Pair a phone.",
      off: "Switch off.",
    },
    cannot: {
      repeat: "Repeat: nothing said yet.",
      find: "Find: no thing learned yet.",
      readBack: "Back in the text: nothing read yet.",
      pause: "Pause beeps: collision warning is not on.",
      forgetLast: "Forget last: nothing learned yet.",
    },
    which: (name) => sentence(name),
    back: "Back.",
    changed: { louder: "Louder.", softer: "Softer.", faster: "Faster.", slower: "Slower." },
    mostOf: { louder: "Loudest.", softer: "Softest.", faster: "Fastest.", slower: "Slowest." },
    verbosity: { quiet: "Quiet.", normal: "Normal.", chatty: "Chatty." },
    sureToForget: (name) => `Forget ${name}? Hold again to forget.`,
    forgotten: (name) => `Forgotten: ${name}.`,
    notForgotten: "Not forgotten: memory cannot be written.",
    sureToSwitchOff: "Hold again to switch off.",
    off: "Brim off. Collision warning off.",
    closed: "Menu closed.",
    notKept: "Settings cannot be written. They last until switched off.",
  },
  pairing: {
    code: (digits) => `Code: ${inThrees(digits)}. Again: ${inThrees(digits)}. Click: repeat. Hold: leave.`,
    asked: (word, role) =>
      `${sentence(word)} ${role === "wearer" ? "Your" : "A helper's"} phone asks. Same word? Double click allows.`,
    paired: (role) => (role === "wearer" ? "Your phone is paired." : "A helper's phone is paired."),
    over: { time: "Pairing over.", tries: "Too many wrong codes. Pairing over." },
    left: "Pairing left.",
    gone: "Not paired. That phone asks no more.",
    words:
      "apple river window garden pencil mountain button silver candle orange tiger blanket hammer island pepper violin".split(
        " ",
      ),
  },
  phone: {
    asksForPicture: (name) => `${sentence(phone(name))} Asks for a picture. Click: yes. Hold: no.`,
    picture: (name) => `Picture goes to ${phone(name)}.`,
    noPicture: { refused: "No picture sent.", time: "No answer. No picture sent." },
    camera: (name) => `Camera of ${phone(name)} on.`,
    cameraOver: "Camera of the hat on again.",
    named: (who) => `Named on a phone: ${who}.`,
    learned: (who) => `Learned on a phone: ${who}.`,
    forgotten: (who) => `Forgotten on a phone: ${who}.`,
    merged: (who) => `Made one on a phone: ${who}.`,
    forgottenAll: "All people and things were forgotten on a phone.",
    imported: (count) => `Brought in on a phone: ${number(count)}.`,
    exported: "What is remembered goes to a phone, encrypted.",
    deletedAll: "Everything was deleted on a phone. No phone is paired now.",
    rate: (words) => `${number(words)} words a minute.`,
    volume: "This is how loud Brim speaks.",
    verbosity: {
      quiet: "How much is said: quiet.",
      normal: "How much is said: normal.",
      chatty: "How much is said: chatty.",
    },
    pictures: {
      ask: "Pictures to phones: only after you allow each.",
      announce: "Pictures to phones: told, not asked.",
      never: "Pictures to phones: never.",
    },
    helper: (may) =>
      may.length === 0
        ? "Helpers may do nothing more."
        : `Helpers may: ${may.map((right) => helperRights[right]).join(", ")}.`,
    otherSetting: "A setting was changed on a phone.",
    restart: "A setting was changed. It holds after a restart.",
  },
  practice: {
    begin: "Practice. Press as you like. Click, then hold: leave.",
    over: "Practice over.",
  },
  tutorial: {
    offer: "First time? Click for the introduction. Hold to leave it.",
    first: [
      "Click: next. Hold: leave.",
      "Beeps warn of a collision. Faster beeps: nearer.",
      "Each press ticks. No tick: collision warning is off.",
    ],
    limits: [
      "Keep your cane or dog. Brim never replaces them.",
      "Brim never finds steps, kerbs, holes or glass.",
      "It never finds anything low or beside the beam.",
      "It never finds fast vehicles.",
      "Crossing: Brim can't judge. Use your ears and cane.",
      "Brim cannot call for help.",
    ],
    button: "Now the button.",
    last: "That is all. The menu has practice and this introduction.",
    left: "Introduction left. The menu has it.",
  },
  memory: {
    damaged: "Memory was damaged and kept aside. It starts empty.",
    off: "Memory cannot be opened. Nobody will be recognised.",
    onAgain: "Memory on again.",
    learnAgain: (count) => sentence(`${number(count)} must be learned again: the model is new`),
  },
  soundAgain: "Sound on again.",
};
