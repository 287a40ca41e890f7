import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { withNames } from "../../src/attention/wording/names.ts";
import { type Clock, SimulatedClock, systemClock } from "../../src/base/clock.ts";
import { configSchema } from "../../src/base/config.ts";
import type { Log } from "../../src/base/log.ts";
import { type Ask, SceneClient } from "../../src/scene/client.ts";
import { Describer } from "../../src/scene/describer.ts";
import { endpointOf } from "../../src/scene/endpoint.ts";
import { Gateway, type GatewayOptions, usualLimits } from "../../src/scene/gateway/gateway.ts";
import { errorCodes } from "../../src/scene/protocol.ts";
import { until } from "./server.ts";
import { type Completion, ScriptedUpstream } from "./upstream.ts";

const tokens = ["first-secret", "second-secret"];
const picture = Buffer.from("JPEG of the street");
const dataUri = (jpeg: Buffer) => `data:image/jpeg;base64,${jpeg.toString("base64")}`;

let upstream: ScriptedUpstream;
let gateways: Gateway[];
let hats: RawHat[];
let logged: string[];
const keep = (text: string, fields?: object) => void logged.push(text + JSON.stringify(fields ?? {}));
const log: Log = { debug: keep, info: keep, warn: keep, error: keep };

beforeEach(async () => {
  upstream = new ScriptedUpstream();
  gateways = [];
  hats = [];
  logged = [];
  await upstream.start();
});
afterEach(async () => {
  for (const hat of hats) hat.ws.terminate();
  for (const gateway of gateways) await gateway.stop();
  await upstream.stop();
  // Neither a secret nor anything that was asked or answered is in a log.
  expect(logged.join("\n")).not.toMatch(/secret|What is|chair/);
});

async function gatewayOf({
  limits = {},
  hears = false,
  ...options
}: Partial<Omit<GatewayOptions, "limits">> & {
  limits?: Partial<GatewayOptions["limits"]>;
  hears?: boolean;
} = {}): Promise<Gateway> {
  const gateway = new Gateway({
    clock: systemClock,
    log,
    host: "127.0.0.1",
    port: 0,
    tokens,
    upstream: { url: upstream.url, key: "upstream-secret", model: "an-lvlm", hears },
    limits: { ...usualLimits, ...limits },
    tls: null,
    ...options,
  });
  gateways.push(gateway);
  await gateway.start();
  return gateway;
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at as it is
type Event = any;

/** Whoever speaks the protocol by hand. */
class RawHat {
  readonly events: Event[] = [];
  readonly ws: WebSocket;
  closed: number | null = null;
  status: number | null = null;

  constructor(
    { port }: Gateway,
    { token = tokens[0], headers = {} }: { token?: string | undefined; headers?: object } = {},
  ) {
    const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime`, {
      headers: { ...authorization, ...headers },
    });
    this.ws.on("message", (data) => this.events.push(JSON.parse(String(data))));
    this.ws.on("close", (code) => {
      this.closed = code;
    });
    this.ws.on("unexpected-response", (request, { statusCode }) => {
      this.status = statusCode ?? 0;
      request.destroy();
    });
    this.ws.on("error", () => {});
    hats.push(this);
  }

  static async in(...args: ConstructorParameters<typeof RawHat>): Promise<RawHat> {
    const hat = new RawHat(...args);
    await until(() => hat.events.length > 0 || hat.status !== null || hat.closed !== null);
    return hat;
  }

  send(...events: object[]): void {
    for (const event of events) this.ws.send(JSON.stringify(event));
  }

  all(type: string): Event[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Asks, and waits until that is answered, well or ill. */
  async asks(...content: object[]): Promise<Event> {
    const count = this.all("response.done").length;
    this.send(question(...content), { type: "response.create" });
    await until(() => this.all("response.done").length > count);
    return this.all("response.done").at(-1).response;
  }

  /** Lets virtual time go by while the hat answers pings. */
  async passes(clock: SimulatedClock, ms: number): Promise<void> {
    for (let end = clock.now() + ms; clock.now() < end; ) {
      clock.advance(Math.min(10_000, end - clock.now()));
      const count = this.all("session.updated").length;
      this.send({ type: "session.update", session: {} });
      await until(() => this.all("session.updated").length > count);
    }
  }

  get text(): string {
    return this.all("response.output_text.delta")
      .map(({ delta }) => delta)
      .join("");
  }
}

const question = (...content: object[]) => ({
  type: "conversation.item.create",
  event_id: "q",
  item: {
    type: "message",
    role: "user",
    content: content.length > 0 ? content : [{ type: "input_text", text: "What is ahead?" }],
  },
});
const image = (url = dataUri(picture)) => ({ type: "input_image", image_url: url });

function clientOf({ port }: Gateway, { token = tokens[1], clock = systemClock as Clock } = {}): SceneClient {
  const endpoint = endpointOf(configSchema.parse({}).scene, {
    BRIM_LVLM_URL: `ws://127.0.0.1:${port}`,
    BRIM_LVLM_TOKEN: token,
  });
  if (endpoint === null) throw new Error("no endpoint");
  return new SceneClient({ clock, log, endpoint, language: "en" });
}

const ask = (text: string, more: Partial<Ask> = {}): Ask => ({
  conversation: 1,
  instructions: "Be brief.",
  history: [],
  text,
  picture,
  sound: null,
  ...more,
});

const never = () => new AbortController().signal;

describe("from the hat to the model and back", () => {
  test("a wearer's question goes through with its picture, and the answer is spoken sentence by sentence", async () => {
    const gateway = await gatewayOf();
    upstream.script = (completion) =>
      completion.answer("A crossing, 12 o'", "clock. The road is clear. ", "A sign reads “Platform 4”.");
    const said: string[] = [];
    const client = clientOf(gateway);
    const describer = new Describer({
      clock: systemClock,
      log,
      language: "en",
      scene: configSchema.parse({}).scene,
      client,
      ports: {
        picture: async () => picture,
        facts: () => ({ seeing: "good", level: "quiet", range: null, things: [] }),
        around: () => withNames([], () => "A dog."),
        text: async () => null,
        people: () => [],
        say: ({ text, onEnd }) => {
          said.push(text);
          queueMicrotask(() => onEnd?.("finished"));
        },
        earcon: () => {},
      },
    });
    expect(await describer.ask({ kind: "describe" })).toBe("lvlm");
    describer.stop();
    expect(said).toEqual(["A crossing, 12 o'clock.", "I can't judge that.", "A sign reads “Platform 4”."]);
    const { body, headers } = upstream.last;
    expect(headers.authorization).toBe("Bearer upstream-secret");
    expect(body).toMatchObject({
      path: "/v1/chat/completions",
      model: "an-lvlm",
      stream: true,
      max_tokens: 600,
    });
    expect(body.messages.map(({ role }: Event) => role)).toEqual(["system", "user"]);
    expect(body.messages[0].content).toContain("blind person");
    expect(upstream.last.parts("text")[0].text).toContain("Question: What is ahead of me?");
    expect(upstream.last.parts("image_url")).toEqual([
      { type: "image_url", image_url: { url: dataUri(picture) } },
    ]);
  });

  test("each piece is passed on as it comes, not when all is there", async () => {
    const hat = await RawHat.in(await gatewayOf());
    upstream.script = () => {};
    hat.send(question(), { type: "response.create" });
    await until(() => upstream.completions.length === 1);
    upstream.last.delta("A ch");
    await until(() => hat.text === "A ch");
    upstream.last.delta("air, 12 o'clock.");
    await until(() => hat.text === "A chair, 12 o'clock.");
    expect(hat.all("response.done")).toEqual([]);
    upstream.last.done();
    await until(() => hat.all("response.done").length === 1);
    expect(hat.all("response.done")[0].response.status).toBe("completed");
    const id = hat.all("response.created")[0].response.id;
    expect(hat.all("response.output_text.done")).toMatchObject([{ response_id: id, text: hat.text }]);
  });

  test("letters that are cut in the middle of their bytes arrive whole", async () => {
    const hat = await RawHat.in(await gatewayOf());
    upstream.script = ({ response }) => {
      response.writeHead(200);
      const bytes = Buffer.from(
        'data: {"choices":[{"delta":{"content":"señal “Andén”"}}]}\r\n\r\ndata: [DONE]\n',
      );
      const pieces = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
      const next = () => {
        const piece = pieces.shift();
        if (piece === undefined) response.end();
        else response.write(piece, () => setImmediate(next));
      };
      next();
    };
    expect((await hat.asks()).status).toBe("completed");
    expect(hat.text).toBe("señal “Andén”");
  });

  test("follow-up questions carry the conversation, of its pictures only the newest two", async () => {
    const hat = await RawHat.in(await gatewayOf({ limits: { perMinute: 100 } }));
    for (let i = 1; i <= 40; i++) {
      const text = { type: "input_text", text: `Question ${i}?` };
      expect((await hat.asks(text, image(dataUri(Buffer.from(`picture ${i}`))))).status).toBe("completed");
    }
    const { messages } = upstream.last.body;
    expect(messages.length).toBeLessThanOrEqual(64);
    expect(messages.at(-2)).toEqual({ role: "assistant", content: "A chair, 12 o'clock." });
    const urls = messages.flatMap(({ content }: Event) =>
      typeof content === "string" ? [] : content.flatMap((part: Event) => part.image_url?.url ?? []),
    );
    expect(urls).toEqual(["picture 39", "picture 40"].map((text) => dataUri(Buffer.from(text))));
  });

  test("a longer answer than was asked for is passed on as cut off", async () => {
    const hat = await RawHat.in(await gatewayOf());
    upstream.script = (completion) => {
      completion.delta("A list of");
      completion.done("length");
    };
    expect(await hat.asks()).toMatchObject({
      status: "incomplete",
      status_details: { reason: "max_output_tokens" },
    });
    // This one does not even keep to that.
    upstream.script = (completion) => {
      const go = () => {
        if (completion.response.destroyed) return;
        completion.delta("and on ".repeat(500));
        setImmediate(go);
      };
      go();
    };
    expect(await hat.asks()).toMatchObject({ status: "incomplete" });
    await until(() => upstream.last.aborted);
    upstream.script = (completion) => completion.answer("A cup.");
    expect(await hat.asks()).toMatchObject({ status: "completed" });
  });

  test("a spoken question goes to a model that hears as a WAV file", async () => {
    const hat = await RawHat.in(await gatewayOf({ hears: true }));
    const samples = Buffer.from(Int16Array.from({ length: 2_400 }, (_, i) => i).buffer);
    const sound = { type: "input_audio", audio: samples.toString("base64") };
    expect((await hat.asks({ type: "input_text", text: "" }, sound)).status).toBe("completed");
    const [{ input_audio: audio }] = upstream.last.parts("input_audio");
    expect(audio.format).toBe("wav");
    const wav = Buffer.from(audio.data, "base64");
    expect([wav.toString("latin1", 0, 4), wav.readUInt32LE(4), wav.toString("latin1", 8, 16)]).toEqual([
      "RIFF",
      wav.length - 8,
      "WAVEfmt ",
    ]);
    expect([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([1, 24_000, 16]);
    expect(wav.subarray(44)).toEqual(samples);
  });

  test("where the model cannot hear, the hat says so, and a typed question works", async () => {
    const client = clientOf(await gatewayOf());
    expect(await client.ask(ask("", { sound: Buffer.alloc(4_800) }), () => {}, never())).toEqual({
      kind: "failed",
      why: "deaf",
      partly: false,
    });
    expect(await client.ask(ask("What is ahead?"), () => {}, never())).toEqual({ kind: "answered" });
    client.stop();
    expect(upstream.last.parts("input_audio")).toEqual([]);
  });
});

describe("who is let in", () => {
  test.each([
    ["one of the tokens", tokens[1], null],
    ["a wrong token", "third-secret", 401],
    ["the beginning of a token", "first-secre", 401],
    ["both tokens at once", tokens.join(","), 401],
    ["no token", "", 401],
  ])("%s: %s → %s", async (_, token, status) => {
    const gateway = await gatewayOf();
    expect((await RawHat.in(gateway, { token })).status).toBe(status);
    expect(gateway.metrics.refused.token).toBe(status === null ? 0 : 1);
  });

  test("the hat of whom the token is wrong says so, and does not knock again", async () => {
    const gateway = await gatewayOf();
    const client = clientOf(gateway, { token: "wrong-secret" });
    expect(await client.ask(ask("What is ahead?"), () => {}, never())).toMatchObject({ why: "refused" });
    expect(gateway.metrics.refused.token).toBe(1);
    expect(upstream.completions).toEqual([]);
  });

  test("everybody on this computer where there is no token, but no page in a browser", async () => {
    const gateway = await gatewayOf({ tokens: [] });
    expect((await RawHat.in(gateway, { token: "" })).status).toBeNull();
    const page = await RawHat.in(gateway, { token: "", headers: { origin: "https://example.org" } });
    expect(page.status).toBe(403);
  });

  test("who is refused and does not hang up is hung up on", async () => {
    const { port } = await gatewayOf();
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.write(
      "GET /v1/realtime HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let text = "";
    socket.on("data", (data) => {
      text += data;
    });
    let error = "";
    socket.on("error", ({ message }) => {
      error = message;
    });
    await until(() => text.startsWith("HTTP/1.1 401"));
    // It answers what comes now with a reset.
    const go = setInterval(() => socket.write("x"), 5);
    await until(() => error !== "");
    clearInterval(go);
    socket.destroy();
  });

  test("no more hats at once than it is set to", async () => {
    const gateway = await gatewayOf({ limits: { connections: 2 } });
    const first = await RawHat.in(gateway);
    await RawHat.in(gateway);
    expect((await RawHat.in(gateway)).status).toBe(503);
    expect(gateway.metrics.refused.full).toBe(1);
    first.ws.close();
    await until(() => gateway.metrics.connections === 1);
    expect((await RawHat.in(gateway)).status).toBeNull();
  });

  test("nobody at another path", async () => {
    const { port } = await gatewayOf();
    const ws = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`, {
      headers: { authorization: `Bearer ${tokens[0]}` },
    });
    let said = "";
    ws.on("error", ({ message }) => {
      said = message;
    });
    await until(() => said !== "");
    expect(said).toContain("404");
  });
});

describe("what is too much", () => {
  test("a message longer than allowed ends its connection alone", async () => {
    const gateway = await gatewayOf({ limits: { message: 64 * 1024 } });
    const [hat, other] = [await RawHat.in(gateway), await RawHat.in(gateway)];
    hat.send(question(image(dataUri(Buffer.alloc(64 * 1024)))));
    await until(() => hat.closed !== null);
    expect(hat.closed).toBe(1009);
    expect((await other.asks()).status).toBe("completed");
  });

  test("more questions a minute than allowed, until the minute is over", async () => {
    const clock = new SimulatedClock();
    const gateway = await gatewayOf({ clock, limits: { perMinute: 3 } });
    const hat = await RawHat.in(gateway);
    for (let i = 0; i < 3; i++) await hat.asks();
    hat.send(question(), { type: "response.create", event_id: "fourth" });
    await until(() => hat.all("error").length === 1);
    expect(hat.all("error")[0].error).toMatchObject({ code: errorCodes.busy, event_id: "fourth" });
    // Another hat has its own minute.
    expect((await (await RawHat.in(gateway)).asks()).status).toBe("completed");
    await hat.passes(clock, 60_000);
    expect((await hat.asks()).status).toBe("completed");
  });

  test("more answers at once than allowed: the hat says that, and asks again", async () => {
    const gateway = await gatewayOf({ limits: { active: 1 } });
    const hat = await RawHat.in(gateway);
    upstream.script = () => {};
    hat.send(question(), { type: "response.create" });
    await until(() => upstream.completions.length === 1);
    const client = clientOf(gateway);
    expect(await client.ask(ask("What is ahead?"), () => {}, never())).toMatchObject({ why: "busy" });
    upstream.last.answer("A chair.");
    await until(() => hat.all("response.done").length === 1);
    upstream.script = (completion) => completion.answer("A chair.");
    expect(await client.ask(ask("What is ahead?"), () => {}, never())).toEqual({ kind: "answered" });
    client.stop();
  });

  test("a second question while one is being answered", async () => {
    const hat = await RawHat.in(await gatewayOf());
    upstream.script = () => {};
    hat.send(question(), { type: "response.create" }, { type: "response.create", event_id: "second" });
    await until(() => hat.all("error").length === 1 && upstream.completions.length === 1);
    expect(hat.all("error")[0].error).toMatchObject({ code: errorCodes.active, event_id: "second" });
    upstream.last.answer("A chair.");
    await until(() => hat.all("response.done").length === 1);
    expect(upstream.completions).toHaveLength(1);
  });

  test("a picture that is somewhere else is not fetched", async () => {
    const hat = await RawHat.in(await gatewayOf());
    const urls = [
      "http://169.254.169.254/latest/meta-data",
      "file:///etc/passwd",
      "data:text/html;base64,QQ==",
      " https://example.org/a.jpg",
    ];
    for (const url of urls) hat.send(question(image(url)));
    await until(() => hat.all("error").length === urls.length);
    expect(hat.all("error").map(({ error }) => error.code)).toEqual(urls.map(() => errorCodes.invalid));
    await hat.asks();
    expect(JSON.stringify(upstream.last.body)).not.toMatch(/169\.254|passwd|text\/html|example\.org/);
  });

  test.each([
    ["no JSON", "what?"],
    ["no object", "7"],
    ["an event that is not known", '{"type":"input_audio_buffer.append","event_id":"e"}'],
    ["an event that is not as it should be", '{"type":"conversation.item.create","event_id":"e","item":7}'],
    ["bytes", Buffer.from([0, 1, 2])],
  ])("%s is an error, and the next question works", async (_, data) => {
    const hat = await RawHat.in(await gatewayOf());
    hat.ws.send(data);
    await until(() => hat.all("error").length === 1);
    const id = String(data).includes("event_id") ? "e" : null;
    expect(hat.all("error")[0].error).toMatchObject({ code: errorCodes.invalid, event_id: id });
    expect((await hat.asks()).status).toBe("completed");
  });
});

describe("an answer that nobody wants any more ends at the upstream, too", () => {
  test("when the wearer hushes", async () => {
    const hat = await RawHat.in(await gatewayOf());
    upstream.script = (completion) => completion.delta("A long story");
    hat.send(question(), { type: "response.create" });
    await until(() => hat.text !== "");
    hat.send({ type: "response.cancel" });
    await until(() => hat.all("response.done").length === 1);
    expect(hat.all("response.done")[0].response.status).toBe("cancelled");
    await until(() => upstream.last.aborted);
    hat.send({ type: "response.cancel", event_id: "late" });
    await until(() => hat.all("error").length === 1);
    expect(hat.all("error")[0].error).toMatchObject({ code: errorCodes.notActive, event_id: "late" });
    upstream.script = (completion) => completion.answer("A cup.");
    expect((await hat.asks()).status).toBe("completed");
  });

  test("when the hat's own client hushes, before the first word", async () => {
    const client = clientOf(await gatewayOf());
    upstream.script = () => {};
    const hush = new AbortController();
    const outcome = client.ask(ask("What is ahead?"), () => {}, hush.signal);
    await until(() => upstream.completions.length === 1);
    hush.abort();
    expect(await outcome).toEqual({ kind: "hushed" });
    await until(() => upstream.last.aborted);
    upstream.script = (completion) => completion.answer("A cup.");
    expect(await client.ask(ask("And now?"), () => {}, never())).toEqual({ kind: "answered" });
    client.stop();
  });

  test.each([
    ["says goodbye", (hat: RawHat) => hat.ws.close()],
    ["is gone at once", (hat: RawHat) => hat.ws.terminate()],
  ])("when the hat %s", async (_, leave) => {
    const gateway = await gatewayOf();
    const hat = await RawHat.in(gateway);
    upstream.script = (completion) => completion.delta("A long story");
    hat.send(question(), { type: "response.create" });
    await until(() => hat.text !== "");
    leave(hat);
    await until(() => upstream.last.aborted && gateway.metrics.active === 0);
    expect(gateway.metrics.connections).toBe(0);
  });

  test("when the hat is gone without a word: it answers no ping", async () => {
    const clock = new SimulatedClock();
    const gateway = await gatewayOf({ clock });
    const hat = await RawHat.in(gateway);
    const other = await RawHat.in(gateway);
    upstream.script = (completion) => completion.delta("A long story");
    hat.send(question(), { type: "response.create" });
    await until(() => hat.text !== "");
    hat.ws.pause();
    let pings = 0;
    other.ws.on("ping", () => pings++);
    clock.advance(30_000);
    await until(() => pings === 1);
    // Its answer to the ping comes before the answer to this.
    upstream.script = (completion) => completion.answer("A cup.");
    await other.asks();
    clock.advance(30_000);
    await until(() => upstream.completions[0]?.aborted === true);
    expect([gateway.metrics.connections, other.closed]).toEqual([1, null]);
  });

  test("when the gateway stops", async () => {
    const gateway = await gatewayOf();
    const hat = await RawHat.in(gateway);
    upstream.script = (completion) => completion.delta("A long story");
    hat.send(question(), { type: "response.create" });
    await until(() => hat.text !== "");
    await gateway.stop();
    await until(() => upstream.last.aborted && hat.closed !== null);
  });
});

describe("an upstream that fails is told, and the next question works", () => {
  const failures: [string, (completion: Completion) => void, string][] = [
    ["429", (completion) => completion.status(429), errorCodes.busy],
    ["503", (completion) => completion.status(503), errorCodes.busy],
    ["500", (completion) => completion.status(500), errorCodes.upstream],
    ["404", (completion) => completion.status(404), errorCodes.upstream],
    [
      "a redirection",
      ({ response }) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      errorCodes.upstream,
    ],
    ["hanging up", (completion) => completion.breakOff(), errorCodes.upstream],
    [
      "breaking off",
      (completion) => {
        completion.delta("A chair");
        setTimeout(() => completion.breakOff(), 5);
      },
      errorCodes.upstream,
    ],
    [
      "ending without an end",
      (completion) => {
        completion.delta("A chair");
        completion.response.end();
      },
      errorCodes.upstream,
    ],
    [
      "an error in the stream",
      (completion) => completion.chunk({ error: { message: "no memory" } }),
      errorCodes.upstream,
    ],
    ["junk", (completion) => completion.write("data: <html>\n\n"), errorCodes.upstream],
    ["other JSON", (completion) => completion.chunk({ choices: "none" }), errorCodes.upstream],
    ["a page", ({ response }) => response.writeHead(200).end("<html>502</html>"), errorCodes.upstream],
    [
      "a line without an end",
      (completion) => {
        const go = () => {
          if (completion.response.destroyed) return;
          completion.write("x".repeat(64 * 1024));
          setImmediate(go);
        };
        go();
      },
      errorCodes.upstream,
    ],
  ];
  test.each(failures)("%s", async (_, script, code) => {
    const gateway = await gatewayOf();
    const hat = await RawHat.in(gateway);
    upstream.script = script;
    expect(await hat.asks()).toMatchObject({
      status: "failed",
      status_details: { type: "failed", error: { code } },
    });
    upstream.script = (completion) => completion.answer("A cup.");
    expect(await hat.asks(), "the next one").toMatchObject({ status: "completed" });
    expect(hat.closed).toBeNull();
    expect(gateway.metrics.active).toBe(0);
    // What failed is in the log, but not as a defect.
    expect(logged.some((line) => line.includes("this should not"))).toBe(false);
  });

  test.each([
    ["never begins", () => {}],
    ["never ends", (completion: Completion) => completion.delta("A chair")],
  ])("an answer that %s ends after its time", async (_, script) => {
    const clock = new SimulatedClock();
    const hat = await RawHat.in(await gatewayOf({ clock, limits: { answerMs: 60_000 } }));
    upstream.script = script;
    const answer = hat.asks();
    await until(() => upstream.completions.length === 1);
    await hat.passes(clock, 59_900);
    expect(hat.all("response.done")).toEqual([]);
    clock.advance(100);
    expect(await answer).toMatchObject({
      status: "failed",
      status_details: { error: { code: errorCodes.upstream } },
    });
    await until(() => upstream.last.aborted);
    upstream.script = (completion) => completion.answer("A cup.");
    expect((await hat.asks()).status).toBe("completed");
  });

  test("nobody there", async () => {
    const hat = await RawHat.in(await gatewayOf());
    await upstream.stop();
    expect(await hat.asks()).toMatchObject({
      status: "failed",
      status_details: { error: { code: errorCodes.upstream } },
    });
    await upstream.start();
  });

  test("the hat's own client hears why", async () => {
    const client = clientOf(await gatewayOf());
    upstream.script = (completion) => completion.status(429);
    expect(await client.ask(ask("What?"), () => {}, never())).toMatchObject({ why: "busy" });
    upstream.script = (completion) => completion.status(500);
    expect(await client.ask(ask("What?"), () => {}, never())).toMatchObject({ why: "failed" });
    upstream.script = (completion) => completion.answer("A cup.");
    expect(await client.ask(ask("What?"), () => {}, never())).toEqual({ kind: "answered" });
    client.stop();
  });
});

describe("for whoever runs it", () => {
  const get = (port: number, path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { connection: "close" } });

  test("/healthz and /metrics tell how it is, and nothing of a hat", async () => {
    const gateway = await gatewayOf();
    const health = await get(gateway.port, "/healthz");
    expect([health.status, await health.text()]).toEqual([200, "ok\n"]);
    expect((await get(gateway.port, "/healthz", { method: "HEAD" })).status).toBe(200);
    expect((await get(gateway.port, "/elsewhere")).status).toBe(404);
    expect((await get(gateway.port, "/metrics", { method: "POST" })).status).toBe(404);

    const hat = await RawHat.in(gateway);
    await hat.asks();
    await RawHat.in(gateway, { token: "wrong-secret" });
    upstream.script = (completion) => completion.status(500);
    await hat.asks();
    const metrics = await get(gateway.port, "/metrics");
    expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await metrics.text();
    // Prometheus's text format: a type before its samples, each a name, labels and a number.
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(?:# TYPE [a-z_]+ (?:gauge|counter|summary)|[a-z_]+(?:\{[a-z]+="[a-z]+"\})? [\d.e+]+)$/,
      );
    }
    expect(text.endsWith("\n")).toBe(true);
    for (const line of [
      "brim_gateway_connections 1",
      "brim_gateway_active_answers 0",
      'brim_gateway_answers_total{status="completed"} 1',
      'brim_gateway_answers_total{status="failed"} 1',
      'brim_gateway_refused_total{reason="token"} 1',
      "brim_gateway_first_word_seconds_count 1",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });

  test("TLS by certificate files: the hat trusts the certificate that it was given, and no other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "brim-tls-"));
    try {
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      execFileSync(
        "openssl",
        `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${cert}`.split(
          " ",
        ),
        { stdio: "pipe" },
      );
      const tls = { cert: readFileSync(cert), key: readFileSync(key) };
      const { port } = await gatewayOf({ tls });
      const clientWith = (ca_file: string | undefined) => {
        const scene = configSchema.parse({ scene: { ca_file } }).scene;
        const env = { BRIM_LVLM_URL: `wss://127.0.0.1:${port}`, BRIM_LVLM_TOKEN: tokens[0] };
        const endpoint = endpointOf(scene, env);
        if (endpoint === null) throw new Error("no endpoint");
        return new SceneClient({ clock: systemClock, log, endpoint, language: "en", random: () => 0 });
      };
      const trusting = clientWith(cert);
      expect(await trusting.ask(ask("What is ahead?"), () => {}, never())).toEqual({ kind: "answered" });
      trusting.stop();
      const count = upstream.completions.length;
      expect(await clientWith(undefined).ask(ask("What is ahead?"), () => {}, never())).toMatchObject({
        why: "unreachable",
      });
      expect(upstream.completions).toHaveLength(count);
      const { port: _, ...plain } = { port, cert: Buffer.from("no certificate"), key: tls.key };
      await expect(gatewayOf({ tls: plain })).rejects.toMatchObject({
        code: "CONFIG",
        message: expect.stringMatching(/^the certificate or its key cannot be used: [^\n]+$/),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("an address that is taken is told", async () => {
    const { port } = await gatewayOf();
    await expect(gatewayOf({ port })).rejects.toMatchObject({
      code: "BUSY",
      message: `cannot listen on 127.0.0.1:${port}: it is in use`,
    });
  });
});

describe("200 hats at once", () => {
  test("no answer is lost or crossed, and memory stays flat", async () => {
    const gateway = await gatewayOf({ limits: { perMinute: 1_000 } });
    upstream.forgets = true;
    const digestOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const crossed: string[] = [];
    // Answers with what it was sent, in pieces between which the others get theirs.
    upstream.script = (completion) => {
      const { messages } = completion.body;
      const texts: string[] = messages
        .slice(1)
        .flatMap(({ content }: Event) =>
          typeof content === "string" ? [content] : content.flatMap((part: Event) => part.text ?? []),
        );
      const owners = new Set(texts.map((text) => /[Hh]at (\d+)/.exec(text)?.[1]));
      if (owners.size !== 1) crossed.push([...owners].join());
      const [{ image_url: shown }] = completion.parts("image_url");
      const seen = digestOf(Buffer.from(shown.url.split(",")[1], "base64"));
      const asked = texts.at(-1);
      const pieces = `For ${asked} I saw ${seen}. It is done.`.match(/.{1,9}/gs) ?? [];
      const next = () => {
        const piece = pieces.shift();
        if (piece === undefined) completion.done();
        else {
          completion.delta(piece);
          setImmediate(next);
        }
      };
      next();
    };
    const clients = Array.from({ length: 200 }, () => clientOf(gateway));
    const round = (number: number) =>
      Promise.all(
        clients.map(async (client, hat) => {
          const text = `hat ${hat} question ${number}`;
          const bytes = Buffer.alloc(20_000, createHash("sha256").update(text).digest());
          const sentences: string[] = [];
          const outcome = await client.ask(
            ask(text, { picture: bytes }),
            (sentence) => sentences.push(sentence),
            never(),
          );
          return { outcome, sentences, wanted: [`For ${text} I saw ${digestOf(bytes)}.`, "It is done."] };
        }),
      );
    setFlagsFromString("--expose-gc");
    const gc: () => void = runInNewContext("gc");
    const held = () => {
      gc();
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 1024 / 1024;
    };
    const memory: number[] = [];
    for (let number = 1; number <= 8; number++) {
      for (const { outcome, sentences, wanted } of await round(number)) {
        expect(outcome).toEqual({ kind: "answered" });
        expect(sentences).toEqual(wanted);
      }
      memory.push(held());
    }
    expect(crossed).toEqual([]);
    expect(gateway.metrics.connections).toBe(200);
    expect(gateway.metrics.text).toContain('answers_total{status="completed"} 1600\n');
    // A round's pictures are 5 MB in base64: were any of them kept, the second half would be 20 MB above the first.
    expect((memory[7] ?? 0) - (memory[3] ?? 0)).toBeLessThan(5);
    for (const client of clients) client.stop();
    await until(() => gateway.metrics.connections === 0);
  });
});
