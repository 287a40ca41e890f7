import { statSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { guardSocket, loadConfig } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";
import { guardOptions } from "../base/guard-options.ts";
import { createLog } from "../base/log.ts";
import { ownProgram } from "../base/own-program.ts";
import { keepHeapSmall } from "../base/small-heap.ts";
import { GuardLink } from "../links/guard-link.ts";
import type { HatEvent } from "../mind.ts";
import { type Command, numberOption, parseOptions } from "./command.ts";
import { assertReal, simulatedConfig } from "./simulation.ts";

export const command: Command = {
  usage: [
    "usage: brim start [--simulate [FOLDER]] [--json] [--seconds N] [--no-guard] [--config FILE]",
    "",
    "Runs the whole hat: guard, eyes and mind.",
    "  --simulate [FOLDER]  without hardware: a walk through the photos in FOLDER, or through sample photos",
    "  --json               prints events, one JSON object a line, and nothing else, to stdout",
    "  --seconds N          ends after N seconds",
    "  --no-guard           starts no guard: one that runs by itself (systemd) is joined",
    "  --config FILE        reads FILE instead of /etc/brim/brim.toml",
  ].join("\n"),

  goesOn: true,

  async run(args, { env, signal, out, err }) {
    const { values, positionals } = parseOptions(args, {
      simulate: { type: "boolean" },
      json: { type: "boolean" },
      seconds: { type: "string" },
      "no-guard": { type: "boolean" },
      config: { type: "string" },
    });
    const [folder, ...more] = positionals;
    if (more.length > 0 || (folder !== undefined && !values.simulate)) {
      throw new BrimError("INPUT", `start: what is "${more[0] ?? folder}"? (brim start --help)`);
    }
    if (folder !== undefined) assertFolder(folder);
    const seconds = values.seconds === undefined ? null : numberOption("seconds", values.seconds, 0, 1e6);
    const { config: read, warnings } = loadConfig(values.config, env);
    for (const warning of warnings) err(`brim: ${warning}`);
    if (!values.simulate) assertReal(read);

    const begun = systemClock.now();
    const config = values.simulate ? simulatedConfig(read) : read;
    const simulate = values.simulate ? { folder } : null;
    const startsGuard = !values["no-guard"];
    const socket = guardSocket(config, env);
    const log = createLog("mind", config.log);
    const options = guardOptions(config, socket, simulate && { epoch: begun }, true);
    const command = startsGuard ? ownProgram("guard", options) : null;
    const guard = new GuardLink({ socket, command, clock: systemClock, log });
    const ending = new AbortController();
    const timer = seconds === null ? null : systemClock.after(seconds * 1000, () => ending.abort());
    keepHeapSmall();
    process.title = "brim-mind";
    try {
      // The mind takes longer to load than the guard to warn.
      await guard.begin();
      const { runMind } = await import("../mind.ts");
      await runMind(
        {
          ...{ config, env, log, guard, startsGuard, simulate, epoch: begun },
          onEvent: (event) => {
            const t = Math.round(systemClock.now() - begun);
            out(values.json ? JSON.stringify({ t, ...event }) : describe(t, event));
          },
          onOff: () => ending.abort(),
          onPage: (url) => (values.json ? err : out)(`page: ${url}`),
        },
        AbortSignal.any([signal, ending.signal]),
      );
    } finally {
      timer?.cancel();
      await guard.stop();
    }
    return 0;
  },
};

/** @throws BrimError INPUT when there is no such folder */
function assertFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  const why = found === undefined ? "there is no such folder" : "it is no folder";
  throw new BrimError("INPUT", `--simulate ${folder}: ${why}: name a folder of photos`);
}

/** An event as a line for a person. */
function describe(t: number, event: HatEvent): string {
  return `${(t / 1000).toFixed(1).padStart(7)} s  ${words(event)}`;
}

function words(event: HatEvent): string {
  switch (event.event) {
    case "level": {
      const sound = event.pips
        ? `${event.pips} pip${event.pips > 1 ? "s" : ""}`
        : `${event.beepsPerSecond} beeps/s`;
      const where = event.metres === null ? "" : ` at ${event.metres.toFixed(2)} m`;
      return `guard   ${event.level}, ${sound}${where}`;
    }
    case "said":
      return `says    "${event.text}"`;
    case "seen":
      return `sees    ${event.objects.map(({ label }) => label).join(", ") || "nothing it knows"} (${event.seeing})`;
    case "learned":
      return `learned ${event.how}: ${event.kind} ${event.id}, views: ${event.views}${event.named ? "" : ", no name"}`;
    case "process":
      return `${event.name.padEnd(7)} ${event.state}${event.pid === null ? "" : ` (process ${event.pid})`}`;
  }
}
