import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cacheFolder, type Fetch, fetchSource, tarballName } from "../../src/models/source.ts";

const good = Buffer.from("the tarball");
const source = {
  package: "@somebody/models",
  version: "1.2.3",
  integrity: `sha512-${createHash("sha512").update(good).digest("base64")}`,
  bytes: good.length,
  licence: "MIT",
};

let cache: string;
let fetched: string[];
let said: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "brim-cache-"));
  fetched = [];
  said = [];
});
afterEach(() => rmSync(cache, { recursive: true }));

const fetchThat =
  (bytes: Uint8Array): Fetch =>
  async (spec, folder) => {
    fetched.push(spec);
    writeFileSync(join(folder, "anything.tgz"), bytes);
  };
const get = (fetch: Fetch, signal = new AbortController().signal) =>
  fetchSource(source, { cache, signal, say: (line) => said.push(line), fetch });

describe("getting a source", () => {
  test("it is fetched once and then taken from the cache", async () => {
    expect(await get(fetchThat(good))).toEqual(good);
    expect(await get(fetchThat(good))).toEqual(good);
    expect(fetched).toEqual(["@somebody/models@1.2.3"]);
    expect(readdirSync(cache)).toEqual(["somebody-models-1.2.3.tgz"]);
  });

  test("a damaged cache is noticed and fetched again", async () => {
    writeFileSync(join(cache, tarballName(source)), "half of");
    expect(await get(fetchThat(good))).toEqual(good);
    expect(said.join()).toContain("is damaged");
    expect(readFileSync(join(cache, tarballName(source)))).toEqual(good);
  });

  test("what is not as promised is refused, and not kept", async () => {
    await expect(get(fetchThat(Buffer.from("evil")))).rejects.toThrow("@somebody/models@1.2.3 is not what");
    expect(readdirSync(cache)).toEqual([]);
  });

  test("without a network it says what to do, and leaves nothing half done", async () => {
    const offline: Fetch = async () => {
      throw new Error("getaddrinfo ENOTFOUND registry");
    };
    await expect(get(offline)).rejects.toThrow(
      /cannot be fetched .*ENOTFOUND.* connect .* again, or put its tarball at/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  test("Ctrl-C is not mistaken for a network fault", async () => {
    const controller = new AbortController();
    const aborting: Fetch = async () => {
      controller.abort(new Error("interrupted"));
      throw new Error("killed");
    };
    await expect(get(aborting, controller.signal)).rejects.toThrow("interrupted");
  });

  test("the cache is where the environment says", () => {
    expect(cacheFolder({ BRIM_CACHE_DIR: "/here" })).toBe("/here");
    expect(cacheFolder({})).toMatch(/\.cache\/brim$/);
  });
});
