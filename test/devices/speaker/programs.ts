import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";

/** A folder of its own for a test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "brim-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A program as PATH may hold it, made of shell commands. */
export function program(path: string, name: string, commands: string): string {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\n${commands}\n`);
  chmodSync(file, 0o755);
  return file;
}

export async function until(condition: () => boolean, ms = 8_000): Promise<void> {
  const end = systemClock.now() + ms;
  while (!condition() && systemClock.now() < end) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}
