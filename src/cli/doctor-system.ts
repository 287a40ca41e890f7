import { existsSync } from "node:fs";
import { request } from "node:http";
import { request as requestTls } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { timeOfDay } from "../base/clock.ts";
import { messageOf, systemCode } from "../base/errors.ts";
import { bad, type Check, type Finding, good, type World } from "./doctor-world.ts";

const units = ["brim-guard.service", "brim.service"];
/** A service that was brought back more often since it was started keeps ending. */
const mostRestarts = 3;
const answerMs = 2_000;

const runsSystemd = ({ root }: World) => existsSync(join(root, "run/systemd/system"));
const isInstalled = ({ root }: World) =>
  units.some((unit) => existsSync(join(root, "etc/systemd/system", unit)));

/** Whether the services are there, start with the machine, and run. */
export const services: Check = async (world) => {
  if (!runsSystemd(world)) return [];
  if (!isInstalled(world))
    return [good("Brim is not installed as a service: it runs when it is started by hand")];
  return Promise.all(units.map((unit) => service(world, unit)));
};

async function service({ ask }: World, unit: string): Promise<Finding> {
  const answer = await ask(
    "systemctl",
    "show",
    "--property=LoadState,ActiveState,UnitFileState,NRestarts",
    unit,
  );
  if (answer === null) return bad(`systemd does not tell how ${unit} is`, `systemctl status ${unit}`);
  const state = Object.fromEntries(answer.split("\n").map((line) => line.split("=", 2)));
  const log = `journalctl -u ${unit} says why`;
  if (state.LoadState !== "loaded") return bad(`${unit} is not installed`, "sudo scripts/install");
  if (state.ActiveState === "failed") return bad(`${unit} has failed`, log);
  if (state.ActiveState !== "active")
    return bad(`${unit} does not run (${state.ActiveState})`, `sudo systemctl start ${unit}; ${log}`);
  if (Number(state.NRestarts) > mostRestarts) {
    return bad(`${unit} keeps ending: it was brought back ${state.NRestarts} times`, log);
  }
  if (state.UnitFileState !== "enabled") {
    return bad(`${unit} runs, and does not start with the machine`, `sudo systemctl enable ${unit}`);
  }
  return good(`${unit} runs`);
}

/** Whether this user may switch the machine off, as the menu and an empty battery do. */
export const off: Check = async (world) => {
  const { config, ask } = world;
  if (!runsSystemd(world) || !isInstalled(world) || !config.power.halt.startsWith("systemctl ")) return [];
  const manager = "org.freedesktop.login1";
  const answer = await ask(
    "busctl",
    "call",
    manager,
    "/org/freedesktop/login1",
    `${manager}.Manager`,
    "CanPowerOff",
  );
  if (answer?.includes('"yes"')) return [good("the hat can switch itself off")];
  const polkit = (await ask("pkcheck", "--version")) !== null;
  return [
    bad(
      `the hat may not switch itself off: ${polkit ? "the rule for polkit is not there" : "polkit is not installed"}`,
      `${polkit ? "" : "sudo apt install polkitd, then "}sudo scripts/install; until then unplug the battery`,
    ),
  ];
};

/** Whether the clock was set: it is told by ear, and a server's certificate is valid by it. A Pi has none that goes on without power. */
export const clock: Check = async (world) => {
  if (!runsSystemd(world)) return [];
  const answer = (await world.ask("timedatectl", "show", "--property=NTPSynchronized", "--value"))?.trim();
  if (answer === "yes") return [good("the clock is set from the network")];
  if (answer !== "no") return [];
  const { hours, minutes } = timeOfDay();
  return [
    bad(
      `the clock is not set from the network: here it is ${hours}:${String(minutes).padStart(2, "0")}`,
      "let the hat reach a network, and sudo timedatectl set-ntp true",
    ),
  ];
};

/** Whether the page has its port, or can have it. */
export const page: Check = async ({ config }) => {
  const { host, port, tls } = config.page;
  if (port === 0) return [];
  try {
    await listen(host, port);
    return [good(`the page's port ${port} is free`)];
  } catch (error) {
    switch (systemCode(error)) {
      case "EADDRINUSE":
        return [
          (await isBrim(host, port, tls))
            ? good(`the page is at port ${port}`)
            : bad(
                `the page's port ${port} is taken by another program`,
                `sudo ss -ltnp "sport = :${port}" names it; or set page.port`,
              ),
        ];
      case "EACCES":
        return [bad(`the page may not have port ${port}`, "set page.port to 1024 or more")];
      case "EADDRNOTAVAIL":
        return [bad(`this machine has no address ${host}`, "set page.host")];
      default:
        return [bad(`the page cannot have port ${port}: ${messageOf(error)}`, "set page.host and page.port")];
    }
  }
};

function listen(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

/** Whether what listens there answers with Brim's page. Never rejects. */
function isBrim(host: string, port: number, tls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const to = {
      host: host === "0.0.0.0" || host === "::" ? "localhost" : host,
      port,
      path: "/",
      timeout: answerMs,
    };
    const asked = tls ? requestTls({ ...to, rejectUnauthorized: false }) : request(to);
    asked.on("response", (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.length > 10_000) answer.destroy();
      });
      answer.on("close", () => resolve(text.includes("<title>Brim</title>")));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
