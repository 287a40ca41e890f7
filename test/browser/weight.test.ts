import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { pageFolder } from "../../src/companion/assets.ts";
import { noBrowser } from "./browser.ts";

test.skipIf(noBrowser?.includes("not built"))(
  "all that the page is made of weighs no more than 100 kB, compressed",
  () => {
    const files = readdirSync(pageFolder);
    const weight = files.reduce(
      (sum, name) => sum + gzipSync(readFileSync(new URL(name, pageFolder))).length,
      0,
    );
    expect(files).toContain("page.js");
    expect(weight).toBeLessThan(100_000);
  },
);

test.skipIf(noBrowser?.includes("not built"))(
  "nothing of it has a script, a style or an address of elsewhere within",
  () => {
    for (const name of readdirSync(pageFolder)) {
      const text = readFileSync(new URL(name, pageFolder), "utf8");
      // Names of vocabularies, which nobody fetches.
      const addresses = (text.match(/https?:\/\/[\w./-]+/g) ?? []).filter(
        (one) => !one.includes("www.w3.org"),
      );
      expect([name, addresses]).toEqual([name, []]);
      if (name.endsWith(".html")) expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    }
  },
);
