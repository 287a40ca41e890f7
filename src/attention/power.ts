import { batterySteps } from "../base/battery-steps.ts";
import type { Utterance } from "../voice/utterance.ts";
import { powerEvents, utteranceOf } from "./events.ts";
import type { BatteryState, Wording } from "./wording/wording.ts";

/** What is wrong with the computer in the hat. */
export const powerProblems = ["underVoltage", "hot", "throttled", "diskFull"] as const;
export type PowerProblem = (typeof powerProblems)[number];

/** How battery and computer are. */
export interface PowerState {
  /** Null where nobody knows. */
  battery: BatteryState | null;
  problems: readonly PowerProblem[];
}

/** A battery counts as charged anew when it has so much more than the step at which it was told. */
const chargedAnew = 5;
/** A problem that comes back within so long is no news. */
const forgetMs = 10 * 60_000;

/** Watches over battery and computer: what of them the wearer should hear. */
export class PowerWatch {
  #state: PowerState = { battery: null, problems: [] };
  /** The step that was told last; the battery was never lower. */
  #told = Number.POSITIVE_INFINITY;
  /** When each problem was there last, of those that were told. */
  readonly #problems = new Map<PowerProblem, number>();

  constructor(private readonly wording: Wording) {}

  take(state: PowerState, now: number): void {
    this.#state = state;
    for (const problem of state.problems) if (this.#problems.has(problem)) this.#problems.set(problem, now);
    for (const [problem, at] of this.#problems) if (now - at > forgetMs) this.#problems.delete(problem);
    const { battery } = state;
    if (battery !== null && battery.percent > this.#told + chargedAnew) this.#told = next(battery.percent);
  }

  get battery(): BatteryState | null {
    return this.#state.battery;
  }

  /** The greeting tells the battery: a step that it is below by then is told with it. */
  greeted(): void {
    const { battery } = this.#state;
    if (battery !== null) this.#told = Math.min(this.#told, next(battery.percent));
  }

  /** What should be said now. */
  due(now: number): Utterance[] {
    const { battery, problems } = this.#state;
    const utterances: Utterance[] = [];
    if (battery !== null && battery.charging !== true) {
      const step = next(battery.percent);
      if (step < this.#told) {
        this.#told = step;
        utterances.push(utteranceOf(powerEvents.battery, powerEvents.battery.say(this.wording, battery)));
      }
    }
    for (const problem of problems) {
      if (this.#problems.has(problem)) continue;
      this.#problems.set(problem, now);
      const event = powerEvents[problem];
      utterances.push(utteranceOf(event, event.say(this.wording)));
    }
    return utterances;
  }
}

/** The lowest step at which a battery with so much left is, or infinity above all. */
function next(percent: number): number {
  return Math.min(...batterySteps.filter((step) => percent <= step), Number.POSITIVE_INFINITY);
}
