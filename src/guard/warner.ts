import type { Level, SensorState } from "../base/protocol.ts";
import type { RangeReading } from "../devices/ports.ts";
import { Health } from "./health.ts";
import { levelOf, type Risk, RiskJudge } from "./risk.ts";
import { nearMetres, Tracker } from "./tracker.ts";
import { HeadTurn } from "./turn.ts";

/** What the wearer hears of collisions, and why. */
export interface Heard {
  level: Level;
  beepsPerSecond: number;
  metres: number | null;
  ttc: number | null;
}

const pipEveryMs = 2_000;
const dangerMetres = 0.5;
const shortReachMetres = 1.5;
const shortReachMs = 5_000;

interface Sensor {
  name: string;
  health: Health;
  tracker: Tracker;
  judge: RiskJudge;
  /** Time of the newest reading that was used. */
  at: number;
  risk: Risk;
  reach: number | null;
  shortSince: number | null;
  farSince: number | null;
}

const nothing: Risk = { beepsPerSecond: 0, metres: null, ttc: null };

/**
 * The guard's judgement: from the readings of all range finders, the head's rate of turn and time, to what is heard.
 * It knows no device, no socket and no timer; the running guard and `brim guard --replay` are the same judgement.
 */
export class Warner {
  readonly #sensors: Sensor[];
  readonly #turn = new HeadTurn();
  #heard: Heard = { level: "quiet", beepsPerSecond: 0, metres: null, ttc: null };
  #pausedUntil: number | null = null;
  #pipAt: number;
  /** Rate of beeps before the head began to turn. */
  #held = 0;

  /** Called for counted pips: one for what appears near, up to three for what stays near. */
  onPips: (pips: number, at: number) => void = () => {};

  /** @param graceMs how long the first reading may take before the guard calls itself blind */
  constructor(names: string[], at: number, graceMs = 0) {
    this.#pipAt = at;
    this.#sensors = names.map((name) => ({
      name,
      health: new Health(at, graceMs),
      tracker: new Tracker(),
      judge: new RiskJudge(),
      at,
      risk: nothing,
      reach: null,
      shortSince: null,
      farSince: null,
    }));
    for (const sensor of this.#sensors) {
      sensor.tracker.onAppeared = (metres, when) => this.#appeared(sensor, metres, when);
      sensor.judge.onStill = (pips) => this.#pip(pips, sensor.at);
    }
  }

  get heard(): Heard {
    return this.#heard;
  }

  /** Whether every range finder has given a good reading since the start. */
  get started(): boolean {
    return this.#sensors.every((sensor) => sensor.health.started);
  }

  /** The least reach of the sensors, where sunlight shortens it, else null. */
  get reach(): number | null {
    let least: number | null = null;
    for (const { reach } of this.#sensors)
      if (reach !== null && (least === null || reach < least)) least = reach;
    return least;
  }

  get states(): SensorState[] {
    return this.#sensors.map(({ name, health }) => ({
      name,
      state: health.reason !== null ? "blind" : health.started ? "good" : "starting",
      reason: health.reason,
    }));
  }

  take(index: number, reading: RangeReading): Heard {
    const sensor = this.#sensors[index];
    if (sensor === undefined) return this.#heard;
    sensor.at = reading.at;
    if (sensor.health.take(reading) && reading.kind !== "fault") {
      const metres = reading.kind === "range" ? reading.metres : Number.POSITIVE_INFINITY;
      sensor.tracker.push(metres, reading.at);
      this.#watchReach(sensor, reading);
    }
    return this.#judge(reading.at);
  }

  /** Takes the head's rate of turn in degrees a second. */
  yaw(degreesPerSecond: number, at: number): void {
    if (this.#turn.take(degreesPerSecond, at)) this.#newScene(at);
  }

  /** Looks at the time that went by; to be called at least every 50 ms. */
  tick(now: number): Heard {
    if (this.#turn.tick(now)) this.#newScene(now);
    for (const { health } of this.#sensors) health.tick(now);
    return this.#judge(now);
  }

  /** No collision beeps until `until`; a time that has passed ends the pause. */
  pause(until: number, now: number): Heard {
    this.#pausedUntil = until;
    return this.#judge(now);
  }

  get pausedUntil(): number | null {
    return this.#pausedUntil;
  }

  /** The head has turned: what was followed there says nothing about what is ahead here. */
  #newScene(at: number): void {
    for (const { tracker, judge } of this.#sensors) {
      tracker.restart();
      judge.restart();
    }
    this.#pipAt = at;
  }

  #judge(now: number): Heard {
    if (this.#pausedUntil !== null && now >= this.#pausedUntil) this.#pausedUntil = null;
    let worst = nothing;
    for (const sensor of this.#sensors) {
      const blind = sensor.health.reason !== null;
      sensor.risk = blind ? nothing : sensor.judge.judge(sensor.tracker.target(), sensor.tracker.echoAt, now);
      if (isWorse(sensor.risk, worst)) worst = sensor.risk;
    }
    this.#heard = this.#gated(worst);
    return this.#heard;
  }

  #gated(risk: Risk): Heard {
    const { metres, ttc } = risk;
    if (this.#sensors.every(({ health }) => health.reason !== null)) {
      return { level: "blind", beepsPerSecond: 0, metres: null, ttc: null };
    }
    if (this.#pausedUntil !== null) return { level: "paused", beepsPerSecond: 0, metres, ttc };
    // Held from before the turn; only what is nearer than half a metre sounds above that, and for as long as it is.
    if (!this.#turn.turning) this.#held = risk.beepsPerSecond;
    const dangerous = metres !== null && metres < dangerMetres && risk.beepsPerSecond > this.#held;
    const beepsPerSecond = dangerous ? risk.beepsPerSecond : this.#held;
    return { level: levelOf(beepsPerSecond), beepsPerSecond, metres, ttc };
  }

  #appeared(sensor: Sensor, metres: number, at: number): void {
    if (metres >= nearMetres || sensor.judge.rate > 0) return;
    if (this.#turn.turning && metres >= dangerMetres) return;
    // What is near when the guard begins, or when the head has turned to it, has not appeared.
    if (at - this.#pipAt < pipEveryMs) return;
    this.#pipAt = at;
    this.#pip(1, at);
  }

  #pip(pips: number, at: number): void {
    if (this.#pausedUntil === null && this.#heard.level !== "blind") this.onPips(pips, at);
  }

  /** Tells a reach under 1.5 m once it has lasted 5 s, and its return likewise. */
  #watchReach(sensor: Sensor, reading: RangeReading): void {
    // A range beyond 1.5 m shows that the sensor reaches so far.
    const reach =
      reading.kind === "noEcho"
        ? reading.reach
        : reading.kind === "range" && reading.metres >= shortReachMetres
          ? reading.metres
          : undefined;
    if (reach === undefined) return;
    const short = reach < shortReachMetres;
    sensor.shortSince = short ? (sensor.shortSince ?? reading.at) : null;
    sensor.farSince = short ? null : (sensor.farSince ?? reading.at);
    if (sensor.shortSince !== null && reading.at - sensor.shortSince >= shortReachMs) sensor.reach = reach;
    if (sensor.farSince !== null && reading.at - sensor.farSince >= shortReachMs) sensor.reach = null;
  }
}

/** Whether `a` is more pressing than `b`: faster beeps, else nearer. */
function isWorse(a: Risk, b: Risk): boolean {
  if (a.beepsPerSecond !== b.beepsPerSecond) return a.beepsPerSecond > b.beepsPerSecond;
  return (a.metres ?? Number.POSITIVE_INFINITY) < (b.metres ?? Number.POSITIVE_INFINITY);
}
