import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { sentenceTables } from "../../src/attention/sentence-table.ts";
import { english } from "../../src/attention/wording/en.ts";

const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");

test.each(Object.entries(sentenceTables(english)))(
  "the README's table of what is heard when, of %s, is the table by which it is said",
  (_, table) => {
    expect(readme).toContain(table);
  },
);
