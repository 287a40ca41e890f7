import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock, systemClock } from "../../src/base/clock.ts";
import { configSchema } from "../../src/base/config.ts";
import { type Ask, type Outcome, SceneClient } from "../../src/scene/client.ts";
import { endpointOf } from "../../src/scene/endpoint.ts";
import { quickest } from "../quickest.ts";
import { failures } from "./failures.ts";
import { passing, ScriptedServer, until } from "./server.ts";

const token = "secret-of-the-hat";
let server: ScriptedServer;
let logged: string[];
let clients: SceneClient[];

beforeEach(async () => {
  server = new ScriptedServer();
  logged = [];
  clients = [];
  await server.start();
});
afterEach(async () => {
  for (const client of clients) client.stop();
  await server.stop();
  expect(logged.join("\n")).not.toContain(token);
});

function clientOf(clock: SimulatedClock | typeof systemClock, url = server.url): SceneClient {
  const endpoint = endpointOf(configSchema.parse({}).scene, { BRIM_LVLM_URL: url, BRIM_LVLM_TOKEN: token });
  if (endpoint === null) throw new Error("no endpoint");
  const keep = (text: string, fields?: object) => void logged.push(text + JSON.stringify(fields ?? {}));
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const client = new SceneClient({ clock, log, endpoint, language: "en", random: () => 0.5 });
  clients.push(client);
  return client;
}

const ask = (text = "What is ahead?", more: Partial<Ask> = {}): Ask => ({
  conversation: 1,
  instructions: "Be brief.",
  history: [],
  text,
  picture: Buffer.from("a picture"),
  sound: null,
  ...more,
});

interface Asked {
  outcome: Outcome;
  sentences: string[];
  /** Virtual ms. */
  took: number;
}

/** Asks in virtual time, at most for `ms`. */
async function asking(
  client: SceneClient,
  clock: SimulatedClock,
  { question = ask(), signal = new AbortController().signal, ms = 90_000 } = {},
): Promise<Asked> {
  const sentences: string[] = [];
  const begin = clock.now();
  let end: { outcome: Outcome; took: number } | null = null;
  void client
    .ask(question, (sentence) => sentences.push(sentence), signal)
    .then((outcome) => {
      end = { outcome, took: clock.now() - begin };
    });
  await passing(clock, ms, () => end !== null);
  if (end === null) throw new Error(`no outcome within ${ms} ms`);
  return { ...(end as { outcome: Outcome; took: number }), sentences };
}

describe("a question and its answer", () => {
  test("goes as the protocol has it: session, picture, question, response", async () => {
    const clock = new SimulatedClock();
    const { outcome, sentences } = await asking(clientOf(clock), clock);
    expect(outcome).toEqual({ kind: "answered" });
    expect(sentences).toEqual(["A chair, 12 o'clock."]);
    const { events, authorization } = server.last;
    expect(authorization).toBe(`Bearer ${token}`);
    expect(events.map(({ type }) => type)).toEqual([
      "session.update",
      "conversation.item.create",
      "response.create",
    ]);
    expect(events[0].session).toMatchObject({
      type: "realtime",
      output_modalities: ["text"],
      instructions: "Be brief.",
    });
    expect(events[1].item).toEqual({
      type: "message",
      role: "user",
      content: [
        { type: "input_text", text: "What is ahead?" },
        {
          type: "input_image",
          image_url: `data:image/jpeg;base64,${Buffer.from("a picture").toString("base64")}`,
        },
      ],
    });
  });

  test("each sentence is handed on as soon as it is whole, however the deltas are cut", async () => {
    const text =
      'Two people, 12 o\'clock. A sign reads "Platform 4. Mind the gap." Perhaps 3.5 metres away. Dr. Who, left';
    for (const size of [1, 3, 7, 200]) {
      const clock = new SimulatedClock();
      server.script = (connection) =>
        connection.answer(...(text.match(new RegExp(`.{1,${size}}`, "gs")) ?? []));
      expect((await asking(clientOf(clock), clock)).sentences).toEqual([
        "Two people, 12 o'clock.",
        'A sign reads "Platform 4. Mind the gap."',
        "Perhaps 3.5 metres away.",
        "Dr. Who, left",
      ]);
    }
  });

  test("the first sentence is handed on within 150 ms of its last delta, though nothing comes after it", async () => {
    let sent = 0;
    let heard = 0;
    server.script = (connection) => {
      connection.created();
      connection.delta("A bicycle, 11 o'clock, ");
      connection.delta("near.");
      sent = performance.now();
    };
    const toSentence = async () => {
      heard = 0;
      const hush = new AbortController();
      const outcome = clientOf(systemClock).ask(
        ask(),
        () => {
          heard = performance.now();
        },
        hush.signal,
      );
      await until(() => heard > 0);
      hush.abort();
      expect(await outcome).toEqual({ kind: "hushed" });
      return heard - sent;
    };
    expect(await quickest(150, toSentence)).toBeLessThan(150);
  });

  test("the connection is kept for the next question, which tells only what is new", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    await asking(client, clock);
    await passing(clock, 30_000);
    const history = [
      { role: "user" as const, text: "What is ahead?" },
      { role: "assistant" as const, text: "A chair." },
    ];
    await asking(client, clock, { question: ask("And left?", { history }) });
    expect(server.connections).toHaveLength(1);
    expect(server.all("conversation.item.create")).toHaveLength(2);
  });

  test("another connection is told what was said before", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    await asking(client, clock);
    server.last.ws.terminate();
    const history = [
      { role: "user" as const, text: "What is ahead?" },
      { role: "assistant" as const, text: "A chair." },
    ];
    expect((await asking(client, clock, { question: ask("And left?", { history }) })).outcome.kind).toBe(
      "answered",
    );
    expect(server.last.events.map(({ item }) => item?.content[0].text)).toEqual([
      undefined,
      "What is ahead?",
      "A chair.",
      "And left?",
      undefined,
    ]);
  });

  test("a new conversation begins on a new connection; an idle one is closed after two minutes", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    await asking(client, clock);
    await asking(client, clock, { question: ask("New", { conversation: 2 }) });
    expect(server.connections).toHaveLength(2);
    let closed = false;
    server.last.ws.once("close", () => {
      closed = true;
    });
    await passing(clock, 119_000);
    expect(closed).toBe(false);
    await passing(clock, 3_000);
    await until(() => closed);
  });

  test("a line that died without a word is noticed before the question is lost on it", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    await asking(client, clock);
    // It takes everything and answers nothing, not even pings.
    server.last.ws.pause();
    await passing(clock, 20_000);
    const { outcome, took } = await asking(client, clock);
    expect(outcome).toEqual({ kind: "answered" });
    expect(took).toBeLessThan(4_000);
  });
});

describe("hush", () => {
  test("cancels at the server at once, and the next question is answered on the same line", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    server.script = (connection) => {
      connection.created();
      connection.delta("A long story. ");
    };
    const hush = new AbortController();
    const sentences: string[] = [];
    const outcome = client.ask(ask(), (sentence) => sentences.push(sentence), hush.signal);
    await until(() => sentences.length > 0);
    hush.abort();
    expect(await outcome).toEqual({ kind: "hushed" });
    await until(() => server.all("response.cancel").length === 1);
    server.last.delta("More of it. ");
    server.script = (connection) => connection.answer("A cup.");
    const next = await asking(client, clock);
    expect(next).toMatchObject({ outcome: { kind: "answered" }, sentences: ["A cup."] });
    expect(server.connections).toHaveLength(1);
    expect(sentences).toEqual(["A long story."]);
  });

  test("of a server that does not stop ends with the line, and what it still says is not heard", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    server.onCancel = (connection) => connection.delta("I go on. ");
    server.script = (connection) => {
      connection.created();
      connection.delta("A long story. ");
    };
    const hush = new AbortController();
    const outcome = client.ask(ask(), () => hush.abort(), hush.signal);
    await passing(clock, 500);
    expect(await outcome).toEqual({ kind: "hushed" });
    server.script = (connection) => connection.answer("A cup.");
    const next = await asking(client, clock);
    expect(next.sentences).toEqual(["A cup."]);
    expect(next.took).toBeLessThan(1_500);
    expect(server.connections).toHaveLength(2);
  });

  test("before the connection is made ends at once", async () => {
    const clock = new SimulatedClock();
    const hush = new AbortController();
    hush.abort();
    expect((await asking(clientOf(clock), clock, { signal: hush.signal })).outcome).toEqual({
      kind: "hushed",
    });
  });
});

describe("every failure has its outcome in time, and the next question works", () => {
  test.each(failures)("$name", async ({ script, why, within, partly = false }) => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    server.script = script;
    const { outcome, took } = await asking(client, clock);
    expect(outcome).toEqual({ kind: "failed", why, partly });
    expect(took).toBeLessThanOrEqual(within);
    server.script = (connection) => connection.answer("A cup.");
    expect(await asking(client, clock)).toMatchObject({
      outcome: { kind: "answered" },
      sentences: ["A cup."],
    });
  });

  test.each([
    [401, "refused", 1],
    [403, "refused", 1],
    [404, "unreachable", 1],
    [429, "busy", 3],
    [503, "busy", 3],
    [502, "unreachable", 3],
  ])("status %i at the door is '%s' after %i tries", async (status, why, tries) => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    server.refuse = status;
    const { outcome, took } = await asking(client, clock);
    expect(outcome).toEqual({ kind: "failed", why, partly: false });
    expect(took).toBeLessThan(8_100);
    expect(server.opened).toBe(tries);
    server.refuse = null;
    expect((await asking(client, clock)).outcome.kind).toBe("answered");
  });

  test("nobody at the address: told soon, and asked again it is there", async () => {
    const clock = new SimulatedClock();
    const { url } = server;
    const client = clientOf(clock, url);
    await server.stop();
    const { outcome, took } = await asking(client, clock);
    expect(outcome).toEqual({ kind: "failed", why: "unreachable", partly: false });
    expect(took).toBeLessThan(8_100);
    await server.start(Number(new URL(url).port));
    expect((await asking(client, clock)).outcome.kind).toBe("answered");
  });

  test("somebody who takes the call and never speaks", async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => {
      socket.on("error", () => {});
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as { port: number };
    const clock = new SimulatedClock();
    const { outcome, took } = await asking(clientOf(clock, `ws://127.0.0.1:${port}`), clock);
    expect(outcome).toEqual({ kind: "failed", why: "slow", partly: false });
    expect(took).toBeLessThanOrEqual(8_100);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  test("a server that cannot hear is told from one that failed", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    server.script = (connection, events) => {
      const question = events.findLast(({ type }) => type === "conversation.item.create");
      expect(question.item.content.at(-1)).toEqual({ type: "input_audio", audio: "AAA=" });
      connection.send({ type: "error", error: { code: "invalid_value", event_id: question.event_id } });
    };
    const question = ask("", { sound: Buffer.alloc(2) });
    expect((await asking(client, clock, { question })).outcome).toMatchObject({ why: "deaf" });
  });

  test("no storm: after a loss nobody connects until asked, and then at most three times, ever later", async () => {
    const clock = new SimulatedClock();
    const client = clientOf(clock);
    await asking(client, clock);
    server.refuse = 503;
    server.last.ws.terminate();
    const before = server.opened;
    await passing(clock, 30_000);
    expect(server.opened).toBe(before);
    const first = await asking(client, clock);
    const second = await asking(client, clock);
    expect(server.opened).toBe(before + 6);
    expect(second.took).toBeGreaterThan(first.took);
  });
});
