import type { GuardStatus, SensorState } from "../base/protocol.ts";
import type { Utterance } from "../voice/utterance.ts";
import { repeatMs, type SpeechEvent, safetyEvents, utteranceOf } from "./events.ts";
import type { CollisionState, Wording } from "./wording/wording.ts";

interface Told {
  state: CollisionState;
  at: number;
}

/** Watches over the guard: what its status means, and what of it the wearer must hear. */
export class CollisionWatch {
  #running = true;
  #status: GuardStatus | null = null;
  #told: Told | null = null;
  #acknowledged = false;
  #reachTold: number | null = null;
  readonly #sensorsTold = new Set<string>();

  constructor(private readonly wording: Wording) {}

  /** The guard was lost, or a new one runs, which counts as on only with its first good status. */
  process(running: boolean): void {
    if (this.#running === running) return;
    this.#running = running;
    this.#status = null;
  }

  take(status: GuardStatus): void {
    this.#running = true;
    this.#status = status;
  }

  /** The wearer has heard that a sensor is blind. */
  acknowledge(): void {
    if (this.state.kind === "blind") this.#acknowledged = true;
  }

  get status(): GuardStatus | null {
    return this.#status;
  }

  get state(): CollisionState {
    if (!this.#running) return { kind: "off" };
    const status = this.#status;
    if (status === null) return { kind: "starting" };
    const starting = status.sensors.length > 0 && status.sensors.every(({ state }) => state === "starting");
    if (starting) return { kind: "starting" };
    if (status.level === "blind") return { kind: "blind", reason: reasonOf(status.sensors) };
    return status.level === "paused" ? { kind: "paused" } : { kind: "on" };
  }

  /** The greeting has told how things are. */
  greeted(now: number): void {
    this.#told = { state: this.state, at: now };
  }

  /** What must be said now; each call marks it as told, which is taken back if the queue drops it. */
  due(now: number): Utterance[] {
    const utterances: Utterance[] = [];
    const main = this.#main(now);
    if (main !== null) utterances.push(main);
    if (this.state.kind === "on") utterances.push(...this.#sensors(), ...this.#reach());
    return utterances;
  }

  #main(now: number): Utterance | null {
    const { state } = this;
    const told = this.#told;
    const changed = told === null || !same(told.state, state);
    if (changed) this.#acknowledged = false;
    const again = now - (told?.at ?? now) >= repeatMs && !this.#acknowledged;
    const { off, blind, paused, pauseOver, on, onAgain } = safetyEvents;
    switch (state.kind) {
      case "starting":
        return null;
      case "off":
        return changed || again ? this.#tell(state, now, off) : null;
      case "blind":
        return changed || again ? this.#tell(state, now, blind, state.reason) : null;
      case "paused": {
        const minutes = Math.ceil((this.#status?.pausedFor ?? 0) / 60_000);
        return changed ? this.#tell(state, now, paused, Math.max(1, minutes)) : null;
      }
      case "on": {
        const before = told?.state.kind;
        if (before === "on") return null;
        if (before === "off" || before === "blind") return this.#tell(state, now, onAgain);
        if (before === "paused") return this.#tell(state, now, pauseOver);
        // Whether it is on at the start is the greeting's to say; what began as "starting" has to be completed.
        return before === "starting" ? this.#tell(state, now, on) : null;
      }
    }
  }

  #tell<Args extends readonly unknown[]>(
    state: CollisionState,
    now: number,
    event: SpeechEvent<Args>,
    ...args: Args
  ): Utterance {
    const before = this.#told;
    const told = { state, at: now };
    this.#told = told;
    return utteranceOf(event, event.say(this.wording, ...args), {
      stillTrue: () => same(this.state, state),
      onEnd: (how) => {
        if ((how === "dropped" || how === "stale") && this.#told === told) this.#told = before;
      },
    });
  }

  /** Of several range finders, some may be blind while the others go on. */
  #sensors(): Utterance[] {
    const utterances: Utterance[] = [];
    for (const { name, state, reason } of this.#status?.sensors ?? []) {
      const blind = state === "blind";
      if (blind === this.#sensorsTold.has(name) || state === "starting") continue;
      const { sensorBlind, sensorAgain } = safetyEvents;
      const key = `${sensorBlind.key} ${name}`;
      if (blind) {
        this.#sensorsTold.add(name);
        utterances.push(utteranceOf(sensorBlind, sensorBlind.say(this.wording, name, reason ?? ""), { key }));
      } else {
        this.#sensorsTold.delete(name);
        utterances.push(utteranceOf(sensorAgain, sensorAgain.say(this.wording, name), { key }));
      }
    }
    return utterances;
  }

  #reach(): Utterance[] {
    const reach = this.#status?.reach ?? null;
    // Rounded down to half a metre: to promise too little is the better error.
    const told = reach === null ? null : Math.max(0.5, Math.floor(reach * 2) / 2);
    if (told === this.#reachTold) return [];
    this.#reachTold = told;
    const { shortReach, fullReach } = safetyEvents;
    return told === null
      ? [utteranceOf(fullReach, fullReach.say(this.wording))]
      : [utteranceOf(shortReach, shortReach.say(this.wording, told))];
  }
}

function same(a: CollisionState, b: CollisionState): boolean {
  return a.kind === b.kind && (a.kind !== "blind" || b.kind !== "blind" || a.reason === b.reason);
}

function reasonOf(sensors: SensorState[]): string {
  return sensors.find(({ state }) => state === "blind")?.reason ?? "";
}
