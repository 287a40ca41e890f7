import type { BurstVerdict, Seeing } from "../../base/eyes-protocol.ts";
import type { PictureMode, Right, Verbosity } from "../../base/settings.ts";
import type { Distance } from "../geometry.ts";

/** Several like things, or one, that are said in one sentence. */
export interface Group {
  /** COCO-80 name. */
  label: string;
  count: number;
  /** Others of the same label were told before and are still in view. */
  more: boolean;
  /** Hours of the clock face from the leftmost to the rightmost; equal where all are in one direction. */
  from: number;
  to: number;
  /** To the nearest of them. */
  distance: Distance;
}

/** What is remembered; see `src/memory`. */
export type Kind = "person" | "thing";

/** Somebody or something that was recognised. */
export interface KnownSubject {
  kind: Kind;
  /** As it is said: `Wording.name`. */
  name: string;
  sure: boolean;
  hour: number;
  distance: Distance;
}

/** Several people at once, of whom at least one was recognised. */
export interface KnownPeople {
  count: number;
  /** From left to right. */
  known: { name: string; sure: boolean; side: Side }[];
}
export type Side = "left" | "ahead" | "right";

/** Whether collision warning can be relied on, and if not, why not. */
export type CollisionState =
  | { kind: "on" }
  | { kind: "starting" }
  | { kind: "off" }
  | { kind: "paused" }
  /** `reason` as the guard words it, in English. */
  | { kind: "blind"; reason: string };

/** What is left in the battery; minutes until the hat switches itself off. */
export interface BatteryState {
  percent: number;
  minutesLeft: number | null;
  charging: boolean | null;
}

/**
 * All that Brim says, in one language; another language is another file that fills this type.
 *
 * Every sentence has at most 12 words, the changing word first, and is harmless if its last word is lost. None
 * says that a way is free to walk.
 */
export interface Wording {
  /** BCP 47 tag, for the synthesiser and the page. */
  language: string;
  /** "Three people, 12 o'clock, near." */
  group(group: Group): string;
  /** They come towards the wearer: "Bicycle coming, 12 o'clock, a few steps." */
  coming(group: Group): string;
  /** They go away from the wearer: "Person going away, 1 o'clock, far." */
  going(group: Group): string;
  /** The range finder has something near that the eyes have no name for. */
  something(metres: number): string;
  /** The eyes see well and know nothing of what they see. */
  nothingRecognised: string;
  /** Why nothing can be told, and whether collision warning goes on all the same. */
  notSeeing(seeing: Exclude<Seeing, "good"> | "off", collision: CollisionState): string;
  /** First sentence after the start; says what is missing. */
  greeting(collision: CollisionState, eyes: boolean, batteryPercent: number | null): string;
  collision: {
    off: string;
    on: string;
    blind(reason: string): string;
    /** One of several range finders is blind. */
    sensorBlind(name: string, reason: string): string;
    sensorAgain(name: string): string;
    onAgain: string;
    /** The sensor reaches only so far in this light. */
    shortReach(metres: number): string;
    fullReach: string;
    paused(minutes: number): string;
    pauseOver: string;
  };
  eyes: { off: string; onAgain: string; seeingAgain: string };
  /** How the hat is, when asked: "Collision warning on. Eyes on. Time: four oh five pm. Battery 80 percent, two hours." */
  status(status: {
    collision: CollisionState;
    seeing: Seeing | "off";
    /** Null where nobody knows. */
    battery: BatteryState | null;
    hours: number;
    minutes: number;
  }): string;
  /** Battery and computer, and what to do. */
  power: {
    battery(battery: BatteryState): string;
    /** Said before the hat switches itself off. */
    empty: string;
    /** It was told to switch itself off, and is still on. */
    notOff: string;
    underVoltage: string;
    hot: string;
    throttled: string;
    diskFull: string;
  };
  /** Reading text aloud; the text itself is said as it stands. */
  reading: {
    nothing: string;
    /** Text runs out of the picture at that side. */
    cut(side: "left" | "right" | "top" | "bottom"): string;
    far: string;
    failed: string;
    /** Comes after a part that is not the last. */
    more: string;
  };
  /** How an entry of the memory is called: by its typed name, else by its number. */
  name(entry: { kind: Kind; name: string | null; number: number }): string;
  /** "Ana, 1 o'clock, near." · "Perhaps your keys, 12 o'clock, arm's length." */
  known(subject: KnownSubject): string;
  /** "Three people. Ana left, two unknown." */
  knownPeople(people: KnownPeople): string;
  /** Tomorrow those without a name are forgotten. */
  forgetting(name: string, others: number): string;
  forgotten(count: number): string;
  /** Learning by one click. */
  enrol: {
    /** First word, while the burst still runs. */
    kind: Record<"face" | "thing", string>;
    twoFaces: string;
    /** How many good views there are; `name`: what to do next is to say the name. */
    views(count: number, name: boolean): string;
    /** What the page shows while the tone asks for the name. */
    nameNow: string;
    /** The recording was spoilt. */
    nameAgain: string;
    saved(name: string): string;
    /** Known already; `added` views were kept. */
    known(name: string, added: number): string;
    /** Known, but never named: say the name now. */
    unnamed(name: string): string;
    /** Why nothing was learned, and what helps; `off` where the eyes are lost. */
    notLearned(verdict: BurstVerdict | "off", kind: "face" | "thing"): string;
    /** The memory cannot be written; `full`: no room. */
    notSaved(full: boolean): string;
    undone: string;
    viewsUndone: string;
    notUndone: string;
  };
  /** Finding a thing by ear. */
  find: {
    nothingToFind: string;
    begin(name: string): string;
    /** It is in view for the first time. */
    seen(name: string, hour: number): string;
    /** Held at the centre, within reach. */
    found(name: string, hour: number): string;
    /** Time is over, and it was never in view. */
    over(name: string): string;
    /** Time is over, and it was in view, last in that direction. */
    overSeen(name: string, hour: number): string;
    stopped: string;
    /** It cannot be looked for now. */
    notSeeing(seeing: Exclude<Seeing, "good"> | "off"): string;
  };
  /** What each gesture is for; a `hush` is a click while Brim speaks. */
  gesture: Record<"hush" | "click" | "double" | "triple" | "hold" | "clickHold", string>;
  /** The spoken menu. */
  menu: {
    /** Comes before the first entry; `hint` says how to go on. */
    open(hint: boolean): string;
    entry: {
      repeat: string;
      status: string;
      find: string;
      readBack: string;
      pause(minutes: number): string;
      resume: string;
      louder: string;
      softer: string;
      faster: string;
      slower: string;
      verbosity(now: Verbosity): string;
      forgetLast: string;
      practice: string;
      tutorial: string;
      pair: string;
      off: string;
    };
    /** Entries that can do nothing now, and why. */
    cannot: Record<"repeat" | "find" | "readBack" | "pause" | "forgetLast", string>;
    /** One of the things that can be found. */
    which(name: string): string;
    /** Leads from the things back to the entries. */
    back: string;
    /** Said in the new loudness, or at the new rate. */
    changed: Record<"louder" | "softer" | "faster" | "slower", string>;
    /** There is no further step. */
    mostOf: Record<"louder" | "softer" | "faster" | "slower", string>;
    verbosity: Record<Verbosity, string>;
    /** Asks once more. */
    sureToForget(name: string): string;
    forgotten(name: string): string;
    notForgotten: string;
    sureToSwitchOff: string;
    off: string;
    closed: string;
    /** Settings cannot be written: they are lost when the hat is switched off. */
    notKept: string;
  };
  practice: { begin: string; over: string };
  /** Letting a phone in. */
  pairing: {
    /** The six digits in two groups of three, twice. */
    code(digits: string): string;
    /** A phone asks; it shows the same word. */
    asked(word: string, role: "wearer" | "helper"): string;
    paired(role: "wearer" | "helper"): string;
    over: Record<"time" | "tries", string>;
    left: string;
    /** The phone that asked does so no more. */
    gone: string;
    /** Words of which hat and page name the same one: short, and unlike each other. */
    words: readonly string[];
  };
  /** What phones do; `name` is that of a phone. */
  phone: {
    /** A phone wants a picture. */
    asksForPicture(name: string): string;
    /** A picture goes out. */
    picture(name: string): string;
    noPicture: Record<"refused" | "time", string>;
    /** Its camera is the hat's from now on. */
    camera(name: string): string;
    cameraOver: string;
    /** Who or what was named, learned or forgotten on a phone. */
    named(who: string): string;
    learned(who: string): string;
    forgotten(who: string): string;
    merged(who: string): string;
    forgottenAll: string;
    imported(count: number): string;
    exported: string;
    deletedAll: string;
    /** A setting was changed, said in the new manner. */
    rate(wordsPerMinute: number): string;
    volume: string;
    verbosity: Record<Verbosity, string>;
    pictures: Record<PictureMode, string>;
    helper(may: readonly Right[]): string;
    otherSetting: string;
    restart: string;
  };
  /** The spoken introduction. */
  tutorial: {
    /** Asked at the first start. */
    offer: string;
    first: readonly string[];
    /** What Brim never finds and cannot do: what nobody may miss. */
    limits: readonly string[];
    /** Comes before the gestures. */
    button: string;
    last: string;
    left: string;
  };
  /** What is remembered could not be read; `learnAgain`: so many were learned with a model that is no longer used. */
  memory: { damaged: string; off: string; onAgain: string; learnAgain(count: number): string };
  /** Sound was lost, and can be heard again. */
  soundAgain: string;
}
