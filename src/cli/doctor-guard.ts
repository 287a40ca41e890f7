import { createConnection } from "node:net";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { guardSocket } from "../base/config.ts";
import { systemCode } from "../base/errors.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import { fromGuardSchema, guardMessageLimit, type SensorState } from "../base/protocol.ts";
import { bad, blocked, type Check, type Finding, good, type World } from "./doctor-world.ts";

const answerMs = 2_000;
/** Where the installed units have it. */
const installedSocket = "run/brim/guard.sock";
const log = "journalctl -u brim-guard.service";

/** The guard that has the hat's sensors and pins: how it says that its sensors are, or why it does not say. */
export type RunningGuard = { sensors: SensorState[] } | { trouble: Finding };

/** What was found in the world of a run. */
const asked = new WeakMap<World, Promise<RunningGuard | null>>();

/** The guard that runs here, of the installed units or started by hand. Null where none does, or only a simulated one. */
export function findGuard(world: World): Promise<RunningGuard | null> {
  // Many checks want to know: a guard that does not answer is waited for once.
  const answer = asked.get(world) ?? lookForGuard(world);
  asked.set(world, answer);
  return answer;
}

async function lookForGuard({ config, env, root, access }: World): Promise<RunningGuard | null> {
  const sockets = new Set([
    guardSocket(config, env),
    join(root, installedSocket),
    guardSocket(config, {}), // the state folder's
  ]);
  const found = await Promise.all(
    [...sockets].map((socket) => {
      const why = blocked(socket, access);
      if (why === "missing") return null;
      return why === "denied" ? { trouble: closed(socket) } : ask(socket);
    }),
  );
  return found.find((guard) => guard !== null) ?? null;
}

/** How the sensors of the guard that runs are: it alone may talk to them. */
export const guard: Check = async (world) => {
  const running = await findGuard(world);
  if (running === null) return [];
  if ("trouble" in running) return [running.trouble];
  const { driver } = world.config.imu;
  const gyro = good(`the gyro (${driver}) is the running guard's: ${log} names what is wrong with it`);
  return [
    ...running.sensors.map((state) => sensor(world, state)),
    ...(["none", "simulated"].includes(driver) ? [] : [gyro]),
  ];
};

function closed(socket: string): Finding {
  return bad(
    `the guard runs (${socket}) and does not talk to this user: its devices were not looked at`,
    "sudo brim doctor asks it",
  );
}

function sensor({ config }: World, { name, state, reason }: SensorState): Finding {
  const driver = config.range.find((range) => range.name === name)?.driver;
  const what = `the range finder ${name}${driver === undefined ? "" : ` (${driver})`}`;
  switch (state) {
    case "good":
      return good(`${what} measures, says the running guard`);
    case "starting":
      return bad(`${what} has not measured yet, says the running guard`, "ask again in a few seconds");
    case "blind":
      return bad(`${what}, says the running guard: ${reason}`, mends[reason ?? ""] ?? `${log} says more`);
  }
}

const wires = `check its power and wires, and range.driver, range.address and range.bus; ${log} says more`;
const power = "take its power away for a moment; if that does not help, replace it";
/** What to do about the reasons that name no cure themselves. */
const mends: Record<string, string> = {
  "no readings": wires,
  "sensor not answering": wires,
  "sensor silent": power,
  "sensor stuck": power,
  "sensor hardware fault": power,
  "readings implausible": power,
  "sensor covered": "take away what hangs before it, and clean it",
};

/** Asks as one who watches. Null where nobody listens any more, or where the sensors are simulated. Never rejects. */
function ask(path: string): Promise<RunningGuard | null> {
  return new Promise((resolve) => {
    let real = false;
    let answer: RunningGuard | null = {
      trouble: bad(
        `the guard (${path}) does not answer within ${answerMs / 1_000} s`,
        `sudo systemctl restart brim-guard; ${log} says why`,
      ),
    };
    const socket = createConnection(path);
    const limit = systemClock.after(answerMs, () => socket.destroy());
    quiet(socket);
    socket.once("error", (error) => {
      // A guard that was killed leaves its socket behind.
      if (["ECONNREFUSED", "ENOENT"].includes(systemCode(error) ?? "")) answer = null;
    });
    socket.once("close", () => {
      limit.cancel();
      resolve(answer);
    });
    receive(socket, {
      schema: fromGuardSchema,
      limit: guardMessageLimit,
      onBad: () => {},
      onMessage: (message) => {
        if (message.type === "welcome") {
          real = message.epoch === null;
          if (real) return;
          answer = null;
          socket.destroy();
        } else if (message.type === "status" && real) {
          const { sensors } = message;
          answer = { sensors };
          if (sensors.every(({ state }) => state !== "starting")) socket.destroy();
        }
      },
    });
    send(socket, { type: "hello", role: "watcher", pid: process.pid });
  });
}
