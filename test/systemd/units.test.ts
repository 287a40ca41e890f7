import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Script } from "node:vm";
import { afterAll, describe, expect, test } from "vitest";

const systemd = resolve(import.meta.dirname, "../../systemd");
const units = ["brim-guard.service", "brim.service"];
const there = spawnSync("systemd-analyze", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "brim-units-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The units with a program that is there, for verify looks for it. */
function placed(): string[] {
  return units.map((unit) => {
    const file = join(folder, unit);
    const text = readFileSync(join(systemd, unit), "utf8");
    writeFileSync(file, text.replaceAll("/opt/brim/current/bin/brim", process.execPath));
    return file;
  });
}

describe.skipIf(!there)(
  "the units, as systemd-analyze reads them (skipped where it is not installed)",
  () => {
    test("verify has nothing to say", () => {
      const { stdout, stderr, status } = spawnSync("systemd-analyze", ["verify", "--man=no", ...placed()], {
        encoding: "utf8",
      });
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
    });

    test("verify would name a key that is not known", () => {
      const file = join(folder, "wrong.service");
      copyFileSync(placed()[0] ?? "", file);
      writeFileSync(file, readFileSync(file, "utf8").replace("WatchdogSec=", "WatchdogSeconds="));
      const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
      expect(stderr).toContain("WatchdogSeconds");
    });

    test.each(units)("%s is exposed by 2.0 at most", (unit) => {
      const text = execFileSync("systemd-analyze", ["security", "--offline=yes", join(systemd, unit)], {
        encoding: "utf8",
      });
      const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1]);
      expect(exposure).toBeGreaterThan(0);
      expect(exposure).toBeLessThanOrEqual(2);
    });
  },
);

describe("the guard's unit", () => {
  const text = readFileSync(join(systemd, "brim-guard.service"), "utf8");

  test("reaches no network, is always brought back, and leaves the buzzer off", () => {
    for (const line of [
      "PrivateNetwork=yes",
      "RestrictAddressFamilies=AF_UNIX",
      "Restart=always",
      "StartLimitIntervalSec=0",
      "ExecStopPost=/opt/brim/current/bin/brim guard --buzzer-off",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });
});

describe("the mind's unit", () => {
  const text = readFileSync(join(systemd, "brim.service"), "utf8");

  test("brings speech back however it ended, also when the mind ended by itself and without an error", () => {
    const lines = text.split("\n");
    expect(lines).toContain("Restart=always");
    expect(lines).toContain("StartLimitIntervalSec=0");
    expect(text).not.toMatch(/^(RestartPreventExitStatus|SuccessExitStatus)=/m);
  });

  test("reaches systemd's login manager, which switches the machine off for it", () => {
    expect(text).toMatch(/^RestrictAddressFamilies=.*\bAF_UNIX\b/m);
    expect(text).toContain("\nUser=brim\n");
  });
});

describe("the rule for polkit", () => {
  type Rule = (action: { id: string }, subject: { user: string }) => string | undefined;
  const rules: Rule[] = [];
  const polkit = { addRule: (rule: Rule) => rules.push(rule), Result: { YES: "yes" } };
  new Script(readFileSync(join(systemd, "polkit/50-brim.rules"), "utf8")).runInNewContext({ polkit });
  const answer = (id: string, user: string) =>
    rules.map((rule) => rule({ id: `org.freedesktop.${id}` }, { user })).find((one) => one !== undefined);

  test("lets the hat's user switch the machine off, also while somebody else is logged in", () => {
    expect(answer("login1.power-off", "brim")).toBe("yes");
    expect(answer("login1.power-off-multiple-sessions", "brim")).toBe("yes");
  });

  test("decides nothing else, and nothing for others", () => {
    expect(answer("login1.power-off", "pi")).toBeUndefined();
    expect(answer("login1.reboot", "brim")).toBeUndefined();
    expect(answer("systemd1.manage-units", "brim")).toBeUndefined();
  });
});
