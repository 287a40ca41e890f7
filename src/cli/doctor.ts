import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";
import { openI2cBus } from "../devices/i2c.ts";
import { type Command, parseOptions } from "./command.ts";
import { checks, failed } from "./doctor-checks.ts";
import { asker, type Check, type Finding, realAccess, type World } from "./doctor-world.ts";

/** A check that has no answer by then is told as such. */
const limitMs = 5_000;

export const command: Command = {
  usage: [
    "usage: brim doctor [--json] [--config FILE]",
    "",
    "Looks at Node, models, disk, sensors, gyro, battery, pins, button, camera, sound, microphone, services, switching off, the page's",
    "port and the clock, and says of each what is wrong and how to mend it.",
    "Ends with 0 when all is well, else with 1.",
    "  --json  prints one JSON object a line: check, ok, message, and mend where something is wrong",
  ].join("\n"),

  async run(args, { env, out, err }) {
    const { values, positionals } = parseOptions(args, {
      json: { type: "boolean" },
      config: { type: "string" },
    });
    if (positionals.length > 0) {
      throw new BrimError("INPUT", `doctor: what is "${positionals[0]}"? (brim doctor --help)`);
    }
    const { config, warnings } = loadConfig(values.config, env);
    for (const warning of warnings) err(`brim: ${warning}`);
    const world: World = { config, env, root: "/", openBus: openI2cBus, access: realAccess, ask: asker(env) };
    let well = true;
    for (const [name, check] of Object.entries(checks)) {
      for (const finding of await examine(name, check, world)) {
        well &&= finding.ok;
        out(values.json ? JSON.stringify({ check: name, ...finding }) : describe(name, finding));
      }
    }
    return well ? 0 : 1;
  },
};

/** Does a check within its time. Never rejects. */
export async function examine(name: string, check: Check, world: World): Promise<Finding[]> {
  const limit = new AbortController();
  const late = systemClock.sleep(limitMs, limit.signal).then(
    () => [failed(name, `no answer in ${limitMs / 1_000} s`)],
    () => [],
  );
  try {
    return await Promise.race([check(world), late]);
  } catch (error) {
    return [failed(name, error)];
  } finally {
    limit.abort();
  }
}

function describe(name: string, { ok, message, mend }: Finding): string {
  return `${ok ? "well " : "WRONG"}  ${name.padEnd(8)} ${message}${mend === undefined ? "" : `: ${mend}`}`;
}
