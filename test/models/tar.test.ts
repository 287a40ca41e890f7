import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { extract } from "../../src/models/tar.ts";
import { tarOf } from "./tgz.ts";

const files = {
  "models/a.bin": Buffer.from("aaa"),
  "b.txt": Buffer.alloc(1500, "b"),
  empty: Buffer.alloc(0),
};

describe("reading a package", () => {
  test("files come out as they went in, whatever their size", () => {
    const out = extract(gzipSync(tarOf(files)), ["b.txt", "models/a.bin", "empty"]);
    expect(Buffer.from(out.get("models/a.bin") ?? []).toString()).toBe("aaa");
    expect(out.get("b.txt")?.length).toBe(1500);
    expect(out.get("empty")?.length).toBe(0);
  });

  test("a file that is not there is named", () => {
    expect(() => extract(gzipSync(tarOf(files)), ["b.txt", "c.txt"])).toThrow("the archive holds no c.txt");
  });

  test("an archive that is damaged, cut short or none at all is refused", () => {
    const tar = tarOf(files);
    const damaged = Buffer.from(tar);
    damaged[3] = 0x7a;
    expect(() => extract(gzipSync(damaged), ["b.txt"])).toThrow("damaged at byte 0");
    expect(() => extract(gzipSync(tar.subarray(0, 2100)), ["b.txt"])).toThrow("ends early");
    expect(() => extract(gzipSync(tar).subarray(0, 60), ["b.txt"])).toThrow("cannot be unpacked");
    expect(() => extract(Buffer.from("hello"), ["b.txt"])).toThrow("cannot be unpacked");
  });
});
