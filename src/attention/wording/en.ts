import type { Seeing } from "../../base/eyes-protocol.ts";
import type { Distance } from "../geometry.ts";
import type { CollisionState, Group, Wording } from "./wording.ts";

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

function direction(from: number, to: number): string {
  return from === to ? `${from} o'clock` : `${from} to ${to} o'clock`;
}

/** "half a metre", "one metre", "one and a half metres", "four metres". */
function metres(value: number): string {
  const halves = value < 3 ? Math.max(1, Math.round(value * 2)) : Math.round(value) * 2;
  const whole = Math.floor(halves / 2);
  if (halves === 1) return "half a metre";
  if (halves % 2 === 1) return `${number(whole)} and a half metres`;
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

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Words that the wearer could take for leave to walk. */
const promises = /clear|safe/i;

/** The guard's reasons come from its sensors' drivers; what is long or odd is not read out. */
function spokenReason(reason: string): string {
  const plain = /^[a-z][a-z' -]{2,39}$/i.test(reason) && reason.split(" ").length <= 4;
  return plain && !promises.test(reason) ? reason : "sensor fault";
}

/** A sensor is called by its name in the configuration. */
function spokenName(name: string): string {
  return /^[a-z]{2,20}$/i.test(name) && !promises.test(name) ? name : "one";
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

export const english: Wording = {
  language: "en",
  group: (group) =>
    sentence(`${things(group)}, ${direction(group.from, group.to)}, ${distance(group.distance)}`),
  something: (away) => sentence(`something, 12 o'clock, ${metres(away)}`),
  nothingRecognised: "Nothing I recognise. Other things may be there.",
  notSeeing: (seeing, collision) => cannotSee[seeing] + stillOn(collision),
  greeting: (collision, eyes) => `Brim on. ${collisionNow(collision)}${eyes ? "" : " Eyes not on yet."}`,
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
  notYet: {
    click: "Learning is not there yet.",
    triple: "Reading is not there yet.",
    hold: "Asking is not there yet.",
    clickHold: "The menu is not there yet.",
  },
  soundAgain: "Sound on again.",
};
