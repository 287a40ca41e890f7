import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { Hat } from "./hat.ts";

test("the README's table of the menu is what the menu says, in its order", async () => {
  const hat = new Hat();
  await hat.openMenu();
  const entries: string[] = ["Repeat."];
  for (await hat.click(); hat.newest !== "Repeat."; await hat.click()) entries.push(hat.newest);
  const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
  const table = readme.slice(readme.indexOf("| entry | a hold |"));
  const rows = [...table.slice(0, table.indexOf("\n\n")).matchAll(/^\| ([^|]+?) \|/gm)].map(
    ([, entry]) => entry,
  );
  expect(rows.slice(1)).toEqual(entries);
});
