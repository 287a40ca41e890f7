import { Attention } from "./attention/attention.ts";
import { angleOf, freshRange, hourOf, metresBySize } from "./attention/geometry.ts";
import type { PowerState } from "./attention/power.ts";
import { wordingOf } from "./attention/wording/index.ts";
import type { Words } from "./attention/wording/names.ts";
import { type Clock, systemClock, type Timer, timeOfDay } from "./base/clock.ts";
import type { Config } from "./base/config.ts";
import { type EyesOptions, type FromEyes, type Sight, vectorOf } from "./base/eyes-protocol.ts";
import { Lifecycle } from "./base/lifecycle.ts";
import type { Log } from "./base/log.ts";
import { ownProgram } from "./base/own-program.ts";
import type { FromGuard, Gesture, GuardStatus, Simulate } from "./base/protocol.ts";
import { SdNotify } from "./base/sd-notify.ts";
import { Settings } from "./base/settings.ts";
import { type Health, settingKeys } from "./companion/api.ts";
import { Companion } from "./companion/companion.ts";
import { Pairing } from "./companion/pairing.ts";
import type { AnswerEnd } from "./companion/ports.ts";
import type { ProcessState } from "./companion/state.ts";
import { openI2cBus } from "./devices/i2c.ts";
import { microphoneRate } from "./devices/ports.ts";
import { readBoard } from "./devices/power/board.ts";
import { type BatteryOptions, createBattery } from "./devices/power/index.ts";
import { wavFile } from "./devices/speaker/sound.ts";
import { Enrolment } from "./enrol/enrolment.ts";
import type { Learned, Take } from "./enrol/ports.ts";
import { EyesLink } from "./links/eyes-link.ts";
import type { GuardLink } from "./links/guard-link.ts";
import { LiveSettings } from "./mind/live-settings.ts";
import { MemoryKeeper } from "./mind/memory-keeper.ts";
import { Modes } from "./mind/modes.ts";
import { keptFiles, machineHealth, residentBytes } from "./mind/phone-health.ts";
import { phoneMemory } from "./mind/phone-memory.ts";
import { phonePicture } from "./mind/phone-picture.ts";
import { PowerKeeper } from "./mind/power.ts";
import { Reading } from "./mind/reading.ts";
import { Recognition } from "./mind/recognition.ts";
import { runPowerOff, SwitchOff } from "./mind/switch-off.ts";
import { SceneClient } from "./scene/client.ts";
import { Describer } from "./scene/describer.ts";
import { endpointOf } from "./scene/endpoint.ts";
import type { RememberedPerson } from "./scene/ports.ts";
import { earcon } from "./voice/earcons.ts";
import { SpeechQueue } from "./voice/queue.ts";
import { Recorder } from "./voice/recording/recorder.ts";
import type { Utterance } from "./voice/utterance.ts";
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
  /** Without any name; `id` is that of `brim memory list`. */
  | ({ event: "learned" } & Pick<Learned, "kind" | "id" | "how" | "views" | "named">)
  | { event: "process"; name: "guard" | "mind" | "eyes"; state: "on" | "off"; pid: number | null };

export interface MindOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** May have begun to start a guard already. */
  guard: GuardLink;
  /** Whether it starts a guard where there is none; false where systemd does. */
  startsGuard: boolean;
  /** When the simulated walk began. */
  epoch: number;
  /** In simulation: the folder of photos, if not the sample photos. */
  simulate: { folder: string | undefined } | null;
  onEvent(event: HatEvent): void;
  /** The page can be reached at this address. */
  onPage(url: string): void;
  /** The wearer has switched the hat off, and with it the program, but not the computer. */
  onOff(): void;
}

/** Attention is asked this often what is worth saying. */
const attendMs = 100;
/** Attention that is so late has stopped. */
const lateMs = 2_000;
/** After the end of a sentence a press still hushes, for so long. */
const hushMs = 700;
/** The greeting waits so long for the eyes. */
const greetMs = 4_000;
const mostTroubles = 5;

/** The mind: what the guard and the eyes tell → attention → speech and page. Runs until `signal` is aborted. */
export async function runMind(options: MindOptions, signal: AbortSignal): Promise<void> {
  const { log } = options;
  const settings = new Settings(options.config.state_dir);
  const wrong = settings.load();
  // The language is that of all wording, which is put together once.
  const language = settings.values.language ?? options.config.language;
  const config = { ...options.config, language };
  const mind = new Mind({ ...options, config, configured: options.config, settings }, systemClock, log);
  if (wrong !== null) mind.unread(wrong);
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
  readonly #memory: MemoryKeeper;
  readonly #recognition: Recognition;
  readonly #recorder: Recorder;
  readonly #enrolment: Enrolment;
  readonly #describer: Describer;
  readonly #reading: Reading;
  readonly #settings: Settings;
  readonly #live: LiveSettings;
  readonly #modes: Modes;
  readonly #companion: Companion;
  readonly #systemd: SdNotify;
  readonly #power: PowerKeeper;
  readonly #switchOff: SwitchOff;
  readonly #lifecycle: Lifecycle;
  readonly #processes: Record<"guard" | "mind" | "eyes", { state: ProcessState; note?: string }> = {
    guard: { state: "starting" },
    mind: { state: "on" },
    eyes: { state: "starting" },
  };
  #timer: Timer | null = null;
  #attendedAt = 0;
  #pids: Record<"guard" | "eyes", number | null> = { guard: null, eyes: null };
  /** The camera of a phone is the hat's. */
  #lent = false;
  /** Size of the last frame, to which boxes belong. */
  #frame = { width: 0, height: 0 };
  #changes = 0;
  #sought: string | null = null;
  #camera = "";
  /** Gets each sentence of an answer as it is handed to speech. */
  #onAnswer: (text: string) => void = () => {};
  #greetAt: number | null = null;
  #greeted = false;
  #waiting: Utterance[] = [];
  /** The guard has judged its sensors, well or ill. */
  #guarding = false;
  #heard = "";
  #seen = "";
  #troubles: string[] = [];
  #eyesOn = false;
  #soundWorks = true;
  /** What is asked while the button is held. */
  #question: Take | null = null;

  constructor(
    private readonly options: MindOptions & {
      /** Before the language was set on the page. */
      configured: Config;
      /** As they were read. */
      settings: Settings;
    },
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const { config, env, simulate } = options;
    const onLearned = (learned: Omit<Extract<HatEvent, { event: "learned" }>, "event">) => {
      options.onEvent({ event: "learned", ...learned });
      void this.#voice.earcon("saved");
    };
    const { epoch } = options;
    const wording = wordingOf(config.language);
    this.#lifecycle = new Lifecycle(clock, log);
    this.#systemd = new SdNotify({
      env,
      clock,
      log,
      works: () => this.#guard.works && this.#eyes.works && clock.now() - this.#attendedAt < lateMs,
    });
    this.#guard = options.guard;
    this.#eyes = new EyesLink({
      // A guard that was adopted has begun its walk before this mind did.
      command: () => ownProgram("eyes", eyesOptions(options, this.#guard.epoch ?? epoch)),
      clock,
      log,
    });
    this.#attention = new Attention({
      wording,
      fieldOfView: config.camera.field_of_view,
      nameOf: (id) => this.#memory.nameOf(id),
    });
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
    this.#memory = new MemoryKeeper({
      clock,
      log,
      wording,
      folder: config.state_dir,
      // Whether collision warning is on comes first.
      speech: { say: (utterance) => this.#sayAfterGreeting(utterance) },
      onTrouble: (why) => this.#trouble(`memory: ${why}`),
      onChanged: () => this.#companion.publish({ people: ++this.#changes }),
      onForgotten: (ids) => this.#recognition.forgotten(ids),
    });
    this.#recognition = new Recognition({
      match: (kind, view) => this.#memory.match(kind, view),
      onTrack: (track, who, at) => this.#attention.recognised(track, who, at),
      onCentral: (box, who, at) => this.#attention.recognisedCentral(box, who, at),
      onMet: (id) => this.#memory.seen(id),
      onKnown: (track, sure) => this.#eyes.send({ type: "known", track, sure }),
    });
    this.#recorder = new Recorder({
      clock,
      log,
      env,
      speech: this.#speech,
      microphone: config.microphone,
      onTrouble: (why) => this.#trouble(`microphone: ${why}`),
    });
    this.#enrolment = new Enrolment({
      clock,
      log,
      wording,
      speech: this.#speech,
      memory: this.#memory,
      recorder: this.#recorder,
      eyes: this.#eyesThatLearn(),
      tone: wavFile(earcon("speak")),
      onLearned: (learned) => this.#learned(learned),
    });
    const { power } = config;
    this.#switchOff = new SwitchOff({
      clock,
      log,
      wording,
      powerOff: () => runPowerOff(power.halt),
      say: (utterance) => this.#sayAfterGreeting(utterance),
      onTrouble: (why) => this.#trouble(`power: ${why}`),
    });
    // Where the computer is to stay on, or is not the hat's own, Brim ends, unless systemd would bring it back at once.
    const ends = simulate !== null || (power.halt === "" && options.startsGuard);
    const off = ends ? () => options.onOff() : () => void this.#switchOff.off();
    this.#power = new PowerKeeper({
      clock,
      log,
      wording,
      battery:
        power.driver === "none" ? null : () => createBattery(power.driver, batteryOptions(power, clock)),
      expected: power.driver !== "auto",
      board: () => readBoard(config.state_dir, env),
      onState: (state) => this.#powerState(state),
      onTrouble: (why) => this.#trouble(`power: ${why}`),
      say: (utterance) => this.#sayAfterGreeting(utterance),
      halt: off,
    });
    const endpoint = endpointOf(config.scene, env);
    const { language } = config;
    const scene = { ...config.scene };
    this.#describer = new Describer({
      clock,
      log,
      language,
      scene,
      client: endpoint && new SceneClient({ clock, log, endpoint, language }),
      ports: {
        picture: (side) => this.#eyes.picture(side),
        facts: () => this.#attention.facts(clock.now()),
        around: () => wordsOf(this.#attention.around(clock.now())),
        text: async () => (await this.#eyes.read())?.paragraphs ?? null,
        people: () => this.#people(),
        say: (utterance) => {
          this.#onAnswer(utterance.text);
          this.#speech.say(utterance);
        },
        earcon: (name) => void this.#voice.earcon(name),
      },
    });
    this.#reading = new Reading({
      clock,
      wording,
      read: () => this.#eyes.read(),
      blind: () =>
        this.#attention.seeing(clock.now()) === "good" ? null : this.#attention.around(clock.now()),
      say: (utterance) => this.#speech.say(utterance),
      thinking: () => void this.#voice.earcon("thinking"),
    });
    this.#settings = options.settings;
    const pairing = new Pairing(clock, wording.pairing.words);
    pairing.events = {
      asked: (word, role) => this.#modes.pair.asked(word, role),
      over: (why) => this.#modes.pair.over(why),
    };
    this.#modes = new Modes({
      clock,
      log,
      wording,
      speech: this.#speech,
      voice: this.#voice,
      settings: this.#settings,
      memory: this.#memory,
      status: () => this.#attention.status(clock.now(), timeOfDay()),
      seeing: () => this.#attention.seeing(clock.now()),
      beeps: () => this.#attention.beeps,
      pause: (minutes) => this.#guard.send({ type: "pause", minutes }),
      hasRead: () => this.#reading.canGoBack,
      readBack: () => this.#reading.back(),
      urgent: () => this.#attention.urgentOnly,
      attend: (things) => this.#eyes.send({ type: "attend", things }),
      setVerbosity: (verbosity) => {
        this.#attention.verbosity = verbosity;
      },
      pairing,
      off,
    });
    const tell = (text: string) =>
      this.#speech.say({ text, priority: "answer", action: "enqueue", ttl: 10_000, key: "phone" });
    this.#live = new LiveSettings({
      settings: this.#settings,
      config: options.configured,
      simulated: simulate !== null,
      wording,
      apply: (values) => {
        this.#voice.volume = values.volume;
        this.#voice.wordsPerMinute = values.words_per_minute;
        this.#attention.verbosity = values.verbosity;
        scene.style = values.description_style;
        scene.send_names = values.send_names;
        this.#guard.send({ type: "gap", ms: values.button_gap_ms });
      },
      say: (text) =>
        this.#speech.say({ text, priority: "answer", action: "interrupt", ttl: 10_000, key: "setting" }),
    });
    this.#companion = new Companion({
      clock,
      log,
      host: config.page.host,
      port: config.page.port,
      tls: config.page.tls,
      network: config.page.pairing && simulate === null,
      pairing,
      folder: config.state_dir,
      simulated: simulate !== null,
      handlers: {
        simulate: (message) => {
          this.#guard.send(message);
          this.#followHand(message.range);
        },
        around: () => this.#speech.say(this.#attention.around(clock.now())),
        read: () => this.#reading.next(),
        hush: () => {
          this.#describer.hush();
          this.#reading.hush();
          this.#speech.hush();
        },
        repeat: () => void this.#speech.repeat(),
        find: (thing) => this.#findForPhone(thing),
        ask: (text, onSentence) => this.#askForPhone(text, onSentence),
        pause: (minutes) => this.#guard.send({ type: "pause", minutes }),
        pair: () => {
          // Whatever else has the button makes room.
          this.#modes.button.stop();
          return this.#modes.pair.start();
        },
        unpair: () => {
          pairing.close();
          this.#modes.pair.stop();
        },
        paired: ({ role }) => {
          this.#modes.pair.paired(role);
          void this.#voice.earcon("connected");
        },
        lend: (phone) => {
          const before = this.#lent;
          this.#lent = phone !== null;
          if (before !== this.#lent) this.#eyes.send({ type: "lend", on: this.#lent });
          tell(phone === null ? wording.phone.cameraOver : wording.phone.camera(phone.name));
        },
        frame: (jpeg) => this.#eyes.frame(jpeg),
        memory: phoneMemory({ memory: this.#memory, wording, say: tell }),
        settings: this.#live,
        picture: phonePicture({
          eyes: this.#eyes,
          memory: this.#memory,
          wording,
          fieldOfView: config.camera.field_of_view,
          mode: () => this.#live.values.picture,
          consent: (phone) => (this.#modes.consent.busy ? null : this.#modes.consent.ask(phone)),
          announce: (phone) => {
            void this.#voice.earcon("picture");
            tell(wording.phone.picture(phone));
          },
          seen: () => this.#seenNow(),
          knownAs: (track) => this.#recognition.verdict(track),
          onLearned: ({ entry: { id, kind, name }, created, added }) => {
            const how = created ? ("new" as const) : ("views" as const);
            onLearned({ kind, id, how, views: added, named: name !== null });
          },
          say: tell,
        }),
        health: () => this.#health(),
        privacy: async () => ({
          people: this.#memory.list().filter(({ kind }) => kind === "person").length,
          things: this.#memory.list().filter(({ kind }) => kind === "thing").length,
          spokenNames: this.#memory.list().filter(({ hasClip }) => hasClip).length,
          files: await keptFiles(config.state_dir),
          descriptions: endpoint && { host: endpoint.url.host, sendNames: scene.send_names },
          picture: this.#live.values.picture,
        }),
        deleteAll: async () => {
          this.#memory.forgetAll();
          await this.#live.reset(settingKeys);
          tell(wording.phone.deletedAll);
        },
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
      if (said.priority === "safety") this.#enrolment.disturbed();
      onEvent({ event: "said", text: said.text, priority: said.priority });
      this.#companion.said(said);
    };
    this.#speech.onSilent = () => this.#attend();
    this.#settings.onChange = () => this.#settingsChanged();
    this.#live.apply();
    this.#companion.publish({ language: this.options.config.language, settings: this.#shownSettings() });
    onEvent({ event: "process", name: "mind", state: "on", pid: process.pid });
    // The guard first: it protects before anything else is ready.
    await this.#lifecycle.start(
      [
        this.#guard,
        this.#eyes,
        this.#power,
        this.#voice,
        this.#memory,
        this.#recorder,
        this.#companion,
        this.#systemd,
      ],
      signal,
    );
    this.#greetAt = this.clock.now() + greetMs;
    this.#timer = this.clock.every(attendMs, () => this.#attend());
  }

  /** What was changed by ear or on the page could not be read. */
  unread(why: string): void {
    this.log.warn(why);
    this.#trouble(`settings: ${why}`);
  }

  #shownSettings() {
    return Object.fromEntries(this.#live.list().map(({ key, value }) => [key, value]));
  }

  #settingsChanged(): void {
    this.#companion.publish({ settings: this.#shownSettings() });
    this.#companion.rightsChanged();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#switchOff.stop();
    this.#enrolment.stop();
    this.#describer.stop();
    this.#reading.hush();
    this.#modes.button.stop();
    this.#speech.hush();
    await this.#lifecycle.stop();
    await this.#settings.settled();
  }

  #process(name: "guard" | "eyes", running: boolean, pid: number | null): void {
    this.options.onEvent({ event: "process", name, state: running ? "on" : "off", pid });
    this.#pids[name] = running ? pid : null;
    const starting = name === "eyes" && running;
    if (starting && this.#lent) this.#eyes.send({ type: "lend", on: true });
    // A guard that was started anew has the gap of the configuration.
    if (running && name === "guard") this.#live.apply();
    this.#processes[name] = { state: starting ? "starting" : running ? "on" : "off" };
    this.#companion.publish({ processes: { ...this.#processes } });
    if (!running && name === "guard") this.#companion.publish({ guard: null });
    if (running && name === "guard" && !this.#soundWorks) this.#guard.send({ type: "speech", heard: false });
    if (!running && name === "guard") {
      this.#enrolment.guardLost();
      this.#modes.button.guardLost();
    }
    if (!running && name === "eyes") {
      this.#eyesOn = false;
      this.#enrolment.eyesLost();
      this.#companion.publish({ seen: null });
    }
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
        this.#press(message.at);
        break;
      case "release":
        if (!this.#modes.button.release()) this.#enrolment.release();
        break;
      case "gesture":
        this.#gesture(message.gesture);
        break;
      case "buzzer":
        this.#companion.publish({ buzzer: message.on });
        break;
      case "welcome":
        break;
    }
  }

  #press(at: number): void {
    const hushes = this.#speech.spokeWithin(hushMs);
    const hushed = this.#speech.saying === "safety" ? "safety" : hushes ? "speech" : "nothing";
    this.#speech.hush();
    this.#describer.hush();
    this.#reading.hush();
    this.#attention.acknowledge();
    if (!this.#modes.button.press(hushed)) this.#enrolment.press(at, hushes);
  }

  #status(status: GuardStatus): void {
    const { level, beepsPerSecond, metres, ttc, reach, pausedFor, sensors, pips } = status;
    this.#attention.guard(status);
    this.#speech.setUrgentOnly(this.#attention.urgentOnly);
    // What beeps is in the recording of a name.
    if (beepsPerSecond > 0 || pips !== undefined) this.#enrolment.disturbed();
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
    if (this.#modes.button.gesture(gesture)) return;
    this.#enrolment.gesture(gesture);
    switch (gesture) {
      case "double":
        this.#speech.say(this.#attention.around(this.clock.now()));
        break;
      case "clickHold":
        this.#modes.menu.open();
        break;
      case "hold":
        this.#ask();
        break;
      case "holdEnd":
        this.#question?.end();
        break;
      case "triple":
        this.#reading.next();
        break;
      // Enrolment has it.
      case "click":
      case "clickHoldEnd":
        break;
    }
  }

  /** Records a question while the button is held; without a microphone, or a word, what lies ahead is described. */
  #ask(): void {
    if (!this.#recorder.available) {
      void this.#describer.ask({ kind: "describe" });
      return;
    }
    const question = this.#recorder.question();
    this.#question = question;
    void this.#voice.earcon("speak").then(() => question.begin());
    void question.heard.then((sound) => {
      if (this.#question !== question) return;
      this.#question = null;
      void this.#describer.ask(
        sound === null ? { kind: "describe" } : { kind: "sound", sound, rate: microphoneRate },
      );
    });
  }

  #people(): RememberedPerson[] {
    return this.#memory.list().flatMap(({ id, kind }) => {
      const name = kind === "person" ? this.#memory.nameOf(id)?.name : undefined;
      return name === undefined ? [] : [{ id, name }];
    });
  }

  #fromEyes(message: FromEyes): void {
    switch (message.type) {
      case "ready":
        this.#eyesOn = true;
        if (this.#modes.find.busy) this.#eyes.send({ type: "attend", things: true });
        this.#camera = message.camera;
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
      case "burstKind":
        this.#enrolment.burstKind(message.id, message.kind);
        break;
      case "burstDone": {
        const { id, kind, verdict, track } = message;
        const views = message.views.map((view) => ({ ...view, embedding: vectorOf(view) }));
        this.#enrolment.burstDone(id, { kind, views, verdict, track });
        break;
      }
      // The link has the answers.
      case "segment":
      case "picture":
      case "look":
      case "frame":
      case "text":
        break;
    }
  }

  /** The eyes as learning uses them. */
  #eyesThatLearn() {
    const isOn = () => this.#eyesOn;
    return {
      get on() {
        return isOn();
      },
      burst: (id: number) => {
        const metres = freshRange(this.#attention.guardStatus, this.clock.now());
        this.#eyes.send({ type: "burst", id, ...(metres === null ? {} : { metres }) });
      },
      cancel: (id: number) => this.#eyes.send({ type: "burstCancel", id }),
    };
  }

  #learned(learned: Learned): void {
    const now = this.clock.now();
    const { kind, id, how, views, named } = learned;
    this.options.onEvent({ event: "learned", kind, id, how, views, named });
    void this.#voice.earcon(how === "undone" ? "undone" : "saved");
    this.#recognition.learned(learned, now);
    if (how !== "undone") this.#attention.told(id, now);
  }

  #sound(working: boolean, why: string): void {
    this.#soundWorks = working;
    this.#attention.sound(working);
    // What cannot be said is told by the buzzer.
    this.#guard.send({ type: "speech", heard: working });
    if (working) this.log.info(`speech: ${why}`);
    else {
      this.log.warn(`speech: ${why}`);
      this.#trouble(`speech: ${why}`);
    }
  }

  #powerState(state: PowerState): void {
    const { battery, problems } = state;
    this.#attention.power(state, this.clock.now());
    const { power: words } = wordingOf(this.options.config.language);
    this.#companion.publish({
      power:
        battery === null && problems.length === 0
          ? null
          : {
              percent: battery && Math.round(battery.percent),
              minutesLeft: battery?.minutesLeft == null ? null : Math.round(battery.minutesLeft),
              charging: battery?.charging ?? null,
              problems: problems.map((problem) => words[problem]),
            },
    });
    this.#attend();
  }

  /** Shows on the page what a person should know. */
  #trouble(what: string): void {
    this.#troubles = [...this.#troubles.filter((other) => other !== what), what].slice(-mostTroubles);
    this.#companion.publish({ troubles: this.#troubles });
  }

  #sight(sight: Sight): void {
    const { seeing, width, height, tracks } = sight;
    this.#frame = { width, height };
    this.#attention.sight(sight);
    this.#recognition.sight(sight);
    this.#followSought(sight);
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

  /** Tells finding where the thing is that is looked for. */
  #followSought(sight: Sight): void {
    const { find } = this.#modes;
    const { sought } = find;
    if (sought === null) return;
    const { field_of_view } = this.options.config.camera;
    const found = sight.tracks.find(({ id }) => this.#recognition.verdict(id)?.id === sought);
    const box = found?.box ?? this.#recognition.centralBox(sought, sight.at);
    if (box === null) return;
    const angle = angleOf(box[0] + box[2] / 2, sight.width, field_of_view);
    const range = freshRange(this.#attention.guardStatus, this.clock.now());
    const metres =
      found === undefined ? range : Math.min(metresBySize(found, sight, field_of_view), range ?? 100);
    find.seen(sought, { angle, hour: hourOf(angle), metres, at: sight.at });
  }

  /** The wearer has asked for something: nobody who was not asked should speak meanwhile. */
  get #isBusy(): boolean {
    return (
      this.#enrolment.busy ||
      this.#modes.button.busy ||
      this.#describer.busy ||
      this.#reading.busy ||
      this.#question !== null
    );
  }

  /** Says what attention finds worth saying, the greeting first. */
  #attend(): void {
    const now = this.clock.now();
    this.#attendedAt = now;
    this.#showFinding();
    if (!this.#greeted) {
      const ready = this.#guarding && this.#seen !== "";
      if (this.#greetAt === null || (!ready && now < this.#greetAt)) return;
      this.#greeted = true;
      const waiting = this.#waiting.splice(0);
      this.#speech.say({
        ...this.#attention.greeting(now),
        // What it said of the guard was no longer true before it was begun: greet with what is.
        onEnd: (how) => {
          if (how === "stale" || how === "dropped") this.#greeted = false;
          // A simulation is begun by somebody who looks at it, again and again.
          else if (this.options.simulate === null) this.#modes.offerTutorial();
        },
      });
      for (const utterance of waiting) this.#speech.say(utterance);
    }
    const mayTell = this.#speech.silent && !this.#isBusy;
    for (const utterance of this.#attention.due(now, mayTell)) this.#speech.say(utterance);
    if (mayTell && this.#speech.silent && !this.#attention.urgentOnly) this.#memory.tellForgetting();
  }

  #sayAfterGreeting(utterance: Utterance): void {
    if (this.#greeted) this.#speech.say(utterance);
    else this.#waiting.push(utterance);
  }

  /** Looks for a thing by ear; null ends that. */
  #findForPhone(thing: string | null): boolean {
    const { find, button } = this.#modes;
    if (thing === null) {
      find.stop();
      this.#showFinding();
      return true;
    }
    const named = this.#memory.nameOf(thing);
    if (named === null || named.kind !== "thing") return false;
    button.stop();
    find.begin({ id: thing, ...named });
    this.#showFinding();
    return true;
  }

  #showFinding(): void {
    const { sought } = this.#modes.find;
    if (sought === this.#sought) return;
    this.#sought = sought;
    const name = sought === null ? undefined : this.#memory.nameOf(sought)?.name.text;
    this.#companion.publish({
      finding: sought === null || name === undefined ? null : { id: sought, name },
    });
  }

  async #askForPhone(text: string | undefined, onSentence: (text: string) => void): Promise<AnswerEnd> {
    const answered = this.#describer.ask(text === undefined ? { kind: "describe" } : { kind: "text", text });
    this.#onAnswer = onSentence;
    try {
      return await answered;
    } finally {
      if (this.#onAnswer === onSentence) this.#onAnswer = () => {};
    }
  }

  #seenNow() {
    const now = this.clock.now();
    return { seeing: this.#attention.seeing(now), ...this.#frame, things: this.#attention.seen(now) };
  }

  async #health(): Promise<Health> {
    const { config, env } = this.options;
    const board = await readBoard(config.state_dir, env);
    const pids = { ...this.#pids, mind: process.pid };
    const { synthesiser, player } = this.#voice.drivers;
    return {
      ...(await machineHealth(config.state_dir)),
      processes: (["guard", "mind", "eyes"] as const).map((name) => {
        const { state, note = null } = this.#processes[name];
        return { name, state, note, pid: pids[name], rssBytes: residentBytes(pids[name]) };
      }),
      sensors: this.#attention.guardStatus?.sensors ?? [],
      seeing: this.#attention.seeing(this.clock.now()),
      devices: [
        { kind: "camera", name: this.#camera || config.camera.driver, works: this.#eyesOn },
        { kind: "sound", name: player, works: this.#soundWorks },
        { kind: "synthesiser", name: synthesiser, works: synthesiser !== "none" },
        { kind: "microphone", name: config.microphone.driver, works: this.#recorder.available },
      ],
      celsius: board.celsius,
      troubles: this.#troubles,
    };
  }

  /** Keeps the simulated picture in step with a distance that was set by hand. */
  #followHand(range: Simulate["range"]): void {
    if (range === undefined) return;
    const metres = typeof range === "object" && "metres" in range ? range.metres : null;
    this.#eyes.send({ type: "distance", metres });
  }
}

function eyesOptions({ config, simulate }: MindOptions, epoch: number): EyesOptions {
  const { driver, fps, folder: configured, device, format, rotation } = config.camera;
  const folder = simulate?.folder ?? configured;
  return {
    camera: { driver, fps, device, format, rotation, ...(folder === undefined ? {} : { folder }) },
    vision: config.vision,
    simulate: simulate && { epoch },
    log: config.log,
  };
}

function wordsOf({ text, parts }: Utterance): Words {
  return { text, parts: parts ?? [text] };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

function batteryOptions(power: Config["power"], clock: Clock): BatteryOptions {
  return {
    clock,
    openBus: openI2cBus,
    bus: power.bus,
    address: power.address,
    cells: power.cells,
    capacityMah: power.capacity_mah,
    shuntOhms: power.shunt_ohms,
    cellOhms: power.cell_ohms,
    positiveCurrent: power.positive_current,
  };
}
