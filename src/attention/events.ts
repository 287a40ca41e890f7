import { type Verbosity, verbosities } from "../base/settings.ts";
import type { Priority, QueueAction, Utterance } from "../voice/utterance.ts";
import type { Placement } from "./geometry.ts";
import type { Weight } from "./labels.ts";
import type { Motion } from "./motion.ts";
import type { Words } from "./wording/names.ts";
import type { BatteryState, Group, Kind, KnownPeople, KnownSubject, Wording } from "./wording/wording.ts";

/** Something that happens, and what is said of it. All that is said by itself has a row in the tables of this file. */
export interface SpeechEvent<Args extends readonly unknown[] = readonly unknown[]> {
  /** When it is heard, for wearers. */
  when: string;
  say(wording: Wording, ...args: Args): string;
  /** Arguments of `say` that give the sentence by which wearers are told of it. */
  example: Args;
  priority: Priority;
  action: QueueAction;
  /** Milliseconds after which it is no longer worth beginning. */
  ttl: number;
  /** What waits to be said is replaced by what comes with the same key. */
  key: string;
  /** It must have been so for this long, in ms. */
  settle: number;
  /** When it is said again, for wearers. */
  again: string;
  /** How much must be said unasked for it to be said at all. */
  verbosity: readonly Verbosity[];
}

/** How long somebody or something must be unseen before they are news again: a head turn is not leaving. */
export const forgetMs: Record<Kind, number> = { person: 60_000, thing: 30_000 };

/** "Off" and "blind" are told again this often until they end. */
export const repeatMs = 30_000;

/** Infers the arguments of a row. */
function event<Args extends readonly unknown[]>(row: SpeechEvent<Args>): SpeechEvent<Args> {
  return row;
}

const once = "no";
const everyHalfMinute = `every ${repeatMs / 1_000} s until it ends`;
/** Safety sentences are worth saying for as long as they are true; this only bounds a queue that stands still. */
const safety = {
  priority: "safety",
  action: "enqueue",
  ttl: 20_000,
  settle: 0,
  again: once,
  verbosity: verbosities,
} as const;
/** Whatever is said of collision warning replaces what was to be said of it before. */
const collision = { ...safety, key: "collision" } as const;

/** What is told of collision warning itself. */
export const safetyEvents = {
  greeting: event({
    ...collision,
    when: "the hat has started; what is missing is named",
    say: (wording, ...[state, eyes, battery]: Parameters<Wording["greeting"]>) =>
      wording.greeting(state, eyes, battery),
    example: [{ kind: "on" }, true, 80],
    ttl: 10_000,
  }),
  off: event({
    ...collision,
    when: "collision warning has failed and is brought back",
    say: ({ collision: words }) => words.off,
    example: [],
    action: "interrupt",
    again: everyHalfMinute,
  }),
  blind: event({
    ...collision,
    when: "its sensor is covered, stuck or silent",
    say: ({ collision: words }, reason: string) => words.blind(reason),
    example: ["sensor covered"],
    action: "interrupt",
    again: `${everyHalfMinute} or you press`,
  }),
  onAgain: event({
    ...collision,
    when: "it warns again",
    say: ({ collision: words }) => words.onAgain,
    example: [],
    action: "clear",
  }),
  on: event({
    ...collision,
    when: "it was still starting when the hat spoke first",
    say: ({ collision: words }) => words.on,
    example: [],
  }),
  paused: event({
    ...collision,
    when: "you have paused the beeps",
    say: ({ collision: words }, minutes: number) => words.paused(minutes),
    example: [10],
  }),
  pauseOver: event({
    ...collision,
    when: "the pause is over",
    say: ({ collision: words }) => words.pauseOver,
    example: [],
  }),
  sensorBlind: event({
    ...safety,
    when: "one of several sensors is covered, stuck or silent",
    say: ({ collision: words }, name: string, reason: string) => words.sensorBlind(name, reason),
    example: ["left", "no readings"],
    key: "sensor",
  }),
  sensorAgain: event({
    ...safety,
    when: "that sensor measures again",
    say: ({ collision: words }, name: string) => words.sensorAgain(name),
    example: ["left"],
    key: "sensor",
  }),
  shortReach: event({
    ...safety,
    when: "in bright sun the sensor reaches less than 1.5 m",
    say: ({ collision: words }, metres: number) => words.shortReach(metres),
    example: [1],
    key: "reach",
  }),
  fullReach: event({
    ...safety,
    when: "it reaches far again",
    say: ({ collision: words }) => words.fullReach,
    example: [],
    key: "reach",
  }),
  soundAgain: event({
    ...safety,
    when: "the headset was lost and is back",
    say: ({ soundAgain }) => soundAgain,
    example: [],
    ttl: 10_000,
    key: "sound",
  }),
} as const satisfies Record<string, SpeechEvent>;

const power = {
  ...safety,
  priority: "answer",
  ttl: 60_000,
  again: "when it has been otherwise for ten minutes",
} as const;

/** What is told of battery and computer. */
export const powerEvents = {
  battery: event({
    ...power,
    when: "the battery has 25, 10 or 5 percent left",
    say: ({ power: words }, battery: BatteryState) => words.battery(battery),
    example: [{ percent: 10, minutesLeft: 20, charging: false }],
    key: "battery",
    again: once,
  }),
  empty: event({
    ...power,
    when: "it has 2 percent left: the hat then switches itself off",
    say: ({ power: words }) => words.empty,
    example: [],
    priority: "safety",
    action: "interrupt",
    key: "battery",
    again: once,
  }),
  notOff: event({
    ...power,
    when: "the hat was to be switched off, and is still on",
    say: ({ power: words }) => words.notOff,
    example: [],
    priority: "safety",
    action: "interrupt",
    key: "battery",
    again: "each time that it is to be",
  }),
  underVoltage: event({
    ...power,
    when: "the supply is too weak for the computer",
    say: ({ power: words }) => words.underVoltage,
    example: [],
    key: "underVoltage",
  }),
  hot: event({
    ...power,
    when: "the computer is hotter than 80 degrees",
    say: ({ power: words }) => words.hot,
    example: [],
    key: "hot",
  }),
  throttled: event({
    ...power,
    when: "it is so hot that it works more slowly",
    say: ({ power: words }) => words.throttled,
    example: [],
    key: "throttled",
  }),
  diskFull: event({
    ...power,
    when: "less than 200 MB of its disk are free",
    say: ({ power: words }) => words.diskFull,
    example: [],
    key: "diskFull",
  }),
} as const satisfies Record<string, SpeechEvent>;

const unasked = { action: "enqueue", ttl: 1_500, verbosity: verbosities } as const;
const eyes = { ...unasked, priority: "recognised", key: "eyes", again: once } as const;

/** What is told of the eyes. */
export const eyesEvents = {
  lost: event({
    ...eyes,
    when: "camera or recognition has failed and is brought back",
    say: ({ eyes: words }) => words.off,
    example: [],
    priority: "answer",
    ttl: 10_000,
    settle: 0,
  }),
  silent: event({
    ...eyes,
    when: "no picture has come for 8 s",
    say: ({ eyes: words }) => words.off,
    example: [],
    settle: 3_000,
  }),
  // A dark corner is told only when one stays in it.
  notSeeing: event({
    ...eyes,
    when: "it is too dark, the picture is blurred, or the camera is covered, for 3 s",
    say: (wording, ...[seeing, state]: Parameters<Wording["notSeeing"]>) => wording.notSeeing(seeing, state),
    example: ["dark", { kind: "on" }],
    settle: 3_000,
  }),
  seeingAgain: event({
    ...eyes,
    when: "it sees well again, for 3 s",
    say: ({ eyes: words }) => words.seeingAgain,
    example: [],
    settle: 3_000,
  }),
  onAgain: event({
    ...eyes,
    when: "they are back",
    say: ({ eyes: words }) => words.onAgain,
    example: [],
    settle: 0,
  }),
} as const satisfies Record<string, SpeechEvent>;

/** Metres within which something holds, straight ahead (12 o'clock) and aside. */
export interface Reach {
  ahead: number;
  aside: number;
}
const everywhere: Reach = { ahead: Number.POSITIVE_INFINITY, aside: Number.POSITIVE_INFINITY };
const nowhere: Reach = { ahead: 0, aside: 0 };
/** What is so near straight ahead is in the way. */
export const inTheWay: Reach = { ahead: 5, aside: 0 };

/** What is told of whom and what the eyes see. */
export interface FactEvent<Args extends readonly unknown[] = readonly unknown[]> extends SpeechEvent<Args> {
  /** Where it comes before the rest, waits for no pause, and may use all of a minute's sentences. */
  first: Reach;
  /** It must then be begun within this time, in ms, if need be by cutting off the end of a sentence. */
  within: number;
  /** It is said only while less than this share of a minute's sentences is used up. */
  share: number;
}

/** What is told of groups of like people or things that nobody knows by name. */
export interface GroupEvent extends FactEvent<[Group]> {
  weights: readonly Weight[];
  /** Only of those who come nearer, or go away, by themselves. */
  motion: Motion | null;
  /** Where it is told at all. */
  reach: Readonly<Record<Verbosity, Reach>>;
}

const until = (kind: Kind) => `after ${forgetMs[kind] / 1_000} s out of sight`;

function named<Args extends readonly unknown[]>(
  row: Pick<FactEvent<Args>, "when" | "say" | "example" | "again">,
): FactEvent<Args> {
  return {
    ...unasked,
    ...row,
    priority: "recognised",
    key: "fact",
    settle: 0,
    first: everywhere,
    within: 3_000,
    share: 1,
  };
}

/** What is told of those who were recognised. */
export const namedEvents = {
  known: named({
    when: "somebody or something you have taught is recognised; a doubt is said first",
    say: (wording, subject: KnownSubject) => wording.known(subject),
    example: [{ kind: "person", name: "Ana", sure: true, hour: 1, distance: { kind: "near" } }],
    again: `${until("person")} (a thing: ${forgetMs.thing / 1_000} s), or when "perhaps" has become sure`,
  }),
  knownPeople: named({
    when: "somebody of several people who come together is recognised",
    say: (wording, people: KnownPeople) => wording.knownPeople(people),
    example: [{ count: 3, known: [{ name: "Ana", sure: true, side: "left" }] }],
    again: until("person"),
  }),
};

const group = {
  ...unasked,
  priority: "ambient",
  key: "fact",
  // Those who come together are told together, and a detector's mistakes do not last so long.
  settle: 600,
  within: 2_000,
  motion: null,
  say: (wording: Wording, what: Group) => wording.group(what),
} as const;
const one = { count: 1, more: false, from: 12, to: 12 } as const;

/** Of a minute's sentences, a third is kept for names and for what is in the way. */
const restShare = 4 / 6;

/** What is told of the others, the first first. */
export const groupEvents: readonly GroupEvent[] = [
  {
    ...group,
    when: "a vehicle or an animal comes towards you faster than you walk",
    say: (wording, what) => wording.coming(what),
    example: [{ ...one, label: "bicycle", distance: { kind: "steps" } }],
    again: until("thing"),
    verbosity: ["normal", "chatty"],
    first: everywhere,
    share: 1,
    weights: ["mover"],
    motion: "coming",
    reach: { quiet: nowhere, normal: { ahead: 15, aside: 15 }, chatty: everywhere },
  },
  {
    ...group,
    when: "people are there whom you have not taught; quiet: nearer than 2 m",
    example: [{ ...one, label: "person", count: 3, distance: { kind: "near" } }],
    again: until("person"),
    first: { ahead: 3, aside: 0 },
    share: restShare,
    weights: ["person"],
    reach: { quiet: { ahead: 2, aside: 2 }, normal: everywhere, chatty: everywhere },
  },
  {
    ...group,
    when: "a vehicle or an animal is there, nearer than 15 m; quiet: straight ahead, nearer than 2 m",
    example: [{ ...one, label: "car", from: 1, to: 1, distance: { kind: "steps" } }],
    again: until("thing"),
    first: inTheWay,
    share: restShare,
    weights: ["mover"],
    reach: { quiet: { ahead: 2, aside: 0 }, normal: { ahead: 15, aside: 15 }, chatty: everywhere },
  },
  {
    ...group,
    when: "something stands straight ahead, nearer than 5 m (quiet: 2 m), or aside, nearer than 2 m",
    example: [{ ...one, label: "chair", distance: { kind: "steps" } }],
    again: until("thing"),
    first: inTheWay,
    share: 3 / 6,
    weights: ["obstacle"],
    reach: { quiet: { ahead: 2, aside: 0 }, normal: { ahead: 5, aside: 2 }, chatty: everywhere },
  },
  {
    ...group,
    when: "something small is straight ahead, nearer than 2 m",
    example: [{ ...one, label: "bottle", distance: { kind: "armsLength" } }],
    again: until("thing"),
    verbosity: ["normal", "chatty"],
    first: nowhere,
    share: 2 / 6,
    weights: ["small"],
    reach: { quiet: nowhere, normal: { ahead: 2, aside: 0 }, chatty: everywhere },
  },
  {
    ...group,
    when: "somebody comes towards you faster than you walk",
    say: (wording, what) => wording.coming(what),
    example: [{ ...one, label: "person", distance: { kind: "steps" } }],
    again: until("person"),
    verbosity: ["chatty"],
    first: nowhere,
    share: restShare,
    weights: ["person"],
    motion: "coming",
    reach: { quiet: nowhere, normal: nowhere, chatty: everywhere },
  },
  {
    ...group,
    when: "somebody, a vehicle or an animal goes away from you",
    say: (wording, what) => wording.going(what),
    example: [{ ...one, label: "person", distance: { kind: "steps" } }],
    again: until("person"),
    verbosity: ["chatty"],
    first: nowhere,
    share: 3 / 6,
    weights: ["person", "mover"],
    motion: "going",
    reach: { quiet: nowhere, normal: nowhere, chatty: everywhere },
  },
];

/** Whether one at this place is within a reach. */
export function isWithin({ hour, metres }: Placement, reach: Reach): boolean {
  return metres < (hour === 12 ? reach.ahead : reach.aside);
}

/** How the answer to two clicks goes to the queue. */
export const aroundManner = { priority: "answer", action: "interrupt", ttl: 10_000, key: "around" } as const;

/** An event as the queue takes it. */
export function utteranceOf(
  { priority, action, ttl, key }: SpeechEvent,
  words: string | Words,
  more: Partial<Utterance> = {},
): Utterance {
  return { ...(typeof words === "string" ? { text: words } : words), priority, action, ttl, key, ...more };
}
