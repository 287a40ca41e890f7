import { fileURLToPath } from "node:url";
import { Attention } from "./attention/attention.ts";
import { wordingOf } from "./attention/wording/index.ts";
import type { Wording } from "./attention/wording/wording.ts";
import { type Clock, systemClock, type Timer } from "./base/clock.ts";
import { type Config, guardSocket } from "./base/config.ts";
import type { EyesOptions, FromEyes, Sight } from "./base/eyes-protocol.ts";
import { guardOptions } from "./base/guard-options.ts";
import { Lifecycle } from "./base/lifecycle.ts";
import { createLog, type Log } from "./base/log.ts";
import type { FromGuard, Gesture, GuardStatus, Simulate } from "./base/protocol.ts";
import { Companion } from "./companion/companion.ts";
import type { ProcessState } from "./companion/state.ts";
import { EyesLink } from "./links/eyes-link.ts";
import { GuardLink } from "./links/guard-link.ts";
import { SpeechQueue } from "./voice/queue.ts";
import { Voice } from "./voice/voice.ts";

/** What `brim start --json` prints, less the time. */
export type HatEvent =
  | {
      event: "level";
      level: GuardStatus["level"];
      beepsPerSecond: number;
      metres: number | null;
      ttc: number | null;
      pips?: number;
    }
  | { event: "said"; text: string; priority: string }
  | {
      event: "seen";
      seeing: Sight["seeing"];
      objects: { id: number; label: string; score: number; box: number[] }[];
    }
  | { event: "process"; name: "guard" | "mind" | "eyes"; state: "on" | "off"; pid: number | null };

export interface MindOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  /** In simulation: the folder of photos, if not the sample photos. */
  simulate: { folder: string | undefined } | null;
  onEvent(event: HatEvent): void;
  /** The page can be reached at this address. */
  onPage(url: string): void;
}

/** Attention is asked this often what is worth saying. */
const attendMs = 100;
/** After the end of a sentence a press still hushes, for so long. */
const hushMs = 700;
/** The greeting waits so long for the eyes. */
const greetMs = 4_000;
const answerTtl = 5_000;
const pictureSide = 1280;
const mostTroubles = 5;

/** The mind: what the guard and the eyes tell → attention → speech and page. Runs until `signal` is aborted. */
export async function runMind(options: MindOptions, signal: AbortSignal): Promise<void> {
  const log = createLog("mind", options.config.log);
  const mind = new Mind(options, systemClock, log);
  try {
    await mind.start(signal).catch((error) => {
      // Whoever ends it while it starts gets no error for that.
      if (!signal.aborted) throw error;
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
  } finally {
    await mind.stop();
  }
}

class Mind {
  readonly #guard: GuardLink;
  readonly #eyes: EyesLink;
  readonly #attention: Attention;
  readonly #voice: Voice;
  readonly #speech: SpeechQueue;
  readonly #companion: Companion;
  readonly #wording: Wording;
  readonly #lifecycle: Lifecycle;
  readonly #processes: Record<"guard" | "mind" | "eyes", { state: ProcessState; note?: string }> = {
    guard: { state: "starting" },
    mind: { state: "on" },
    eyes: { state: "starting" },
  };
  #timer: Timer | null = null;
  #greetAt: number | null = null;
  #greeted = false;
  /** The guard has judged its sensors, well or ill. */
  #guarding = false;
  #heard = "";
  #seen = "";
  #troubles: string[] = [];
  /** The press that is down, or was last, only hushed: a click of it does nothing else. */
  #hushed = false;

  constructor(
    private readonly options: MindOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const { config, env, simulate } = options;
    const epoch = clock.now();
    const wording = wordingOf(config.language);
    this.#wording = wording;
    const socket = guardSocket(config, env);
    const guardCommand = guardOptions(config, socket, simulate && { epoch }, true);
    this.#lifecycle = new Lifecycle(clock, log);
    this.#guard = new GuardLink({ socket, command: nodeCommand("./guard.js", guardCommand), clock, log });
    this.#eyes = new EyesLink({
      // A guard that was adopted has begun its walk before this mind did.
      command: () => nodeCommand("./eyes.js", eyesOptions(options, this.#guard.epoch ?? epoch)),
      clock,
      log,
    });
    this.#attention = new Attention({ wording, fieldOfView: config.camera.field_of_view });
    this.#voice = new Voice({
      clock,
      log,
      env,
      synthesiser: config.speech.synthesiser,
      piperVoice: config.speech.piper_voice,
      player: config.speech.player,
      device: config.speech.device,
      file: config.speech.file,
      wordsPerMinute: config.speech.words_per_minute,
      language: wording.language,
    });
    this.#speech = new SpeechQueue(clock, this.#voice, log);
    this.#companion = new Companion({
      clock,
      log,
      host: config.page.host,
      port: config.page.port,
      simulated: simulate !== null,
      handlers: {
        simulate: (message) => {
          this.#guard.send(message);
          this.#followHand(message.range);
        },
        picture: () => this.#eyes.picture(pictureSide),
        around: () => this.#speech.say(this.#attention.around(clock.now())),
        hush: () => void this.#speech.hush(),
        repeat: () => void this.#speech.repeat(),
        pause: (minutes) => this.#guard.send({ type: "pause", minutes }),
      },
      onListening: (url) => options.onPage(url),
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    const { onEvent } = this.options;
    this.#guard.onRunning = (running, pid) => this.#process("guard", running, pid);
    this.#guard.onMessage = (message) => this.#fromGuard(message);
    this.#eyes.onRunning = (running, pid) => this.#process("eyes", running, pid);
    this.#eyes.onMessage = (message) => this.#fromEyes(message);
    this.#voice.onSound = (working, why) => this.#sound(working, why);
    this.#speech.onSaid = (said) => {
      onEvent({ event: "said", text: said.text, priority: said.priority });
      this.#companion.said(said);
    };
    this.#speech.onSilent = () => this.#attend();
    onEvent({ event: "process", name: "mind", state: "on", pid: process.pid });
    // The guard first: it protects before anything else is ready.
    await this.#lifecycle.start([this.#guard, this.#eyes, this.#voice, this.#companion], signal);
    this.#greetAt = this.clock.now() + greetMs;
    this.#timer = this.clock.every(attendMs, () => this.#attend());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#speech.hush();
    await this.#lifecycle.stop();
  }

  #process(name: "guard" | "eyes", running: boolean, pid: number | null): void {
    this.options.onEvent({ event: "process", name, state: running ? "on" : "off", pid });
    const starting = name === "eyes" && running;
    this.#processes[name] = { state: starting ? "starting" : running ? "on" : "off" };
    this.#companion.publish({ processes: { ...this.#processes } });
    if (!running && name === "guard") this.#companion.publish({ guard: null });
    if (!running && name === "eyes") this.#companion.publish({ seen: null });
    // Eyes that have been started see only with their first frame.
    if (!starting) this.#attention.process(name, running, this.clock.now());
    this.#attend();
  }

  #fromGuard(message: FromGuard): void {
    switch (message.type) {
      case "status":
        this.#status(message);
        break;
      case "press":
        this.#hushed = this.#speech.spokeWithin(hushMs);
        this.#speech.hush();
        this.#attention.acknowledge();
        break;
      case "gesture":
        this.#gesture(message.gesture);
        break;
      case "buzzer":
        this.#companion.publish({ buzzer: message.on });
        break;
      case "welcome":
      case "release":
        break;
    }
  }

  #status(status: GuardStatus): void {
    const { level, beepsPerSecond, metres, ttc, reach, pausedFor, sensors, pips } = status;
    this.#attention.guard(status);
    this.#speech.setUrgentOnly(this.#attention.urgentOnly);
    this.#guarding ||= sensors.some(({ state }) => state !== "starting");
    const heard = `${level} ${beepsPerSecond}`;
    if (heard !== this.#heard || pips !== undefined) {
      this.#heard = heard;
      this.options.onEvent({
        event: "level",
        level,
        beepsPerSecond,
        metres: rounded(metres),
        ttc: rounded(ttc),
        ...(pips === undefined ? {} : { pips }),
      });
    }
    this.#companion.publish({ guard: { level, beepsPerSecond, metres, reach, pausedFor, sensors } });
    this.#attend();
  }

  #gesture(gesture: Gesture): void {
    switch (gesture) {
      case "double":
        this.#speech.say(this.#attention.around(this.clock.now()));
        break;
      case "click":
        if (!this.#hushed) this.#notYet(gesture);
        break;
      case "triple":
      case "hold":
      case "clickHold":
        this.#notYet(gesture);
        break;
      case "holdEnd":
      case "clickHoldEnd":
        break;
    }
  }

  #notYet(gesture: keyof Wording["notYet"]): void {
    this.#speech.say({
      text: this.#wording.notYet[gesture],
      priority: "answer",
      action: "interrupt",
      ttl: answerTtl,
      key: "gesture",
    });
  }

  #fromEyes(message: FromEyes): void {
    switch (message.type) {
      case "ready":
        this.#processes.eyes = { state: "on", note: message.camera };
        this.#companion.publish({ processes: { ...this.#processes } });
        break;
      case "sight":
        this.#sight(message);
        break;
      case "trouble":
        // The eyes have logged it themselves.
        this.#trouble(`eyes: ${message.message}`);
        break;
      case "picture":
        break;
    }
  }

  #sound(working: boolean, why: string): void {
    this.#attention.sound(working);
    if (working) this.log.info(`speech: ${why}`);
    else {
      this.log.warn(`speech: ${why}`);
      this.#trouble(`speech: ${why}`);
    }
  }

  /** Shows on the page what a person should know. */
  #trouble(what: string): void {
    this.#troubles = [...this.#troubles.filter((other) => other !== what), what].slice(-mostTroubles);
    this.#companion.publish({ troubles: this.#troubles });
  }

  #sight(sight: Sight): void {
    const { seeing, width, height, tracks } = sight;
    this.#attention.sight(sight);
    const seen = `${seeing} ${tracks.map(({ id, label }) => `${id}${label}`).join()}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      const objects = tracks.map(({ id, label, score, box }) => ({
        id,
        label,
        score: Math.round(score * 1000) / 1000,
        box: box.map(Math.round),
      }));
      this.options.onEvent({ event: "seen", seeing, objects });
    }
    this.#companion.publish({
      seen: { seeing, width, height, things: this.#attention.seen(this.clock.now()) },
    });
  }

  /** Says what attention finds worth saying, the greeting first. */
  #attend(): void {
    const now = this.clock.now();
    if (!this.#greeted) {
      const ready = this.#guarding && this.#seen !== "";
      if (this.#greetAt === null || (!ready && now < this.#greetAt)) return;
      this.#greeted = true;
      this.#speech.say({
        ...this.#attention.greeting(now),
        // What it said of the guard was no longer true before it was begun: greet with what is.
        onEnd: (how) => {
          if (how === "stale" || how === "dropped") this.#greeted = false;
        },
      });
    }
    for (const utterance of this.#attention.due(now, this.#speech.silent)) this.#speech.say(utterance);
  }

  /** Keeps the simulated picture in step with a distance that was set by hand. */
  #followHand(range: Simulate["range"]): void {
    if (range === undefined) return;
    const metres = typeof range === "object" && "metres" in range ? range.metres : null;
    this.#eyes.send({ type: "distance", metres });
  }
}

function eyesOptions({ config, simulate }: MindOptions, epoch: number): EyesOptions {
  const { driver, fps, folder: configured } = config.camera;
  const folder = simulate?.folder ?? configured;
  return {
    camera: { driver, fps, ...(folder === undefined ? {} : { folder }) },
    vision: config.vision,
    simulate: simulate && { epoch },
    log: config.log,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** Runs one of our own programs, which lie beside this one, with its options. */
function nodeCommand(file: string, options: object): string[] {
  return [process.execPath, fileURLToPath(new URL(file, import.meta.url)), JSON.stringify(options)];
}
