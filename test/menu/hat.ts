import { english } from "../../src/attention/wording/en.ts";
import type { Gesture } from "../../src/base/protocol.ts";
import type { Verbosity } from "../../src/base/settings.ts";
import { Find } from "../../src/find/find.ts";
import type { FindTick } from "../../src/find/ports.ts";
import { ButtonOwner } from "../../src/menu/button-owner.ts";
import { Menu } from "../../src/menu/menu.ts";
import { PairMode } from "../../src/menu/pair.ts";
import type { Hushed, MenuPorts, Remembered } from "../../src/menu/ports.ts";
import { Practice } from "../../src/menu/practice.ts";
import { Tutorial } from "../../src/menu/tutorial.ts";
import { SpeakingHat } from "../speaking-hat.ts";

export const keys: Remembered = { id: "k", name: { text: "your keys", clip: null } };
export const cup: Remembered = { id: "c", name: { text: "new thing two", clip: Buffer.from("my cup") } };

export { sentenceMs } from "../speaking-hat.ts";

/** The wearer, the button, and what has it, in virtual time; wired as the mind does. */
export class Hat extends SpeakingHat {
  /** What was done through the menu's ports. */
  readonly done: string[] = [];
  /** Gestures that were left to the rest of the hat. */
  readonly others: Gesture[] = [];
  readonly ticks: { kind: FindTick; at: number }[] = [];
  readonly attended: boolean[] = [];
  readonly tutorialEnds: string[] = [];
  readonly menu: Menu;
  readonly practice: Practice;
  readonly pair: PairMode;
  readonly tutorial: Tutorial;
  readonly find: Find;
  readonly owner: ButtonOwner;
  things: Remembered[] = [keys, cup];
  last: Remembered | null = keys;
  beeps: MenuPorts["beeps"] = "on";
  verbosity: Verbosity = "normal";
  volume = 2;
  forgets = true;
  hasRead = true;
  seeing: "good" | "dark" | "off" = "good";
  urgent = false;

  constructor() {
    super();
    const { clock } = this;
    const common = { clock, wording: english, speech: this.speech };
    this.menu = new Menu({ ...common, ports: this.#ports() });
    this.practice = new Practice(common);
    this.pair = new PairMode({
      ...common,
      ports: {
        begin: () => {
          this.done.push("pairing open");
          return "120345";
        },
        close: () => this.done.push("pairing closed"),
        allow: (word) => this.done.push(`allow ${word}`) > 0,
      },
    });
    this.tutorial = new Tutorial({
      ...common,
      onHeard: () => this.tutorialEnds.push("heard"),
      onDeclined: () => this.tutorialEnds.push("declined"),
    });
    const hat = this;
    this.find = new Find({
      clock,
      wording: english,
      ports: {
        say: (utterance) => this.speech.say(utterance),
        tick: (kind) => this.ticks.push({ kind, at: clock.now() }),
        get seeing() {
          return hat.seeing;
        },
        get urgent() {
          return hat.urgent;
        },
        attend: (on) => this.attended.push(on),
      },
    });
    this.owner = new ButtonOwner([this.pair, this.menu, this.practice, this.tutorial, this.find]);
    this.gestures.onGesture = (gesture) => {
      if (this.owner.gesture(gesture)) return;
      this.others.push(gesture);
      if (gesture === "clickHold") this.menu.open();
    };
  }

  get newest(): string {
    return this.texts.at(-1) ?? "";
  }

  press(): void {
    const hushed: Hushed =
      this.speech.saying === "safety" ? "safety" : this.speech.spokeWithin(700) ? "speech" : "nothing";
    this.gestures.press(this.clock.now());
    this.speech.hush();
    this.owner.press(hushed);
  }

  release(): void {
    this.gestures.release(this.clock.now());
    this.owner.release();
  }

  /** Presses for so long, and lets go for so long. */
  async push(ms: number, rest: number): Promise<void> {
    this.press();
    await this.pass(ms);
    this.release();
    await this.pass(rest);
  }

  async click(): Promise<void> {
    await this.push(80, 420);
  }

  async hold(): Promise<void> {
    await this.push(700, 100);
  }

  /** Click, then hold: the menu is open and its first entry begun. */
  async openMenu(): Promise<void> {
    await this.push(80, 120);
    await this.hold();
  }

  /** Opens the menu and clicks until an entry that begins so is said. */
  async goTo(entry: string): Promise<void> {
    await this.openMenu();
    for (let i = 0; i < 20 && !this.newest.startsWith(entry); i++) await this.click();
  }

  async untilSilent(): Promise<void> {
    for (let i = 0; i < 1_000 && !this.speech.silent; i++) await this.pass(10);
  }

  safety(text = "Collision warning off."): void {
    this.speech.say({ text, priority: "safety", action: "interrupt", ttl: 20_000 });
  }

  #ports(): MenuPorts {
    const hat = this;
    const note = (what: string) => void this.done.push(what);
    return {
      repeat: () => this.speech.repeat(),
      status: () => "Collision warning on. Battery 80 percent.",
      things: () => this.things,
      find: (thing) => {
        note(`find ${thing.id}`);
        this.find.begin(thing);
      },
      hasRead: () => hat.hasRead,
      readBack: () => note("readBack"),
      get beeps() {
        return hat.beeps;
      },
      pause: (minutes) => note(`pause ${minutes}`),
      volume: (step) => {
        note(`volume ${step}`);
        const next = this.volume + step;
        if (next < 0 || next > 3) return false;
        this.volume = next;
        return true;
      },
      rate: (step) => {
        note(`rate ${step}`);
        return true;
      },
      get verbosity() {
        return hat.verbosity;
      },
      setVerbosity: (verbosity) => {
        note(verbosity);
        this.verbosity = verbosity;
      },
      lastLearned: () => this.last,
      forget: (id) => {
        note(`forget ${id}`);
        if (this.forgets) this.last = null;
        return this.forgets;
      },
      practice: () => {
        note("practice");
        this.practice.start();
      },
      tutorial: () => {
        note("tutorial");
        this.tutorial.start();
      },
      pair: () => void this.pair.start(),
      off: () => note("off"),
    };
  }
}
