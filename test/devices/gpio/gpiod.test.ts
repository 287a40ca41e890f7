import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { makeGpiodLines, parseEdge } from "../../../src/devices/gpio/gpiod.ts";
import { lineSplitter } from "../../../src/devices/helper-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-gpiod-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for Python: a shell script in its place. */
function played(script: string) {
  const file = join(folder, "python");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return makeGpiodLines(file);
}

const options = (lost: string[] = []) => ({
  ...{ chip: "hat", pin: 3, activeLow: true, setting: "buzzer.pin", clock: systemClock },
  onLost: (why: string) => void lost.push(why),
});

describe("a line through the GPIO character device", () => {
  test("is driven by one process that lives as long as the line is held, and ends with it", async () => {
    const lines = played(`echo "$@" | tail -n 1 > ${folder}/args; echo ready hat; cat > ${folder}/out`);
    const line = await lines.output(options());
    for (const on of [true, false, true]) line.set(on);
    await line.close();
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("101");
    expect(readFileSync(join(folder, "args"), "utf8")).toMatch(/hat 3 low brim buzzer out$/m);
  });

  test("tells edges with the kernel's own time, each level once", async () => {
    const lines = played(
      "echo ready hat; printf '0 5000000\\n1 60'; sleep 0.05; printf '00000\\n1 7000000\\n0 8000000\\n'; cat",
    );
    const heard: [boolean, number][] = [];
    const onChange = (active: boolean, at: number) => void heard.push([active, at]);
    const line = await lines.input({ ...options(), bounceMs: 10, onChange });
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    expect(heard).toEqual([
      [true, 6],
      [false, 8],
    ]);
    await line.close();
  });

  test("says that it was lost when the process ends, and nothing when it was let go of", async () => {
    const lost: string[] = [];
    await played("echo ready hat; echo no such device >&2").output(options(lost));
    await vi.waitFor(() => expect(lost).toEqual(["GPIO 3 was lost: no such device"]));
    const line = await played("echo ready hat; cat").output(options(lost));
    await line.close();
    expect(lost).toHaveLength(1);
  });

  test("what is wrong is one line that says what to do", async () => {
    const cases = {
      "error nochip pinctrl-bcm2711,other":
        /no GPIO chip hat: there is pinctrl-bcm2711, other; set gpio\.chip/,
      "error busy sysfs": /GPIO 3 \(buzzer\.pin\) is in use by sysfs/,
      "error permission /dev/gpiochip0": /no permission for \/dev\/gpiochip0: add the user to the group gpio/,
      "error nopin hat 2": /buzzer\.pin = 3: the GPIO chip hat has pins 0 to 1/,
    };
    for (const [words, expected] of Object.entries(cases)) {
      await expect(played(`echo '${words}'`).output(options())).rejects.toThrow(expected);
    }
    await expect(makeGpiodLines(join(folder, "none")).output(options())).rejects.toThrow(
      /apt install python3/,
    );
  });

  test("its program runs as it is: it names the chips that there are", async () => {
    const chip = "brim-has-no-such-chip";
    await expect(makeGpiodLines().output({ ...options(), chip })).rejects.toThrow(
      /no GPIO chip brim-has-no-such-chip: there is|no permission for \/dev\/gpiochip/,
    );
  });

  test("edges come whole, however they are cut into pieces", () => {
    const edge = fc.record({ active: fc.boolean(), ns: fc.maxSafeNat() });
    fc.assert(
      fc.property(fc.array(edge), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (edges, cuts) => {
        const text = edges.map(({ active, ns }) => `${active ? 1 : 0} ${ns}\n`).join("");
        const heard: unknown[] = [];
        const split = lineSplitter((line) => heard.push(parseEdge(line)));
        for (let at = 0; at < text.length; ) {
          const next = at + (cuts.next().value ?? 1);
          split(text.slice(at, next));
          at = next;
        }
        expect(heard).toEqual(edges.map(({ active, ns }) => ({ active, at: ns / 1e6 })));
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => fc.pre(!/^[01] \d+$/.test(text)) ?? parseEdge(text) === null),
    );
  });
});
