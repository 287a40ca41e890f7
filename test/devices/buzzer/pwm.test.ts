import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { buzzerSchema } from "../../../src/base/device-config.ts";
import { PwmBuzzer } from "../../../src/devices/buzzer/pwm.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "brim-pwm-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const buzzer = () =>
  new PwmBuzzer(
    { config: buzzerSchema.parse({ kind: "passive" }), clock: systemClock, onLost: () => {} },
    root,
  );
const never = new AbortController().signal;

describe("a passive buzzer", () => {
  test("sounds its tone while it is on, and is left silent", async () => {
    const channel = join(root, "pwmchip0/pwm0");
    mkdirSync(channel, { recursive: true });
    for (const file of ["enable", "period", "duty_cycle"]) writeFileSync(join(channel, file), "0");
    const read = (file: string) => readFileSync(join(channel, file), "utf8");
    const it = buzzer();
    await it.start(never);
    expect(read("period")).toBe("370370");
    expect(read("duty_cycle")).toBe("185185");
    expect(read("enable")).toBe("0");
    it.set(true);
    expect(read("enable")).toBe("1");
    await it.stop();
    expect(read("enable")).toBe("0");
  });

  test("without a PWM is told with what to do", async () => {
    await expect(buzzer().start(never)).rejects.toThrow(/there is no .*pwmchip0: add dtoverlay=pwm/);
  });
});
