import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { buttonSchema } from "../../../src/base/device-config.ts";
import { EvdevButton, parseKey } from "../../../src/devices/button/evdev.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-evdev-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A button whose program is played by a shell script, or is the real one. */
function button(device: string | undefined, script?: string) {
  const python = join(folder, "python");
  if (script !== undefined) {
    writeFileSync(python, `#!/bin/sh\n${script}\ncat > /dev/null\n`);
    chmodSync(python, 0o755);
  }
  const problems: string[] = [];
  const presses: [boolean, number][] = [];
  const options = {
    ...{ config: buttonSchema.parse({ device }), clock: systemClock },
    onProblem: (why: string) => void problems.push(why),
  };
  const it = new EvdevButton(options, script === undefined ? undefined : python);
  it.onChange = (pressed, at) => presses.push([pressed, at]);
  return { button: it, problems, presses };
}

describe("a headset's button or a remote", () => {
  test("is pressed while any of its keys is down, by the kernel's own time", async () => {
    const it = button(
      "Remote",
      "printf 'ready\\nfound Remote\\nkey 164 1 5000000\\nkey 115 1 6000000\\nkey 164 0 7000000\\nkey 115 0 8000000\\n'",
    );
    await it.button.start();
    await vi.waitFor(() => expect(it.presses).toHaveLength(2));
    expect(it.presses).toEqual([
      [true, 5],
      [false, 8],
    ]);
    await it.button.stop();
  });

  test("that goes away while it is pressed is let go, and told", async () => {
    const it = button("Remote", "printf 'ready\\nfound Remote\\nkey 164 1 5000000\\nlost\\n'");
    await it.button.start();
    await vi.waitFor(() => expect(it.presses.map(([pressed]) => pressed)).toEqual([true, false]));
    expect(it.problems).toEqual(["no input device Remote is there; it is looked for"]);
    await it.button.stop();
  });

  test("that may not be read is told with what to do", async () => {
    const it = button("Remote", "printf 'ready\\ndenied /dev/input/event3\\nbusy /dev/input/event3\\n'");
    await it.button.start();
    await vi.waitFor(() => expect(it.problems).toHaveLength(2));
    expect(it.problems[0]).toMatch(/no permission for \/dev\/input\/event3: add the user to the group input/);
    expect(it.problems[1]).toMatch(/held by something else: end that, or set button\.grab = false/);
    await it.button.stop();
    await expect(button(undefined, "").button.start()).rejects.toThrow(/say in button\.device which one/);
  });

  test("is looked for by the real program while it is not there, which ends when it is let go of", async () => {
    const it = button("brim has no such device");
    await it.button.start();
    await vi.waitFor(() => expect(it.problems).toHaveLength(1));
    await it.button.stop();
  });

  test("what is no key is not taken for one", () => {
    fc.assert(
      fc.property(fc.nat(767), fc.boolean(), fc.maxSafeNat(), (code, down, ns) => {
        expect(parseKey(`key ${code} ${down ? 1 : 0} ${ns}`)).toEqual({ code, down, at: ns / 1e6 });
      }),
    );
    for (const line of ["key 164 2 5", "key 164 1", "key x 1 5", "found key 1 1 1", "key 164 1 5 6"]) {
      expect(parseKey(line)).toBe(null);
    }
  });
});
