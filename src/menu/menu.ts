import { withNames } from "../attention/wording/names.ts";
import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import { verbosities } from "../base/settings.ts";
import type { Ending, Utterance } from "../voice/utterance.ts";
import type { ButtonMode, Hushed, MenuPorts, ModeSpeech, Remembered } from "./ports.ts";

export interface MenuOptions {
  clock: Clock;
  wording: Wording;
  speech: ModeSpeech;
  ports: MenuPorts;
}

type Words = Pick<Utterance, "text" | "parts">;

/** What the wearer can choose. */
interface Entry {
  /** Asked each time it is said, for things change while the menu is open. */
  words(): Words;
  choose(): void;
}

/** Entries through which a click leads, round and round; a question is a list of one, which a click denies. */
interface List {
  entries: readonly Entry[];
  at: number;
  /** What a hold does is only done if its words were begun. */
  question: boolean;
}

/** So long after its last word, or after the last press, the menu closes. */
const leaveMs = 8_000;
/** Speech that is not heard to its end by then is lost: the menu must not stay open for ever. */
const lostMs = 30_000;
/** The last word before switching off is waited for at most so long. */
const offMs = 8_000;
const pauseMinutes = 10;
/** Behind safety sentences an answer may have to wait. */
const ttl = 15_000;

/**
 * The spoken menu: a click leads to the next entry, a hold chooses, 8 s without either leave it. See DESIGN section 4.
 *
 * Elsewhere a press while Brim speaks only hushes. Here it hushes and leads on, for whoever knows the menu clicks through
 * it without waiting for the words, and each short press counts at once, before it is known whether another follows. Only
 * where it has cut off a sentence of safety it does no more than that, and the entry is said again. A hold chooses the
 * entry that the clicks have led to, even if its words were cut off; what cannot be taken back (forget, off) is asked once
 * more, and that question must have been begun to be heard.
 */
export class Menu implements ButtonMode {
  readonly #options: MenuOptions;
  readonly #main: List;
  /** Null while the menu is closed. */
  #list: List | null = null;
  #timer: Timer | null = null;
  /** The press that is down only hushed a sentence of safety. */
  #hushing = false;
  #hinted = false;
  #sentence = 0;
  /** The words of the entry were begun. */
  #begun = false;

  constructor(options: MenuOptions) {
    this.#options = options;
    this.#main = { entries: this.#entries(), at: 0, question: false };
  }

  get busy(): boolean {
    return this.#timer !== null;
  }

  /** Opens it at its first entry. */
  open(): void {
    this.stop();
    this.#main.at = 0;
    this.#list = this.#main;
    this.#hushing = false;
    const { open, entry } = this.#options.wording.menu;
    this.#stay({ text: `${open(!this.#hinted)} ${entry.repeat}` });
    this.#hinted = true;
  }

  press(hushed: Hushed): void {
    if (!this.busy) return;
    this.#hushing = hushed === "safety";
    if (this.#list !== null) this.#leaveAfter(lostMs);
  }

  shortPress(): void {
    if (this.#list === null) return;
    if (!this.#hushing) {
      // To say no to a question is to go on from the entry that has asked it.
      const list = this.#list.question ? this.#main : this.#list;
      list.at = (list.at + 1) % list.entries.length;
      this.#list = list;
    }
    this.#hushing = false;
    this.#sayEntry();
  }

  gesture(gesture: Gesture): boolean {
    const list = this.#list;
    if (list === null || (gesture !== "hold" && gesture !== "clickHold")) return true;
    this.#hushing = false;
    if (list.question && !this.#begun) this.#sayEntry();
    else list.entries[list.at]?.choose();
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#list = null;
    this.#sentence++;
  }

  // Going through it.

  #enter(entries: readonly Entry[], question = false): void {
    this.#list = { entries, at: 0, question };
    this.#sayEntry();
  }

  #leaveAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => {
      this.stop();
      this.#say({ text: this.#options.wording.menu.closed });
    });
  }

  #sayEntry(): void {
    this.#stay(this.#list?.entries[this.#list.at]?.words() ?? { text: "" });
  }

  /** Says something and goes on listening for 8 s after its end. */
  #stay(words: Words): void {
    const sentence = ++this.#sentence;
    this.#begun = false;
    this.#leaveAfter(lostMs);
    this.#say(
      words,
      () => {
        if (sentence === this.#sentence && this.#list !== null) this.#leaveAfter(leaveMs);
      },
      () => {
        if (sentence === this.#sentence) this.#begun = true;
      },
    );
  }

  /** Closes the menu without a word: what was chosen answers. */
  #leave(act: () => void): void {
    this.stop();
    act();
  }

  #say(words: Words, onEnd: (how: Ending) => void = () => {}, onBegin: () => void = () => {}): void {
    this.#options.speech.say({
      ...words,
      priority: "answer",
      action: "interrupt",
      ttl,
      key: "menu",
      passing: true,
      onBegin,
      onEnd,
    });
  }

  // What can be chosen.

  #entries(): Entry[] {
    const { wording, ports } = this.#options;
    const { entry } = wording.menu;
    const leaving = (text: string, act: () => void): Entry => ({
      words: () => ({ text }),
      choose: () => this.#leave(act),
    });
    const { pair } = ports;
    return [
      this.#repeat(),
      leaving(entry.status, () => this.#answer(ports.status())),
      this.#find(),
      this.#beeps(),
      this.#step("louder", () => ports.volume(1)),
      this.#step("softer", () => ports.volume(-1)),
      this.#step("faster", () => ports.rate(1)),
      this.#step("slower", () => ports.rate(-1)),
      this.#verbosity(),
      this.#forgetLast(),
      this.#readBack(),
      leaving(entry.practice, () => ports.practice()),
      leaving(entry.tutorial, () => ports.tutorial()),
      ...(pair === undefined ? [] : [leaving(entry.pair, () => pair.call(ports))]),
      { words: () => ({ text: entry.off }), choose: () => this.#enter([this.#off()], true) },
    ];
  }

  #repeat(): Entry {
    const { wording, ports } = this.#options;
    const choose = () => {
      if (ports.repeat()) this.stop();
      else this.#stay({ text: wording.menu.cannot.repeat });
    };
    return { words: () => ({ text: wording.menu.entry.repeat }), choose };
  }

  #find(): Entry {
    const { wording, ports } = this.#options;
    const { entry, cannot, back } = wording.menu;
    const choose = () => {
      const things = ports.things();
      if (things.length === 0) return this.#sayEntry();
      const leadBack: Entry = {
        words: () => ({ text: back }),
        choose: () => {
          this.#list = this.#main;
          this.#sayEntry();
        },
      };
      this.#enter([...things.map((thing) => this.#which(thing)), leadBack]);
    };
    return { words: () => ({ text: ports.things().length === 0 ? cannot.find : entry.find }), choose };
  }

  #readBack(): Entry {
    const { wording, ports } = this.#options;
    const { entry, cannot } = wording.menu;
    return {
      words: () => ({ text: ports.hasRead() ? entry.readBack : cannot.readBack }),
      choose: () => {
        if (ports.hasRead()) this.#leave(() => ports.readBack());
        else this.#sayEntry();
      },
    };
  }

  #which(thing: Remembered): Entry {
    const { wording, ports } = this.#options;
    return {
      words: () => withNames([thing.name], ([name = ""]) => wording.menu.which(name)),
      choose: () => this.#leave(() => ports.find(thing)),
    };
  }

  #beeps(): Entry {
    const { wording, ports } = this.#options;
    const { entry, cannot } = wording.menu;
    return {
      words: () => {
        switch (ports.beeps) {
          case "on":
            return { text: entry.pause(pauseMinutes) };
          case "paused":
            return { text: entry.resume };
          case "off":
            return { text: cannot.pause };
        }
      },
      choose: () => {
        const { beeps } = ports;
        if (beeps === "off") this.#sayEntry();
        else this.#leave(() => ports.pause(beeps === "on" ? pauseMinutes : 0));
      },
    };
  }

  /** Stays where it is, so that another hold is another step. */
  #step(name: keyof Wording["menu"]["changed"], step: () => boolean): Entry {
    const { entry, changed, mostOf } = this.#options.wording.menu;
    return {
      words: () => ({ text: entry[name] }),
      choose: () => this.#stay({ text: (step() ? changed : mostOf)[name] }),
    };
  }

  /** Each hold leads to the next of quiet, normal and chatty. */
  #verbosity(): Entry {
    const { wording, ports } = this.#options;
    return {
      words: () => ({ text: wording.menu.entry.verbosity(ports.verbosity) }),
      choose: () => {
        const next = verbosities[(verbosities.indexOf(ports.verbosity) + 1) % verbosities.length] ?? "normal";
        ports.setVerbosity(next);
        this.#stay({ text: wording.menu.verbosity[next] });
      },
    };
  }

  #forgetLast(): Entry {
    const { wording, ports } = this.#options;
    const { entry, cannot, sureToForget, forgotten, notForgotten } = wording.menu;
    const choose = () => {
      const last = ports.lastLearned();
      if (last === null) return this.#sayEntry();
      const names = [last.name];
      // Whoever was asked about is forgotten, even if somebody else was learned meanwhile.
      const forget = () => {
        const done = ports.forget(last.id)
          ? withNames(names, ([name = ""]) => forgotten(name))
          : { text: notForgotten };
        this.#leave(() => this.#say(done));
      };
      const words = () => withNames(names, ([name = ""]) => sureToForget(name));
      this.#enter([{ words, choose: forget }], true);
    };
    const text = () => (ports.lastLearned() === null ? cannot.forgetLast : entry.forgetLast);
    return { words: () => ({ text: text() }), choose };
  }

  #off(): Entry {
    const { clock, wording, ports } = this.#options;
    const choose = () => {
      this.#list = null;
      const sentence = ++this.#sentence;
      const off = () => {
        if (sentence !== this.#sentence) return;
        this.stop();
        ports.off();
      };
      // It was chosen twice: speech that fails must not keep the hat on.
      this.#timer?.cancel();
      this.#timer = clock.after(offMs, off);
      this.#say({ text: wording.menu.off }, off);
    };
    return { words: () => ({ text: wording.menu.sureToSwitchOff }), choose };
  }

  #answer(text: string): void {
    this.#options.speech.say({ text, priority: "answer", action: "interrupt", ttl, key: "status" });
  }
}
