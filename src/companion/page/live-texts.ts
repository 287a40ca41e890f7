import { batterySteps } from "../../base/battery-steps.ts";
import type { Hat } from "./hat.ts";
import type { Dictionary } from "./i18n/index.ts";

/**
 * What the live regions hold: the connection and whether collision warning is on, a battery that runs low, and as the one
 * thing that does not wait its turn, that collision warning is lost. A text changes only where that does.
 */
export function liveTexts(
  { connection, state }: Hat,
  { live }: Dictionary,
): { status: string; battery: string; alarm: string } {
  if (connection !== "on") return { status: live[connection], battery: "", alarm: "" };
  const alarm =
    state.processes?.guard.state === "off"
      ? live.warningOff
      : state.guard?.level === "blind"
        ? live.warningBlind
        : "";
  const warns = state.guard?.level === "paused" ? live.paused : live.on;
  const status = alarm !== "" ? live.connected : state.guard == null ? live.starting : warns;
  const { percent = null, charging = null } = state.power ?? {};
  const step =
    percent === null || charging === true ? undefined : batterySteps.findLast((at) => percent <= at);
  return { status, battery: step === undefined ? "" : live.batteryLow(step), alarm };
}
