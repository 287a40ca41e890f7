import { readFile } from "node:fs/promises";
import type { Page, Route, WebSocketRoute } from "playwright-core";
import sharp from "sharp";
import {
  type AnswerOf,
  api,
  type Failure,
  type MemoryEntry,
  type RouteName,
  type Setting,
} from "../../src/companion/api.ts";
import { pageFolder, securityHeaders } from "../../src/companion/assets.ts";
import type { FromPage, ToPage } from "../../src/companion/messages.ts";
import type { PageState } from "../../src/companion/state.ts";

export const host = "localhost:8787";
export const address = `http://${host}/`;

/** Wall time at which all of it happens, so that the same words come out every day. */
const noon = Date.UTC(2025, 4, 6, 12, 0);
const id = (n: number) => n.toString(16).padStart(16, "0");

function entry(n: number, title: string, more: Partial<MemoryEntry> = {}): MemoryEntry {
  return {
    id: id(n),
    kind: "person",
    name: title,
    title,
    hasClip: true,
    views: 4,
    createdAt: noon,
    seenAt: noon,
    forgottenAt: null,
    ...more,
  };
}

const setting = { restart: false, access: "paired", mayChange: true } as const;
const settings: Setting[] = [
  {
    ...setting,
    key: "volume",
    type: "number",
    value: 80,
    default: 100,
    min: 10,
    max: 100,
    step: 10,
    unit: "percent",
  },
  {
    ...setting,
    key: "words_per_minute",
    type: "number",
    value: 220,
    default: 220,
    min: 120,
    max: 600,
    step: 20,
    unit: "words a minute",
  },
  {
    ...setting,
    key: "verbosity",
    type: "choice",
    value: "normal",
    default: "normal",
    choices: ["quiet", "normal", "chatty"],
  },
  {
    ...setting,
    key: "language",
    type: "choice",
    value: "es",
    default: "en",
    now: "en",
    restart: true,
    choices: ["en", "es"],
  },
  {
    ...setting,
    key: "picture",
    type: "choice",
    value: "ask",
    default: "ask",
    choices: ["ask", "announce", "never"],
  },
  {
    ...setting,
    key: "helper_may",
    type: "set",
    value: ["pause"],
    default: [],
    choices: ["speech", "pause", "export", "delete_all"],
    mayChange: false,
  },
  { ...setting, key: "send_names", type: "switch", value: false, default: false },
];

const phone = { id: id(1), name: "Ana's phone", role: "wearer", pairedAt: noon } as const;

/** A hat of paper: the page's own files with their real headers, and answers that fit the contract. */
export class PaperHat {
  readonly asked: { route: string; body: unknown }[] = [];
  readonly sent: FromPage[] = [];
  /** Answers, by route; a failure is refused with 409. */
  readonly answers: { [K in RouteName]?: AnswerOf<K> | Failure } = {
    "GET /memory": {
      entries: [
        entry(1, "Ana"),
        entry(2, "Ben", { hasClip: false, seenAt: null }),
        entry(3, "New person 3", { name: null, hasClip: false, forgottenAt: noon + 5 * 86_400_000 }),
        entry(4, "keys", { kind: "thing" }),
      ],
    },
    "GET /settings": { settings },
    "GET /phones": {
      you: phone,
      phones: [
        { ...phone, open: true },
        { id: id(2), name: "Ben", role: "helper", pairedAt: noon, open: false },
      ],
    },
    "POST /pairing/begin": {
      code: "123456",
      link: `${address}#code=123456`,
      address,
      seconds: 300,
      fingerprint: "AB:CD:EF",
      qr: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1H0z"/></svg>',
    },
    "GET /pairing": { open: true, seconds: 290 },
    "GET /health": {
      version: "0.1.0",
      node: "20.19.0",
      upSeconds: 7_500,
      machineUpSeconds: 90_000,
      processes: [
        { name: "guard", state: "on", pid: 2, rssBytes: 64e6, note: null },
        { name: "mind", state: "on", pid: 1, rssBytes: 97e6, note: null },
        { name: "eyes", state: "on", pid: 3, rssBytes: 268e6, note: "simulated" },
      ],
      sensors: [{ name: "front", state: "good", reason: null }],
      seeing: "good",
      devices: [
        { kind: "camera", name: "simulated", works: true },
        { kind: "sound", name: "aplay", works: false },
      ],
      models: [{ name: "nanodet", built: true, bytes: 1_500_000 }],
      memory: { totalBytes: 4e9, freeBytes: 2.5e9 },
      disk: { totalBytes: 32e9, freeBytes: 20e9 },
      celsius: 51.4,
      troubles: ["speech: no sound card"],
    },
    "GET /privacy": {
      people: 3,
      things: 1,
      spokenNames: 2,
      phones: 2,
      files: [{ what: "memory", name: "memory.db", bytes: 81_920 }],
      descriptions: { host: "lvlm.example.org", sendNames: false },
      picture: "ask",
    },
    "GET /sounds": [{ name: "saved", like: "two notes, rising", meaning: "saved" }],
    "POST /picture": {
      id: 7,
      width: 640,
      height: 480,
      seconds: 60,
      seeing: "good",
      things: [
        {
          label: "person",
          text: "Ana, 1 o'clock, near.",
          box: [0.55, 0.2, 0.25, 0.7],
          hour: 1,
          known: { id: id(1), name: "Ana", sure: true },
        },
        {
          label: "cup",
          text: "Cup, 11 o'clock, arm's length.",
          box: [0.1, 0.5, 0.2, 0.25],
          hour: 11,
          known: null,
        },
      ],
    },
    "POST /picture/:id/segment": {
      score: 0.92,
      box: [0.1, 0.5, 0.2, 0.25],
      outline: [
        [
          [0.1, 0.5],
          [0.3, 0.5],
          [0.28, 0.75],
          [0.12, 0.75],
        ],
      ],
    },
    "POST /picture/:id/enrol": { entry: entry(5, "my cup", { kind: "thing" }), how: "new" },
    "PUT /memory/:id/name": entry(3, "Carla"),
    "POST /memory/merge": entry(1, "Ana"),
    "POST /memory/import": { added: 2, changed: 1, unchanged: 0 },
  };
  state: PageState = {
    language: "en",
    simulated: true,
    guard: {
      level: "quiet",
      beepsPerSecond: 0,
      metres: 2.4,
      reach: null,
      pausedFor: null,
      sensors: [{ name: "front", state: "good", reason: null }],
    },
    buzzer: false,
    power: { percent: 80, minutesLeft: 210, charging: false, problems: [] },
    seen: {
      seeing: "good",
      width: 640,
      height: 480,
      things: [
        { id: 1, label: "person", text: "Ana, 1 o'clock, near.", box: [350, 96, 160, 336] },
        { id: 2, label: "cup", text: "Cup, 11 o'clock, arm's length.", box: [64, 240, 128, 120] },
      ],
    },
    processes: { guard: { state: "on" }, mind: { state: "on" }, eyes: { state: "on" } },
    troubles: [],
    finding: null,
    people: 1,
    settings: { picture: "ask" },
    said: [
      { text: "Brim on. Collision warning on.", priority: "safety", time: noon },
      { text: "Ana, 1 o'clock, near.", priority: "recognised", time: noon + 9_000 },
    ],
    pairing: { open: false, until: null, asks: null },
    phones: 1,
    camera: null,
  };
  readonly #sockets = new Set<WebSocketRoute>();

  /** Takes the place of the network for a page. */
  async serve(page: Page): Promise<void> {
    await page.route(`${address}**`, (route) => this.#answer(route));
    await page.routeWebSocket(`ws://${host}/socket`, (socket) => {
      this.#sockets.add(socket);
      socket.onClose(() => this.#sockets.delete(socket));
      socket.onMessage((message) => {
        if (typeof message === "string") this.sent.push(JSON.parse(message));
      });
      this.#send(socket, { type: "you", phone, may: ["speech", "pause", "export", "delete_all"] });
      this.#send(socket, { type: "state", state: this.state });
    });
  }

  /** The hat has changed. */
  publish(state: Partial<PageState>): void {
    Object.assign(this.state, state);
    this.tell({ type: "state", state });
  }

  tell(message: ToPage): void {
    for (const socket of this.#sockets) this.#send(socket, message);
  }

  /** The connection is lost. */
  hangUp(): void {
    for (const socket of this.#sockets) void socket.close();
    this.#sockets.clear();
  }

  /** What a view has asked of a route. */
  bodies(route: RouteName): unknown[] {
    return this.asked.filter((one) => one.route === route).map(({ body }) => body);
  }

  #send(socket: WebSocketRoute, message: ToPage): void {
    socket.send(JSON.stringify(message));
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const { pathname } = new URL(request.url());
    const headers = securityHeaders([host]);
    const name = routeOf(request.method(), pathname);
    if (name === null) {
      const file = pathname === "/" ? "index.html" : pathname.slice(1);
      const body = await readFile(new URL(file, pageFolder)).catch(() => null);
      if (body === null) return route.fulfill({ status: 404, headers, body: "" });
      const types: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };
      const type = types[file.split(".").at(-1) ?? ""] ?? "image/svg+xml";
      return route.fulfill({ headers: { ...headers, "content-type": type }, body });
    }
    this.asked.push({ route: name, body: request.postDataJSON() ?? null });
    if (name === "GET /picture/:id") {
      return route.fulfill({ headers: { ...headers, "content-type": "image/jpeg" }, body: await grey() });
    }
    const answer = this.answers[name];
    if (answer === undefined) return route.fulfill({ status: 204, headers });
    if ("code" in answer && "error" in answer) return route.fulfill({ status: 409, headers, json: answer });
    const schema = api[name] as { answer?: { parse?(value: unknown): unknown } };
    return route.fulfill({ headers, json: schema.answer?.parse?.(answer) ?? answer });
  }
}

function routeOf(method: string, path: string): RouteName | null {
  const names = Object.keys(api) as RouteName[];
  return (
    names.find((name) => {
      const [verb, pattern = ""] = name.split(" ");
      return verb === method && new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`).test(path);
    }) ?? null
  );
}

let jpeg: Promise<Buffer> | null = null;

function grey(): Promise<Buffer> {
  jpeg ??= sharp({ create: { width: 640, height: 480, channels: 3, background: "#8a9199" } })
    .jpeg()
    .toBuffer();
  return jpeg;
}
