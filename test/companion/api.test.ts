import { afterEach, describe, expect, test } from "vitest";
import { api } from "../../src/companion/api.ts";
import type { Role } from "../../src/companion/phones.ts";
import { type Answer, cookieOf, Hat, until } from "./helpers.ts";

const hats: Hat[] = [];
const id = "00000000000000aa";

async function running(): Promise<Hat> {
  const hat = await new Hat().start();
  hats.push(hat);
  return hat;
}

afterEach(async () => {
  for (const hat of hats.splice(0)) await hat.stop();
});

/** A phone that was let in. */
async function phone(hat: Hat, role: Role) {
  const origin = hat.url.origin;
  const headers = { origin, "content-type": "application/json" };
  const body = JSON.stringify({ name: `${role}'s`, role, code: hat.pairing.begin() });
  const cookie = cookieOf(await hat.ask("/pairing/code", headers, "POST", body));
  return {
    cookie,
    ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const sent = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      return hat.ask(path, { cookie, origin, ...type, ...more }, method, sent);
    },
  };
}

const codeOf = ({ status, body }: Answer) => [status, body === "" ? null : JSON.parse(body).code];

describe("the page's server", () => {
  test("serves every route of the contract, and nothing that it does not name but the page's own files", async () => {
    const hat = await running();
    const served = hat.companion.routes.filter(
      (route) => !route.startsWith("HEAD") && !/\/$|\.\w+$/.test(route),
    );
    expect(served.toSorted()).toEqual(Object.keys(api).toSorted());
  });

  test("without a session gives nothing but what is open: 401 for each other route", async () => {
    const hat = await running();
    for (const [route, { access }] of Object.entries(api)) {
      const [method = "", pattern = ""] = route.split(" ");
      const path = pattern.replace(":id", id).replace(":key", "volume").replace(":name", "saved.wav");
      const { status } = await hat.ask(path, { origin: hat.url.origin }, method);
      if (access === "open") expect([route, status]).not.toEqual([route, 401]);
      else expect([route, status]).toEqual([route, 401]);
    }
  });
});

describe("people and things on a phone", () => {
  test("are listed, named, merged and forgotten", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    expect(JSON.parse((await ask("GET", "/memory")).body).entries[0].title).toBe("Ana");
    expect((await ask("PUT", `/memory/${id}/name`, { name: "Eva" })).status).toBe(200);
    expect(hat.asked).toContainEqual({ rename: [id, "Eva"] });
    expect(codeOf(await ask("PUT", `/memory/${id}/name`, { name: "taken" }))).toEqual([409, "conflict"]);
    expect(codeOf(await ask("PUT", "/memory/00000000000000ff/name", { name: "Eva" }))).toEqual([404, "gone"]);
    expect(codeOf(await ask("GET", `/memory/${id}/clip`))).toEqual([404, "gone"]);
    expect((await ask("DELETE", `/memory/${id}`)).status).toBe(204);
  });

  test("are forgotten all at once only by the word for it", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    expect(codeOf(await ask("POST", "/memory/forget-all", { confirm: "yes" }))).toEqual([400, "malformed"]);
    expect(hat.asked).not.toContain("forget all");
    expect((await ask("POST", "/memory/forget-all", { confirm: "forget all" })).status).toBe(204);
    expect(hat.asked).toContain("forget all");
  });

  test("go out and come back as one encrypted file", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    const out = await ask("POST", "/memory/export", { passphrase: "correct horse battery" });
    expect([out.status, out.body, out.headers["content-disposition"]]).toEqual([
      200,
      "sealed",
      'attachment; filename="brim-memory.brim"',
    ]);
    expect(codeOf(await ask("POST", "/memory/export", { passphrase: "short" }))).toEqual([400, "malformed"]);
    const bring = (passphrase: string) =>
      ask("POST", "/memory/import", "sealed", {
        "content-type": "application/octet-stream",
        "brim-passphrase": Buffer.from(passphrase).toString("base64url"),
      });
    expect((await bring("correct horse battery")).status).toBe(200);
    expect(codeOf(await bring("another one"))).toEqual([403, "wrong"]);
  });
});

describe("a helper's phone", () => {
  test("names people, but takes nothing out, deletes nothing all at once, and lets nobody in", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "helper");
    expect((await ask("PUT", `/memory/${id}/name`, { name: "Eva" })).status).toBe(200);
    const passphrase = "correct horse battery";
    for (const answer of [
      await ask("POST", "/memory/export", { passphrase }),
      await ask("POST", "/memory/forget-all", { confirm: "forget all" }),
      await ask("POST", "/privacy/delete", { confirm: "delete everything" }),
      await ask("POST", "/pairing/begin", {}),
      await ask("PUT", "/settings/words_per_minute", { value: 300 }),
      await ask("PUT", "/settings/helper_may", { value: ["export"] }),
    ]) {
      expect(codeOf(answer)).toEqual([403, "role"]);
    }
  });

  test("does what the wearer has allowed, and is told that it may", async () => {
    const hat = await running();
    const { ask, cookie } = await phone(hat, "helper");
    const page = await hat.open(cookie);
    page.send({ type: "pause", minutes: 5 });
    await until(() => page.errors.length > 0);
    hat.rights.push("export", "speech", "pause");
    hat.companion.rightsChanged();
    await until(() => page.others.some((it) => it.type === "you" && it.may.includes("pause")));
    expect((await ask("POST", "/memory/export", { passphrase: "correct horse battery" })).status).toBe(200);
    expect((await ask("PUT", "/settings/words_per_minute", { value: 300 })).status).toBe(200);
    page.send({ type: "pause", minutes: 5 });
    await until(() => hat.asked.some((it) => JSON.stringify(it) === '{"pause":5}'));
    page.socket.close();
  });
});

describe("settings on a phone", () => {
  test("change at once and are reset; what does not fit is refused in one line", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    const changed = await ask("PUT", "/settings/words_per_minute", { value: 300 });
    expect(JSON.parse(changed.body)).toMatchObject({ key: "words_per_minute", value: 300, mayChange: true });
    expect(codeOf(await ask("PUT", "/settings/words_per_minute", { value: "junk" }))).toEqual([
      400,
      "malformed",
    ]);
    expect(codeOf(await ask("PUT", "/settings/nothing", { value: 1 }))).toEqual([400, "malformed"]);
    expect((await ask("DELETE", "/settings/words_per_minute")).status).toBe(200);
    expect(hat.asked).toContainEqual({ reset: ["words_per_minute"] });
  });
});

describe("the picture on a phone", () => {
  test("is for the phone alone that asked for it, and only while it is fresh", async () => {
    const hat = await running();
    const mine = await phone(hat, "wearer");
    const other = await phone(hat, "helper");
    const shown = JSON.parse((await mine.ask("POST", "/picture", {})).body);
    expect(shown).toMatchObject({ width: 640, seconds: 60 });
    expect((await mine.ask("GET", `/picture/${shown.id}`)).body).toBe("jpeg");
    expect(codeOf(await other.ask("GET", `/picture/${shown.id}`))).toEqual([404, "gone"]);
    expect(codeOf(await mine.ask("GET", "/picture/99"))).toEqual([404, "gone"]);
    const next = JSON.parse((await other.ask("POST", "/picture", {})).body);
    expect(codeOf(await mine.ask("GET", `/picture/${shown.id}`))).toEqual([404, "gone"]);
    expect((await other.ask("GET", `/picture/${next.id}`)).status).toBe(200);
  });

  test("is tapped at: what is there is outlined, and learned with a typed name", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    const { id: picture } = JSON.parse((await ask("POST", "/picture", {})).body);
    const cut = await ask("POST", `/picture/${picture}/segment`, { clicks: [[0.2, 0.3]] });
    expect(JSON.parse(cut.body).outline[0]).toHaveLength(3);
    expect(hat.asked).toContainEqual({ segment: { clicks: [[0.2, 0.3]], not: [] } });
    const outside = await ask("POST", `/picture/${picture}/segment`, { clicks: [[1.2, 0.3]] });
    expect(codeOf(outside)).toEqual([400, "malformed"]);
    const body = { clicks: [[0.2, 0.3]], kind: "thing", name: "cup" };
    expect(JSON.parse((await ask("POST", `/picture/${picture}/enrol`, body)).body)).toMatchObject({
      how: "new",
    });
  });

  test("that there is none of is said, without a word about the inside of the hat", async () => {
    const hat = await running();
    const { ask } = await phone(hat, "wearer");
    hat.picture = async () => null;
    expect(codeOf(await ask("POST", "/picture", {}))).toEqual([503, "unavailable"]);
    hat.picture = async () => {
      throw new Error("secret");
    };
    const broken = await ask("POST", "/picture", {});
    expect([broken.status, broken.body.includes("secret")]).toEqual([500, false]);
  });
});

describe("a phone's camera", () => {
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

  test("becomes the hat's, frame by frame, until the phone leaves", async () => {
    const hat = await running();
    const { cookie } = await phone(hat, "wearer");
    const page = await hat.open(cookie);
    page.send({ type: "camera", on: true });
    await until(() => page.others.some(({ type }) => type === "camera"));
    expect(hat.asked).toContainEqual({ lend: "wearer's" });
    page.socket.send(jpeg);
    await until(() => page.others.some((it) => it.type === "frame" && it.taken));
    page.socket.send(Buffer.from("no picture"));
    await until(() => page.others.some((it) => it.type === "frame" && !it.taken));
    page.socket.terminate();
    await until(() => hat.asked.some((it) => JSON.stringify(it) === '{"lend":null}'));
  });

  test("goes to the page that took it last, and the other is told", async () => {
    const hat = await running();
    const { cookie } = await phone(hat, "wearer");
    const [first, second] = [await hat.open(cookie), await hat.open(cookie)];
    first.send({ type: "camera", on: true });
    await until(() => first.others.some(({ type }) => type === "camera"));
    second.send({ type: "camera", on: true });
    await until(() => first.others.some((it) => it.type === "camera" && it.why === "taken"));
    first.socket.close();
    second.socket.close();
  });
});

describe("a question from a phone", () => {
  test("is answered sentence by sentence, on the hat and on the page that asked", async () => {
    const hat = await running();
    const { cookie } = await phone(hat, "wearer");
    const page = await hat.open(cookie);
    page.send({ type: "ask", id: 7, text: "What is ahead?" });
    await until(() => page.others.some(({ type }) => type === "answered"));
    expect(page.others).toContainEqual({ type: "answer", id: 7, text: "A street." });
    expect(page.others).toContainEqual({ type: "answered", id: 7, how: "offline" });
    page.socket.close();
  });
});

describe("whatever is sent", () => {
  test("junk changes nothing: not JSON, not in form, too large, too many", async () => {
    const hat = await running();
    const { ask, cookie } = await phone(hat, "wearer");
    const page = await hat.open(cookie);
    expect(codeOf(await ask("PUT", `/memory/${id}/name`, '{"name":'))).toEqual([400, "malformed"]);
    expect(codeOf(await ask("PUT", `/memory/${id}/name`, { name: "Eva", more: 1 }))).toEqual([
      400,
      "malformed",
    ]);
    expect(codeOf(await ask("PUT", `/memory/${id}/name`, { name: "x".repeat(100_000) }))).toEqual([
      413,
      "tooLarge",
    ]);
    page.send("{");
    page.socket.send(Buffer.alloc(1000));
    await until(() => page.errors.length > 0);
    const large = await hat.open(cookie);
    large.socket.send(Buffer.alloc(100 * 1024 * 1024));
    expect(await large.closed).toBeGreaterThan(1000);
    hat.companion.publish({ buzzer: true });
    await until(() => page.state.buzzer === true);
    expect((await ask("GET", "/memory")).status).toBe(200);
    page.socket.close();
  });
});
