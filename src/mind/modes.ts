import type { Wording } from "../attention/wording/wording.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Seeing } from "../base/eyes-protocol.ts";
import type { Log } from "../base/log.ts";
import type { Settings, SettingValues, Verbosity } from "../base/settings.ts";
import { Find } from "../find/find.ts";
import { ButtonOwner } from "../menu/button-owner.ts";
import { PictureConsent } from "../menu/consent.ts";
import { Menu } from "../menu/menu.ts";
import { PairMode, type PairPorts } from "../menu/pair.ts";
import type { MenuPorts, Remembered } from "../menu/ports.ts";
import { Practice } from "../menu/practice.ts";
import { Tutorial } from "../menu/tutorial.ts";
import type { SpeechQueue } from "../voice/queue.ts";
import { findTick } from "../voice/ticks.ts";
import type { Voice } from "../voice/voice.ts";
import { nextRate, nextVolume } from "../voice/volume.ts";
import type { MemoryKeeper } from "./memory-keeper.ts";

export interface ModesOptions {
  clock: Clock;
  log: Log;
  wording: Wording;
  speech: SpeechQueue;
  voice: Voice;
  settings: Settings;
  memory: MemoryKeeper;
  /** How the hat is, in sentences. */
  status(): string;
  seeing(): Seeing | "off";
  /** Whether there are beeps to pause. */
  beeps(): MenuPorts["beeps"];
  pause(minutes: number): void;
  /** Goes back in the text that is read aloud. */
  readBack: MenuPorts["readBack"];
  hasRead: MenuPorts["hasRead"];
  /** Collision warning is at `warning` or above. */
  urgent(): boolean;
  /** The eyes look at things all the time. */
  attend(things: boolean): void;
  setVerbosity(verbosity: Verbosity): void;
  pairing: PairPorts;
  off(): void;
}

const ttl = 10_000;

/** What has the button to itself while it is on, put together: the menu, practice, the introduction, finding. */
export class Modes {
  readonly button: ButtonOwner;
  readonly menu: Menu;
  readonly tutorial: Tutorial;
  readonly find: Find;
  readonly pair: PairMode;
  readonly consent: PictureConsent;
  readonly #options: ModesOptions;

  constructor(options: ModesOptions) {
    this.#options = options;
    const { clock, wording, speech, voice } = options;
    const practice = new Practice({ clock, wording, speech });
    this.tutorial = new Tutorial({
      clock,
      wording,
      speech,
      onHeard: () => this.#keep({ tutorial: "heard" }),
      onDeclined: () => this.#keep({ tutorial: "declined" }),
    });
    this.find = new Find({
      clock,
      wording,
      ports: {
        say: (utterance) => speech.say(utterance),
        tick: (kind) => void voice.overlay(findTick(kind)),
        get seeing() {
          return options.seeing();
        },
        get urgent() {
          return options.urgent();
        },
        attend: (things) => options.attend(things),
      },
    });
    this.pair = new PairMode({ clock, wording, speech, ports: options.pairing });
    this.consent = new PictureConsent({ clock, wording, speech });
    this.menu = new Menu({ clock, wording, speech, ports: this.#menuPorts(practice) });
    this.button = new ButtonOwner([this.consent, this.pair, this.menu, practice, this.tutorial, this.find]);
  }

  /** Asks at the first start whether the introduction is wanted. */
  offerTutorial(): void {
    if ((this.#options.settings.values.tutorial ?? "open") === "open") this.tutorial.offer();
  }

  #menuPorts(practice: Practice): MenuPorts {
    const { speech, memory, voice, settings } = this.#options;
    const options = this.#options;
    return {
      repeat: () => speech.repeat(),
      status: () => options.status(),
      things: () => this.#learned().filter(({ kind }) => kind === "thing"),
      find: (thing) => this.find.begin(thing),
      get beeps() {
        return options.beeps();
      },
      pause: (minutes) => options.pause(minutes),
      hasRead: () => options.hasRead(),
      readBack: () => options.readBack(),
      volume: (step) => {
        const volume = nextVolume(voice.volume, step);
        if (volume === null) return false;
        voice.volume = volume;
        this.#keep({ volume });
        return true;
      },
      rate: (step) => {
        const rate = nextRate(voice.wordsPerMinute, step);
        if (rate === null) return false;
        voice.wordsPerMinute = rate;
        this.#keep({ words_per_minute: rate });
        return true;
      },
      get verbosity() {
        return settings.values.verbosity ?? "normal";
      },
      setVerbosity: (verbosity) => {
        options.setVerbosity(verbosity);
        this.#keep({ verbosity });
      },
      lastLearned: () => this.#learned()[0] ?? null,
      forget: (id) => {
        try {
          memory.forget(id);
          return true;
        } catch (error) {
          options.log.error(`cannot forget: ${messageOf(error)}`);
          return false;
        }
      },
      practice: () => practice.start(),
      tutorial: () => this.tutorial.start(),
      pair: () => void this.pair.start(),
      off: () => options.off(),
    };
  }

  /** Who and what is remembered, the one that was learned last first. */
  #learned(): (Remembered & { kind: "person" | "thing" })[] {
    const { memory } = this.#options;
    return memory
      .list()
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .flatMap(({ id }) => {
        const named = memory.nameOf(id);
        return named === null ? [] : [{ id, ...named }];
      });
  }

  /** What cannot be kept holds until the hat is switched off, which the wearer must know. */
  #keep(values: SettingValues): void {
    const { settings, log, speech, wording } = this.#options;
    settings.change(values).catch((error) => {
      log.error(messageOf(error));
      speech.say({ text: wording.menu.notKept, priority: "answer", action: "enqueue", ttl, key: "notKept" });
    });
  }
}
