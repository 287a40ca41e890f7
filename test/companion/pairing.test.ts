import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { Pairing } from "../../src/companion/pairing.ts";
import { type Answer, cookieOf, Hat, Page, until } from "./helpers.ts";

const hats: Hat[] = [];
afterEach(async () => {
  for (const hat of hats.splice(0)) await hat.stop();
});

async function running(...options: ConstructorParameters<typeof Hat>): Promise<Hat> {
  const hat = new Hat(...options);
  hats.push(hat);
  return hat.start();
}

function post(hat: Hat, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const origin = `http://127.0.0.1:${hat.port}`;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return hat.ask(path, { origin, "content-type": "application/json", ...headers }, "POST", text);
}

const ana = { name: "Ana's phone", role: "wearer" };

async function pairedBy(hat: Hat, who: object = ana): Promise<string> {
  return cookieOf(await post(hat, "/pairing/code", { ...who, code: hat.pairing.begin() }));
}

describe("without a session", () => {
  test("each route of the server is 401, but the page that lets in", async () => {
    const hat = await running();
    const open = [
      "GET /",
      "GET /style.css",
      "GET /icon.svg",
      "GET /enter.js",
      "GET /shared.js",
      "GET /manifest.webmanifest",
      "GET /worker.js",
      "GET /pairing",
      "POST /pairing/ask",
      "POST /pairing/answer",
      "POST /pairing/code",
      "POST /pairing/extend",
    ];
    const closed = hat.companion.routes.filter((route) => !open.includes(route.replace("HEAD", "GET")));
    expect(closed).toEqual(
      expect.arrayContaining(["GET /picture/:id", "GET /page.js", "DELETE /phones/:id"]),
    );
    for (const route of closed) {
      const [method = "", path = ""] = route.split(" ");
      const { status } = await hat.ask(path, { origin: `http://127.0.0.1:${hat.port}` }, method);
      expect([route, status]).toEqual([route, 401]);
    }
    expect(await new Page(hat.port, {}).opened).toBe(401);
  });

  test("1000 wrong codes open nothing, and close pairing", async () => {
    const hat = await running();
    const right = hat.pairing.begin();
    const wrong = right === "000000" ? "000001" : "000000";
    const statuses = new Set<number>();
    for (let n = 0; n < 1000; n++) {
      const answer = await post(hat, "/pairing/code", { ...ana, code: wrong });
      statuses.add(answer.status);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect([...statuses].sort()).toEqual([403, 429]);
    expect((await post(hat, "/pairing/code", { ...ana, code: right })).status).toBe(429);
  });

  test("a foreign page can ask for nothing, nor one without an Origin", async () => {
    const hat = await running();
    const code = hat.pairing.begin();
    for (const origin of ["http://evil.example", "null"]) {
      expect((await post(hat, "/pairing/code", { ...ana, code }, { origin })).status).toBe(403);
    }
    const type = { "content-type": "application/json" };
    const answer = await hat.ask("/pairing/code", type, "POST", JSON.stringify({ ...ana, code }));
    expect(answer.status).toBe(403);
    expect(hat.pairing.open).toBe(true);
  });

  test("junk is refused in one line", async () => {
    const hat = await running();
    const code = hat.pairing.begin();
    const junk = ["", "{", "[]", "\u0000\u00ff", { code }, { ...ana, code: "12" }, { ...ana, code, more: 1 }];
    for (const body of [...junk, { ...ana, name: "\n", code }, { ...ana, role: "owner", code }]) {
      const { status, body: text } = await post(hat, "/pairing/code", body);
      expect(status).toBe(400);
      expect(JSON.parse(text).error).not.toContain("\n");
    }
    expect(hat.pairing.open).toBe(true);
  });
});

describe("a phone is let in", () => {
  test("by the code, once; it stays let in after a restart; what is on the disk opens nothing", async () => {
    const hat = await running({ simulated: false });
    const code = hat.pairing.begin();
    const answer = await post(hat, "/pairing/code", { ...ana, code });
    expect(answer.headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const cookie = cookieOf(answer);
    expect((await hat.ask("/memory", { cookie })).status).toBe(200);
    expect((await post(hat, "/pairing/code", { ...ana, code })).status).toBe(409);
    expect(hat.asked).toContainEqual(ana);
    const file = join(hat.folder, "phones.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toContain(cookie.split("=")[1]);
    const { folder, port } = hat;
    await hat.companion.stop();
    const again = await running({ simulated: false, folder, port });
    expect((await again.ask("/memory", { cookie })).status).toBe(200);
  });

  test("when it asks and the wearer allows the word that both name", async () => {
    const hat = await running();
    expect((await post(hat, "/pairing/ask", ana)).status).toBe(409);
    hat.pairing.begin();
    const { id, word } = JSON.parse((await post(hat, "/pairing/ask", ana)).body);
    const answer = () => post(hat, "/pairing/answer", { id });
    expect(JSON.parse((await answer()).body)).toEqual({ answer: "wait" });
    expect(hat.pairing.allow("another word")).toBe(false);
    expect(hat.pairing.allow(word)).toBe(true);
    const cookie = cookieOf(await answer());
    expect((await hat.ask("/memory", { cookie })).status).toBe(200);
    expect(JSON.parse((await answer()).body)).toEqual({ answer: "over" });
  });

  test("until it is taken off the list, and then its open page ends, too", async () => {
    const hat = await running();
    const wearer = await pairedBy(hat);
    const helper = await pairedBy(hat, { name: "Ben", role: "helper" });
    const page = await hat.open(helper);
    const { phones } = JSON.parse((await hat.ask("/phones", { cookie: wearer })).body);
    expect(phones.map(({ name }: { name: string }) => name)).toEqual(["Ben", "Ana's phone"]);
    const origin = `http://127.0.0.1:${hat.port}`;
    const [ben, mine] = phones.map(({ id }: { id: string }) => `/phones/${id}`);
    expect((await hat.ask(mine, { cookie: helper, origin }, "DELETE")).status).toBe(403);
    expect((await hat.ask(ben, { cookie: wearer, origin }, "DELETE")).status).toBe(204);
    await page.closed;
    expect((await hat.ask("/memory", { cookie: helper })).status).toBe(401);
  });
});

test("a helper's phone may not pause the beeps", async () => {
  const hat = await running();
  const page = await hat.open(await pairedBy(hat, { name: "Ben", role: "helper" }));
  page.send({ type: "pause", minutes: 10 });
  page.send({ type: "around" });
  await until(() => hat.asked.includes("around"));
  expect(hat.asked).not.toContainEqual({ pause: 10 });
  await until(() => page.errors.length === 1);
});

describe("pairing itself", () => {
  test("a code dies after five minutes, and lives on where it is heard again", () => {
    const clock = new SimulatedClock();
    const pairing = new Pairing(clock, ["apple"]);
    const why: string[] = [];
    pairing.events = { asked: () => {}, over: (reason) => why.push(reason) };
    const code = pairing.begin();
    clock.advance(4 * 60_000);
    expect(pairing.begin()).toBe(code);
    clock.advance(4 * 60_000);
    expect(pairing.open).toBe(true);
    clock.advance(60_000);
    expect([pairing.open, pairing.try("a", code)]).toEqual([false, "closed"]);
    expect(why).toEqual(["time"]);
  });

  test("twenty wrong codes from anywhere end it, five from one address are its last", () => {
    const pairing = new Pairing(new SimulatedClock(), ["apple"]);
    const code = pairing.begin();
    for (let n = 0; n < 5; n++) expect(pairing.try("a", "none")).toBe("wrong");
    expect(pairing.try("a", code)).toBe("tries");
    for (let n = 0; n < 15; n++) pairing.try(`b${n}`, "none");
    expect(pairing.try("c", code)).toBe("closed");
  });

  test("one phone asks at a time, and none for ever", () => {
    const clock = new SimulatedClock();
    const pairing = new Pairing(clock, ["apple"]);
    pairing.begin();
    const who = { name: "x", role: "wearer" as const };
    expect(pairing.ask("a", who)).toMatchObject({ word: "apple" });
    expect(pairing.ask("b", who)).toBe("another");
    clock.advance(60_000);
    expect(pairing.allow("apple")).toBe(false);
    expect(pairing.ask("b", who)).toMatchObject({ word: "apple" });
    pairing.ask("b", who);
    pairing.ask("b", who);
    expect(pairing.ask("b", who)).toBe("tries");
  });
});
