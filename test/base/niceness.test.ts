import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const program = `
  import { letOthersFirst } from ${JSON.stringify(resolve(import.meta.dirname, "../../dist/base/niceness.js"))};
  import { getPriority } from "node:os";
  letOthersFirst();
  console.log(getPriority());`;

test.each([
  ["0", "5"],
  ["10", "10"],
])(
  "eyes that are started with niceness %s go on with %s, and never take more than they were given",
  (given, expected) => {
    const args = ["-n", given, process.execPath, "--input-type=module", "--no-warnings", "-e", program];
    const { stdout, stderr } = spawnSync("nice", args, { encoding: "utf8" });
    expect([stdout.trim(), stderr]).toEqual([expected, ""]);
  },
);
