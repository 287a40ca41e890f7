import type { Clock, Timer } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { GuardStatus, Level, Simulate, ToGuard } from "../base/protocol.ts";
import type { Button, Buzzer, Imu, RangeFinder, RangeReading, Simulated } from "../devices/ports.ts";
import { Gestures } from "./gestures.ts";
import { Pattern } from "./pattern.ts";
import type { GuardServer } from "./server.ts";
import { type Heard, Warner } from "./warner.ts";

/** Time is looked at this often; readings and presses are judged at once when they come. */
const stepMs = 25;
const statusEveryMs = 500;
const repeatMs = 30_000;
const minuteMs = 60_000;
/** A sensor may take so long to give its first reading. */
const startMs = 2_000;
/** A mind takes a while to start; until then the guard is not "alone". */
const aloneGraceMs = 20_000;
/** In simulation a guard without a mind ends after this. */
const orphanMs = 60_000;
const retryMs = 5_000;
/** A step that is so late is no step any more. */
const lateMs = 1_000;

export interface GuardDevices {
  ranges: RangeFinder[];
  imu: Imu | null;
  buzzer: Buzzer;
  button: Button;
}

export interface GuardDaemonOptions extends GuardDevices {
  server: GuardServer;
  gapMs: number;
  simulated: boolean;
  /** Whether it is a child of the mind, which may stop it. */
  child: boolean;
  clock: Clock;
  log: Log;
}

/**
 * The running guard: readings to beeps, presses to gestures, and both to whoever listens on the socket. It goes on
 * without anybody.
 */
export class GuardDaemon implements Part {
  readonly name = "guard";
  /** Called when the guard should end: its mind said so, or in simulation left it alone. */
  onEnd: () => void = () => {};
  /** Called with each change of what is heard. */
  onHeard: (heard: Heard, pips: number | undefined, at: number) => void = () => {};

  readonly #pattern: Pattern;
  readonly #gestures: Gestures;
  readonly #warner: Warner;
  #timer: Timer | null = null;
  #buzzerTimer: Timer | null = null;
  #buzzerDue = Number.POSITIVE_INFINITY;
  #buzzing = false;
  #level: Level = "quiet";
  #beepsPerSecond = 0;
  /** Counted pips that the newest reading asked for. */
  #pips: number | null = null;
  #ready = false;
  #blind = new Set<string>();
  #acknowledged = false;
  #blindAt = 0;
  /** When it was last told that speech cannot be heard; null while it can. */
  #muteAt: number | null = null;
  #statusAt = Number.NEGATIVE_INFINITY;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #mindAt: number;
  #hadMind = false;
  #aloneAt: number | null = null;
  #pauseTickAt: number | null = null;

  constructor(private readonly options: GuardDaemonOptions) {
    const now = options.clock.now();
    this.#mindAt = now;
    this.#pattern = new Pattern(options.buzzer.slow);
    this.#gestures = new Gestures(options.gapMs);
    this.#warner = new Warner(
      options.ranges.map(({ name }) => name),
      now,
      startMs,
    );
  }

  /**
   * Whether the wearer is told what there is to tell, for systemd's watchdog: time is looked at, and each sensor has
   * fresh readings that were judged, or its blindness is told by sound. A guard that is blind works: a restart mends no
   * sensor, and would put silence in the place of the sound that says so.
   */
  get works(): boolean {
    const told = this.#warner.states.every(({ name, state }) => state !== "blind" || this.#blind.has(name));
    return told && this.options.clock.now() - this.#steppedAt < lateMs;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { ranges, imu, buzzer, button, clock, server } = this.options;
    this.#gestures.onGesture = (gesture, at) => server.broadcast({ type: "gesture", gesture, at });
    this.#warner.onPips = (pips) => {
      this.#pips = pips;
    };
    server.onMessage = (message) => this.#take(message);
    button.onChange = (pressed, at) => this.#press(pressed, at);
    if (imu) imu.onYaw = (degreesPerSecond, at) => this.#warner.yaw(degreesPerSecond, at);
    await buzzer.start(signal);
    this.#timer = clock.every(stepMs, () => this.#step(clock.now()));
    for (const [index, range] of ranges.entries()) {
      range.onReading = (reading) => this.#reading(index, reading);
      // The page and `brim doctor` say why, rather than that there are no readings.
      void this.#open(range, signal, (reason) => range.onReading({ kind: "fault", reason, at: clock.now() }));
    }
    for (const device of [button, ...(imu ? [imu] : [])]) void this.#open(device, signal);
  }

  async stop(): Promise<void> {
    const { ranges, imu, buzzer, button, clock } = this.options;
    this.#timer?.cancel();
    for (const device of [...ranges, imu, button]) await device?.stop();
    const now = clock.now();
    this.#pattern.play("stopping", now);
    this.#drive(now);
    await clock.sleep(this.#pattern.remaining(now));
    this.#buzzerTimer?.cancel();
    buzzer.set(false);
    await buzzer.stop();
  }

  /** Opens a device; one that cannot be opened is tried again for as long as it takes, and meanwhile is blind. */
  async #open(device: Part, signal: AbortSignal, onFailed: (why: string) => void = () => {}): Promise<void> {
    const { clock, log } = this.options;
    let told = "";
    while (!signal.aborted) {
      try {
        await device.start(signal);
        return;
      } catch (error) {
        const why = messageOf(error);
        if (why !== told) log.error(`${device.name}: ${why}; trying again every ${retryMs / 1000} s`);
        told = why;
        onFailed(why);
        await clock.sleep(retryMs, signal).catch(() => {});
      }
    }
  }

  #reading(index: number, reading: RangeReading): void {
    this.#apply(this.#warner.take(index, reading), this.options.clock.now());
  }

  #apply(heard: Heard, now: number): void {
    if (!this.#ready && this.#warner.started) {
      this.#ready = true;
      this.#pattern.play("ready", now);
    }
    this.#pattern.setRate(heard.beepsPerSecond, now);
    const pips = this.#pips;
    this.#pips = null;
    if (pips !== null) this.#pattern.pips(pips, now);
    this.#drive(now);
    const same = heard.level === this.#level && heard.beepsPerSecond === this.#beepsPerSecond;
    if (same && pips === null) return;
    this.#level = heard.level;
    this.#beepsPerSecond = heard.beepsPerSecond;
    this.onHeard(heard, pips ?? undefined, now);
    this.#sendStatus(now, pips ?? undefined);
  }

  #step(now: number): void {
    this.#gestures.tick(now);
    this.#apply(this.#warner.tick(now), now);
    this.#watchBlind(now);
    this.#watchMind(now);
    this.#watchSpeech(now);
    this.#watchPause(now);
    this.#drive(now);
    this.#steppedAt = now;
    if (now - this.#statusAt >= statusEveryMs) this.#sendStatus(now);
  }

  /** Blindness, of one sensor or of all, is told at once and every 30 s until it ends or a press acknowledges it. */
  #watchBlind(now: number): void {
    let more = false;
    for (const { name, state } of this.#warner.states) {
      if (state !== "blind") {
        if (this.#blind.delete(name) && this.#blind.size === 0 && this.#ready)
          this.#pattern.play("ready", now);
      } else if (!this.#blind.has(name)) {
        this.#blind.add(name);
        more = true;
      }
    }
    if (more) this.#acknowledged = false;
    if (this.#blind.size === 0 || this.#acknowledged) return;
    if (!more && now - this.#blindAt < repeatMs) return;
    this.#blindAt = now;
    this.#pattern.play("blind", now);
  }

  /** A guard whose mind is gone says so at once and every 30 s; in simulation it ends after a minute. */
  #watchMind(now: number): void {
    if (this.options.server.mind(now) !== null) {
      this.#mindAt = now;
      this.#hadMind = true;
      this.#aloneAt = null;
      return;
    }
    const { child, simulated } = this.options;
    if (child && simulated && now - this.#mindAt >= orphanMs) {
      this.onEnd();
      return;
    }
    const due =
      this.#aloneAt === null ? this.#mindAt + (this.#hadMind ? 0 : aloneGraceMs) : this.#aloneAt + repeatMs;
    if (now < due) return;
    if (this.#aloneAt === null) this.options.log.warn("the mind is gone; collision warning goes on alone");
    this.#aloneAt = now;
    this.#muteAt = null;
    this.#pattern.play("alone", now);
  }

  /** Speech that cannot be heard is told every 30 s until it is back; a mind that is gone has its own sound. */
  #watchSpeech(now: number): void {
    if (this.#muteAt === null || this.#aloneAt !== null || now - this.#muteAt < repeatMs) return;
    this.#muteAt = now;
    this.#pattern.play("mute", now);
  }

  /** One tick a minute says that beeps are paused. */
  #watchPause(now: number): void {
    const until = this.#warner.pausedUntil;
    if (until === null) {
      this.#pauseTickAt = null;
      return;
    }
    this.#pauseTickAt ??= now + minuteMs;
    if (now < this.#pauseTickAt) return;
    this.#pauseTickAt += minuteMs;
    this.#pattern.tick(now);
  }

  #press(pressed: boolean, at: number): void {
    const { server } = this.options;
    if (pressed) {
      this.#pattern.tick(at);
      this.#drive(at);
      this.#acknowledged = true;
      this.#gestures.press(at);
      server.broadcast({ type: "press", at });
    } else {
      this.#gestures.release(at);
      server.broadcast({ type: "release", at });
    }
  }

  #take(message: ToGuard): void {
    const now = this.options.clock.now();
    switch (message.type) {
      case "hello":
        this.#sendStatus(now);
        break;
      case "heartbeat":
        break;
      case "pause":
        this.#apply(this.#warner.pause(now + message.minutes * minuteMs, now), now);
        break;
      case "acknowledge":
        this.#acknowledged = true;
        break;
      case "speech":
        if (message.heard) this.#muteAt = null;
        else this.#muteAt ??= Number.NEGATIVE_INFINITY;
        this.#watchSpeech(now);
        this.#drive(now);
        break;
      case "gap":
        this.#gestures.gapMs = message.ms;
        break;
      case "stop":
        if (this.options.child) this.onEnd();
        break;
      case "simulate":
        this.#simulate(message);
        break;
    }
  }

  #simulate(message: Simulate): void {
    const { ranges, button, simulated } = this.options;
    if (!simulated) return;
    for (const device of [...ranges, button]) if (isSimulated(device)) device.simulate(message);
  }

  #sendStatus(now: number, pips?: number): void {
    this.#statusAt = now;
    const { level, beepsPerSecond, metres, ttc } = this.#warner.heard;
    const { pausedUntil } = this.#warner;
    const status: GuardStatus = {
      type: "status",
      at: now,
      level,
      beepsPerSecond,
      metres,
      ttc,
      reach: this.#warner.reach,
      pausedFor: pausedUntil === null ? null : Math.max(0, pausedUntil - now),
      sensors: this.#warner.states,
    };
    this.options.server.broadcast(pips === undefined ? status : { ...status, pips });
  }

  /** Sets the buzzer as the pattern has it now, and comes back when the pattern changes next. */
  #drive(now: number): void {
    const on = this.#pattern.on(now);
    if (on !== this.#buzzing) {
      this.#buzzing = on;
      this.options.buzzer.set(on);
      if (this.options.simulated) this.options.server.broadcast({ type: "buzzer", at: now, on });
    }
    const next = this.#pattern.nextAt(now);
    if (next === this.#buzzerDue) return;
    this.#buzzerTimer?.cancel();
    this.#buzzerTimer = null;
    this.#buzzerDue = next;
    if (next === Number.POSITIVE_INFINITY) return;
    const { clock } = this.options;
    this.#buzzerTimer = clock.after(next - now, () => {
      this.#buzzerDue = Number.POSITIVE_INFINITY;
      // Timers may fire a fraction of a millisecond early.
      this.#drive(Math.max(next, clock.now()));
    });
  }
}

function isSimulated(device: Part | Simulated): device is Part & Simulated {
  return "simulate" in device;
}
