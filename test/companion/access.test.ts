import { afterEach, describe, expect, test } from "vitest";
import { Hat, Page } from "./helpers.ts";

let hat: Hat | null = null;
afterEach(async () => {
  await hat?.stop();
});

async function running(options = {}): Promise<Hat> {
  hat = await new Hat(options).start();
  return hat;
}

describe("who may see the page", () => {
  test("the printed link opens it and gives a session that needs no link", async () => {
    const brim = await running();
    const entered = await brim.ask(`/${brim.url.search}`);
    expect(entered.status).toBe(200);
    expect(entered.body).toContain('src="/page.js"');
    const [cookie] = entered.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^brim-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const again = await brim.ask("/", { cookie: cookie?.split(";")[0] ?? "" });
    expect(again.body).toContain("/page.js");
    expect(again.headers["set-cookie"]).toBeUndefined();
  });

  test("without a session there is only a page that says how to get in", async () => {
    const brim = await running();
    for (const path of [
      "/",
      "/?token=",
      "/?token=guess",
      `/?token=${"x".repeat(5_000)}`,
      "/?token=a&token=b",
    ]) {
      const { status, body, headers } = await brim.ask(path);
      expect(status).toBe(200);
      expect(body).toContain("Pair this phone");
      expect(body).not.toContain("/page.js");
      expect(headers["set-cookie"]).toBeUndefined();
    }
  });

  test("anything else is 401, known or not, and so is the socket", async () => {
    const brim = await running();
    const cookies = ["", `brim-${brim.port}=guess`, `brim-1=guess; brim-${brim.port}=`];
    for (const cookie of cookies) {
      for (const path of [
        "/page.js",
        "/memory",
        "/picture/1",
        "/socket",
        "/nothing",
        "/..%2f",
        "/picture/",
      ]) {
        for (const method of ["GET", "HEAD", "POST", "DELETE"]) {
          const { status, body } = await brim.ask(path, { cookie }, method);
          expect([path, method, status]).toEqual([path, method, 401]);
          expect(body).not.toContain("function");
        }
      }
      expect(await new Page(brim.port, { Cookie: cookie }).opened).toBe(401);
    }
  });

  test("a session of one hat is none of another", async () => {
    const first = await running();
    const cookie = await first.enter();
    const second = await new Hat().start();
    const [, value] = cookie.split("=");
    expect((await second.ask("/memory", { cookie: `brim-${second.port}=${value}` })).status).toBe(401);
    await second.stop();
  });

  test("a foreign Host is refused, whatever it brings", async () => {
    const brim = await running();
    const cookie = await brim.enter();
    for (const host of ["evil.example", `evil.example:${brim.port}`, "127.0.0.1", `10.0.0.1:${brim.port}`]) {
      expect((await brim.ask(`/${brim.url.search}`, { host })).status).toBe(403);
      expect((await brim.ask("/memory", { host, cookie })).status).toBe(403);
      expect(await new Page(brim.port, { Cookie: cookie, Host: host }).opened).toBe(403);
    }
    expect((await brim.ask("/memory", { host: `localhost:${brim.port}`, cookie })).status).toBe(200);
  });

  test("a foreign page's Origin is refused, and a socket without one too", async () => {
    const brim = await running();
    const cookie = await brim.enter();
    const { port } = brim;
    for (const origin of [
      "http://evil.example",
      "null",
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
    ]) {
      expect((await brim.ask("/memory", { cookie, origin })).status).toBe(403);
      expect(await new Page(port, { Cookie: cookie }, origin).opened).toBe(403);
    }
    expect(await new Page(port, { Cookie: cookie }, null).opened).toBe(403);
  });

  test("an address that others could reach is refused where phones of the network may not pair", async () => {
    for (const host of ["0.0.0.0", "192.168.1.2", "::", "hat.local", "127.evil.example"]) {
      const other = new Hat({ host });
      await expect(other.start()).rejects.toMatchObject({
        code: "CONFIG",
        message: expect.stringContaining("can be reached from the network: set page.pairing = true"),
      });
      await other.stop();
    }
  });

  test("every answer forbids what is not ours: scripts, frames, guesses at types", async () => {
    const brim = await running();
    const cookie = await brim.enter();
    for (const [path, headers] of [
      ["/", {}],
      ["/nothing", {}],
      ["/", { host: "evil.example" }],
      ["/page.js", { cookie }],
      ["/nothing", { cookie }],
    ] as const) {
      const answer = await brim.ask(path, headers);
      expect(answer.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(answer.headers["content-security-policy"]).not.toContain("unsafe");
      expect(answer.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
    }
  });
});

test("the page has no script and no style within it, and no address outside of it", async () => {
  const brim = await running();
  const cookie = await brim.enter();
  for (const path of ["/", "/page.js", "/style.css", "/icon.svg"]) {
    const { status, body } = await brim.ask(path, { cookie });
    expect(status).toBe(200);
    expect(body).not.toMatch(/<script>|<style|\son\w+="|\sstyle="/);
    expect(body.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
  }
});
