import type { Command } from "../../src/cli/command.ts";

/** Runs a command of `brim` in this process: its status, and the lines of its two outputs. */
export async function runCommand(
  command: Command,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ status: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await command.run(args, {
    env,
    signal: new AbortController().signal,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { status, out, err };
}
