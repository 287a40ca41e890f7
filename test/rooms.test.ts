import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** What a file imports, type-only imports too: rooms as paths in src, packages by name. */
function imports(file: string): string[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name ?? "");
  return found.map((name) => (name.startsWith(".") ? relative(src, join(src, dirname(file), name)) : name));
}

/** Every file that `file` reaches through imports. */
function reaches(file: string, seen = new Set<string>()): Set<string> {
  for (const next of imports(file)) {
    if (!seen.has(next)) {
      seen.add(next);
      if (files.includes(next)) reaches(next, seen);
    }
  }
  return seen;
}

describe("the rooms of the house", () => {
  test("the guard reaches nothing clever: its devices, guard/ and base/ alone", () => {
    const allowed =
      /^(guard\/|base\/|devices\/(range|imu|buzzer|button|gpio)\/|devices\/(ports|drivers|i2c|helper-process)\.ts$|node:)/;
    const packages = ["zod", "pino", "smol-toml", "onoff", "i2c-bus", "unix-dgram"];
    const others = [...reaches("guard.ts")].filter((name) => !allowed.test(name) && !packages.includes(name));
    expect(others).toEqual([]);
  });

  test("the guard spawns nothing but what gives it its priority and what holds a device that needs ioctl, once each", () => {
    const spawning = [...reaches("guard.ts")].filter(
      (file) => files.includes(file) && imports(file).includes("node:child_process"),
    );
    expect(spawning.sort()).toEqual(["base/niceness.ts", "devices/helper-process.ts"]);
  });

  test("the eyes know nothing of memory, speech, attention or the network", () => {
    const others = [...reaches("eyes.ts"), ...reaches("reader.ts")].filter((name) =>
      /^(guard|attention|voice|companion|links|memory|enrol|scene)\//.test(name),
    );
    expect(others).toEqual([]);
  });

  test("the mind touches no pin, and knows no model", () => {
    const others = [...reaches("mind.ts")].filter((name) =>
      /^devices\/(range|imu|buzzer|button|gpio|camera)\/|^guard\/|onnxruntime|^vision\//.test(name),
    );
    expect(others).toEqual([]);
  });

  test("only vision/session.ts knows onnxruntime", () => {
    const knowing = files.filter((file) => imports(file).includes("onnxruntime-node"));
    expect(knowing).toEqual(["vision/session.ts"]);
  });

  test("memory reaches base/ and its database alone: no network, no log, nothing of the pictures", () => {
    const reached = files.filter((file) => file.startsWith("memory/")).flatMap((file) => [...reaches(file)]);
    const others = reached.filter(
      (name) => !/^(memory\/|base\/(clock|errors)\.ts$|node:(crypto|fs|path|util)$)/.test(name),
    );
    expect([...new Set(others)].sort()).toEqual(["better-sqlite3", "node:timers/promises", "zod"]);
    const knowing = files.filter((file) => imports(file).includes("better-sqlite3"));
    expect(knowing.filter((file) => !file.startsWith("memory/"))).toEqual([]);
  });

  test("the menu and finding hold the order of things alone: no device, no memory, no network", () => {
    const reached = files.filter((file) => /^(menu|find)\//.test(file)).flatMap((file) => [...reaches(file)]);
    const others = reached.filter(
      (name) =>
        !/^(menu|find|attention|voice)\/|^base\/|^node:(fs|fs\/promises|path|timers\/promises)$/.test(name),
    );
    expect([...new Set(others)].sort()).toEqual(["zod"]);
    const voices = reached.filter((name) => name.startsWith("voice/"));
    expect([...new Set(voices)]).toEqual(["voice/utterance.ts"]);
  });

  test("the runtime is told to report nothing before it is loaded, or it would", () => {
    const text = readFileSync(join(src, "vision/session.ts"), "utf8");
    expect(text.indexOf('"./no-telemetry.ts"')).toBeLessThan(text.indexOf('"onnxruntime-node"'));
    expect(readFileSync(join(src, "vision/no-telemetry.ts"), "utf8")).toContain(
      'ORT_DISABLE_TELEMETRY = "1"',
    );
  });

  test("only base/clock.ts makes timers", () => {
    const making = files.filter(
      (file) =>
        !file.startsWith("companion/page/") &&
        /\b(setTimeout|setInterval)\(|node:timers/.test(readFileSync(join(src, file), "utf8")),
    );
    expect(making).toEqual(["base/clock.ts"]);
  });

  test("no room imports from the roots of the processes, but the command line and the mind", () => {
    const roots = /^(mind|eyes|guard)\.ts$/;
    const others = files.filter(
      (file) =>
        !file.startsWith("cli/") && file !== "mind.ts" && imports(file).some((name) => roots.test(name)),
    );
    expect(others).toEqual([]);
  });
});
