import { connect, createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedClock, systemClock } from "../../src/base/clock.ts";
import { earconNames } from "../../src/voice/earcons.ts";
import { Hat, Page, until } from "./helpers.ts";

const hats: Hat[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const hat of hats.splice(0)) await hat.stop();
  for (const server of servers.splice(0)) server.close();
});

async function running(...options: ConstructorParameters<typeof Hat>): Promise<Hat> {
  const hat = new Hat(...options);
  hats.push(hat);
  return hat.start();
}

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

const thing = {
  id: 1,
  label: "person",
  text: "Person, 1 o'clock, near.",
  box: [1, 2, 3, 4] as [number, number, number, number],
};

describe("what the page shows", () => {
  test("a page that opens gets all that is known, and then what changes", async () => {
    const hat = await running();
    hat.companion.publish({ seen: { seeing: "good", width: 640, height: 480, things: [thing] } });
    hat.companion.said({ text: "Person, 1 o'clock, near.", priority: "ambient", at: 5 });
    const page = await hat.open(await hat.enter());
    await until(() => page.states.length > 0);
    expect(page.state).toMatchObject({
      simulated: true,
      guard: null,
      buzzer: false,
      seen: { things: [thing] },
    });
    expect(page.state.said?.map(({ text }) => text)).toEqual(["Person, 1 o'clock, near."]);
    hat.companion.publish({ buzzer: true });
    await until(() => page.states.length > 1);
    expect(page.states.at(-1)).toEqual({ buzzer: true });
  });

  test("the list of what was said is bounded", async () => {
    const hat = await running();
    for (let n = 0; n < 500; n++) hat.companion.said({ text: `${n}`, priority: "ambient", at: n });
    const page = await hat.open(await hat.enter());
    await until(() => page.states.length > 0);
    expect(page.state.said).toHaveLength(20);
    expect(page.state.said?.at(-1)?.text).toBe("499");
  });

  test("a slow phone gets the latest of each key, not all that it missed", async () => {
    const hat = await running();
    const page = await hat.open(await hat.enter());
    await until(() => page.states.length > 0);
    page.socket.pause();
    const things = Array.from({ length: 50 }, (_, id) => ({ ...thing, id, text: "x".repeat(200) }));
    for (let width = 1; width <= 2_000; width++) {
      hat.companion.publish({ seen: { seeing: "good", width, height: 480, things } });
      hat.companion.publish({ buzzer: width % 2 === 1 });
      if (width % 100 === 0) await systemClock.sleep(5);
    }
    page.socket.resume();
    await until(() => page.state.seen?.width === 2_000);
    expect(page.state.buzzer).toBe(false);
    expect(page.states.length).toBeLessThan(1_000);
  });
});

describe("what the page asks", () => {
  test("the sounds of the headset are named, and can be heard", async () => {
    const hat = await running();
    const cookie = await hat.enter();
    const answer = await hat.ask("/sounds", { cookie });
    const sounds: { name: string; like: string; meaning: string }[] = JSON.parse(answer.body);
    expect(sounds.map(({ name }) => name)).toEqual([...earconNames]);
    for (const { name, like, meaning } of sounds) {
      expect(like.length * meaning.length).toBeGreaterThan(0);
      const { status, headers, body } = await hat.ask(`/sounds/${name}.wav`, { cookie });
      expect([status, headers["content-type"], body.slice(0, 4)]).toEqual([200, "audio/wav", "RIFF"]);
    }
    expect((await hat.ask("/sounds/none.wav", { cookie })).status).toBe(404);
    expect((await hat.ask("/sounds")).status).toBe(401);
  });

  test("the virtual hat is moved, and the hat asked to speak, hush and pause", async () => {
    const hat = await running();
    const page = await hat.open(await hat.enter());
    const messages = [
      { type: "simulate", range: { metres: 1.2 } },
      { type: "simulate", range: "walk" },
      { type: "simulate", button: "press" },
      { type: "simulate", button: "release" },
    ];
    for (const message of messages) page.send(message);
    for (const type of ["around", "hush", "repeat"]) page.send({ type });
    page.send({ type: "pause", minutes: 10 });
    await until(() => hat.asked.length === 8);
    expect(hat.asked).toEqual([...messages, "around", "hush", "repeat", { pause: 10 }]);
    expect(page.errors).toEqual([]);
  });

  test("a real hat has no virtual one", async () => {
    const hat = await running({ simulated: false });
    const page = await hat.open(await hat.enter());
    page.send({ type: "simulate", button: "press" });
    await until(() => page.errors.length === 1);
    expect(page.errors).toEqual(["there is no virtual hat: this one is real"]);
    expect(hat.asked).toEqual([{ name: "phone", role: "wearer" }]);
  });

  test("a phone that goes away has lifted its finger", async () => {
    const hat = await running();
    const page = await hat.open(await hat.enter());
    page.send({ type: "simulate", button: "press" });
    await until(() => hat.asked.length === 1);
    page.socket.terminate();
    await until(() => hat.asked.length === 2);
    expect(hat.asked[1]).toEqual({ type: "simulate", button: "release" });
  });

  test("junk is answered with one line each, and what comes after it is still done", async () => {
    const hat = await running();
    const page = await hat.open(await hat.enter());
    page.send("not json");
    page.send({ type: "reboot" });
    page.send({ type: "simulate", range: { metres: -1 } });
    page.send({ type: "pause", minutes: 1e9 });
    page.socket.send(Buffer.from([0, 255, 1]));
    page.send({ type: "around" });
    await until(() => hat.asked.length === 1 && page.errors.length === 5);
    expect(page.errors[0]).toBe("the message is not JSON");
    expect(page.errors[4]).toBe("this page has lent no camera");
    for (const error of page.errors) expect(error).not.toContain("\n");
    for (let n = 0; n < 500; n++) page.send("junk");
    page.send({ type: "hush" });
    await until(() => hat.asked.length === 2);
    expect(page.errors.length).toBeLessThan(20);
  });

  test("100 MB in one message ends that page and changes nothing for the others", async () => {
    const hat = await running();
    const cookie = await hat.enter();
    const [good, bad] = [await hat.open(cookie), await hat.open(cookie)];
    const before = process.memoryUsage().rss;
    bad.socket.send(Buffer.alloc(100 * 1024 * 1024));
    await bad.closed;
    hat.companion.publish({ buzzer: true });
    good.send({ type: "around" });
    await until(() => good.state.buzzer === true && hat.asked.length === 1);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  test("more pages than anybody opens are refused, and idle connections disturb nobody", async () => {
    const hat = await running();
    const cookie = await hat.enter();
    const good = await hat.open(cookie);
    const idle = Array.from({ length: 500 }, () => connect(hat.port, "127.0.0.1").on("error", () => {}));
    const opened = await Promise.all(
      Array.from({ length: 40 }, () => new Page(hat.port, { Cookie: cookie }).opened),
    );
    expect(opened.filter((status) => status === 101)).toHaveLength(31);
    expect(opened.filter((status) => status === 503)).toHaveLength(9);
    good.send({ type: "around" });
    await until(() => hat.asked.length === 1);
    for (const socket of idle) socket.destroy();
  });

  test("bodies that are too large, and paths that are none, are refused", async () => {
    const hat = await running();
    const cookie = await hat.enter();
    const body = "x".repeat(20_000);
    expect(
      (await hat.ask("/", { cookie, "content-type": "text/plain" }, "POST", body)).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await hat.ask("/%ff", { cookie })).status).toBeGreaterThanOrEqual(400);
    expect((await hat.ask("/", { cookie })).status).toBe(200);
  });
});

describe("a port that is taken", () => {
  test("in simulation another one is used, and that is told in one line", async () => {
    const port = await takenPort();
    const hat = await running({ port });
    expect(hat.port).not.toBe(port);
    expect(hat.lines).toEqual([
      `the page's port 127.0.0.1:${port} is taken; it is at port ${hat.port} instead`,
    ]);
    expect((await hat.ask("/")).status).toBe(200);
  });

  test("on a real hat the hat goes on, and the port is tried until it is free", async () => {
    const port = await takenPort();
    const clock = new SimulatedClock();
    const urls: string[] = [];
    const hat = await running({ port, simulated: false, onListening: (url) => urls.push(url) }, clock);
    expect(hat.companion.url).toBeNull();
    hat.companion.publish({ buzzer: true });
    for (let n = 0; n < 3; n++) {
      clock.advance(30_000);
      await systemClock.sleep(50);
    }
    expect(hat.lines).toEqual([
      `the page's port 127.0.0.1:${port} is taken; tried again every 30 s, the hat goes on`,
    ]);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    clock.advance(30_000);
    await until(() => urls.length === 1);
    expect(hat.port).toBe(port);
    expect((await hat.ask("/")).status).toBe(200);
  });

  test("a hat that is stopped while it waits for its port does not come back", async () => {
    const port = await takenPort();
    const clock = new SimulatedClock();
    const hat = await running({ port, simulated: false }, clock);
    await hat.companion.stop();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    clock.advance(120_000);
    await systemClock.sleep(50);
    expect(hat.companion.url).toBeNull();
  });
});

test("stopping ends open pages at once", async () => {
  const hat = await running();
  const page = await hat.open(await hat.enter());
  const begun = systemClock.now();
  await hat.companion.stop();
  await page.closed;
  expect(systemClock.now() - begun).toBeLessThan(1_000);
});
