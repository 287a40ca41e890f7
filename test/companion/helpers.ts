import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { BrimError } from "../../src/base/errors.ts";
import type { Log } from "../../src/base/log.ts";
import type { Right } from "../../src/base/settings.ts";
import type { Health, MemoryEntry, SettingValue } from "../../src/companion/api.ts";
import { Companion, type CompanionOptions } from "../../src/companion/companion.ts";
import type { ToPage } from "../../src/companion/messages.ts";
import { Pairing } from "../../src/companion/pairing.ts";
import type { MemoryPorts, SettingsPorts } from "../../src/companion/ports.ts";
import { Refusal } from "../../src/companion/serve.ts";
import type { PageState } from "../../src/companion/state.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export function anEntry(name: string): MemoryEntry {
  return {
    ...{ id: "00000000000000aa", kind: "person", name, title: name, hasClip: false, views: 1 },
    ...{ createdAt: 0, seenAt: null, forgottenAt: null },
  };
}

/** A hat with a page on a free port, and what its page asked of it. */
export class Hat {
  readonly asked: unknown[] = [];
  readonly lines: string[] = [];
  readonly companion: Companion;
  readonly pairing: Pairing;
  readonly folder: string;
  picture: () => Promise<Buffer | null> = async () => Buffer.from("jpeg");
  entries: MemoryEntry[] = [anEntry("Ana")];
  rights: Right[] = [];
  readonly memory: MemoryPorts = {
    list: () => this.entries,
    rename: (id, name) => {
      if (name === "taken") throw new BrimError("INPUT", "there is a person called taken already");
      this.asked.push({ rename: [id, name] });
      return anEntry(name ?? "New person 1");
    },
    clip: () => null,
    merge: () => anEntry("Ana"),
    forget: (id) => this.asked.push({ forget: id }),
    forgetAll: () => this.asked.push("forget all"),
    export: async () => Buffer.from("sealed"),
    import: async (_sealed, passphrase) => {
      if (passphrase !== "correct horse battery") throw new BrimError("INPUT", "wrong passphrase");
      return { added: 1, changed: 0, unchanged: 0 };
    },
  };
  readonly #values: Record<string, SettingValue> = {};
  readonly settings: SettingsPorts = {
    list: () => [this.settings.get("words_per_minute"), this.settings.get("helper_may")],
    get: (key) => ({
      ...{ key, type: "number", default: 220, restart: false },
      value: this.#values[key] ?? 220,
      access: key === "helper_may" ? "wearer" : "speech",
    }),
    change: async (key, value) => {
      if (value === "junk") throw new BrimError("INPUT", `${key}: expected a number from 120 to 600`);
      this.#values[key] = value;
      this.asked.push({ set: [key, value] });
    },
    reset: async (keys) => {
      this.asked.push({ reset: keys });
    },
    helperMay: this.rights,
  };
  readonly health: Health = {
    ...{ version: "1", node: "20", upSeconds: 1, machineUpSeconds: 2, processes: [], sensors: [] },
    ...{ seeing: "good", devices: [], models: [], memory: { totalBytes: 2, freeBytes: 1 }, disk: null },
    ...{ celsius: null, troubles: [] },
  };

  constructor(options: Partial<CompanionOptions> = {}, clock: Clock = systemClock) {
    const log: Log = {
      debug() {},
      info() {},
      warn: (line) => this.lines.push(line),
      error: (line) => this.lines.push(line),
    };
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), "brim-page-"));
    this.pairing = options.pairing ?? new Pairing(clock, ["apple", "river"]);
    this.companion = new Companion({
      clock,
      log,
      host: "127.0.0.1",
      port: 0,
      network: false,
      pairing: this.pairing,
      folder: this.folder,
      simulated: true,
      handlers: {
        read: () => this.asked.push("read"),
        find: (thing) => {
          this.asked.push({ find: thing });
          return true;
        },
        ask: async (text, onSentence) => {
          this.asked.push({ ask: text });
          onSentence("A street.");
          return "offline";
        },
        unpair: () => this.pairing.close(),
        lend: (phone) => this.asked.push({ lend: phone?.name ?? null }),
        frame: async () => true,
        memory: this.memory,
        settings: this.settings,
        health: async () => this.health,
        privacy: async () => ({
          ...{ people: 1, things: 0, spokenNames: 0, files: [] },
          ...{ descriptions: null, picture: "announce" as const },
        }),
        deleteAll: async () => {
          this.asked.push("delete everything");
        },
        simulate: (message) => this.asked.push(message),
        picture: {
          take: async ({ name }) => {
            this.asked.push({ picture: name });
            const jpeg = await this.picture();
            if (jpeg === null) throw new Refusal("unavailable", "there is no picture now");
            return { jpeg, width: 640, height: 480, seeing: "good", things: [] };
          },
          segment: async (prompt) => {
            this.asked.push({ segment: prompt });
            return {
              score: 0.9,
              box: [0, 0, 0.5, 0.5],
              outline: [
                [
                  [0, 0],
                  [0.5, 0],
                  [0.5, 0.5],
                ],
              ],
            };
          },
          enrol: async (asked) => {
            this.asked.push({ enrol: asked });
            return { entry: anEntry(asked.name), how: "new" };
          },
        },
        around: () => this.asked.push("around"),
        hush: () => this.asked.push("hush"),
        repeat: () => this.asked.push("repeat"),
        pause: (minutes) => this.asked.push({ pause: minutes }),
        pair: () => this.pairing.begin(),
        paired: ({ name, role }) => this.asked.push({ name, role }),
      },
      onListening: () => {},
      ...options,
    });
  }

  async start(): Promise<this> {
    await this.companion.start(new AbortController().signal);
    return this;
  }

  async stop(): Promise<void> {
    await this.companion.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get url(): URL {
    return new URL(this.companion.url ?? "http://nowhere");
  }

  get port(): number {
    return Number(this.url.port);
  }

  ask(path: string, headers: Record<string, string> = {}, method = "GET", body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: this.port, path, method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }

  /** Opens the printed link, or pairs with a real hat; returns the session's cookie. */
  async enter(): Promise<string> {
    if (this.url.search !== "") return cookieOf(await this.ask(`/${this.url.search}`));
    const headers = { origin: this.url.origin, "content-type": "application/json" };
    const body = { name: "phone", role: "wearer", code: this.pairing.begin() };
    return cookieOf(await this.ask("/pairing/code", headers, "POST", JSON.stringify(body)));
  }

  async open(cookie: string): Promise<Page> {
    const page = new Page(this.port, { Cookie: cookie });
    await page.opened;
    return page;
  }
}

/** The cookie of the session that an answer opens. */
export function cookieOf({ headers }: Answer): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** What a browser's page does, without the browser. */
export class Page {
  readonly socket: WebSocket;
  readonly opened: Promise<number>;
  readonly closed: Promise<number>;
  readonly errors: string[] = [];
  readonly states: Partial<PageState>[] = [];
  /** What else it was sent. */
  readonly others: ToPage[] = [];

  constructor(
    port: number,
    headers: Record<string, string>,
    origin: string | null = `http://127.0.0.1:${port}`,
  ) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
      headers,
      ...(origin !== null && { origin }),
    });
    // Resolves with the status: 101 when the socket is open.
    this.opened = new Promise((resolve) => {
      this.socket.on("open", () => resolve(101));
      this.socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode ?? 0));
    });
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
    this.socket.on("error", () => {});
    this.socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.type === "error") this.errors.push(message.message);
      else if (message.type === "state") this.states.push(message.state);
      else this.others.push(message);
    });
  }

  /** All that the page has been told, the latest of each key. */
  get state(): Partial<PageState> {
    return Object.assign({}, ...this.states);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
}

export async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  const end = systemClock.now() + ms;
  while (!condition()) {
    if (systemClock.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await systemClock.sleep(10);
  }
}
