import type { Clock } from "../base/clock.ts";
import { BrimError, nearest } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { findProgram } from "../devices/speaker/programs.ts";

export interface Manner {
  /** 120–600 */
  wordsPerMinute: number;
  /** BCP 47 tag */
  language: string;
}

/** Turns one sentence into sound. */
export interface Synthesiser extends Part {
  /** 16-bit mono, 22,050 samples a second, in chunks as they are made; ends early when `signal` is aborted. */
  synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer>;
}

export interface SynthesiserDeps {
  clock: Clock;
  log: Log;
  env: NodeJS.ProcessEnv;
}

type Create = (deps: SynthesiserDeps) => Synthesiser;

const drivers: Record<string, () => Promise<Create>> = {
  "espeak-ng": async () => (await import("./synthesis/espeak.ts")).createEspeak,
  "espeak-ng-wasm": async () => (await import("./synthesis/espeak-wasm.ts")).createEspeakWasm,
  none: async () => (await import("./synthesis/none.ts")).createNone,
};

export const wasmPackage = "@echogarden/espeak-ng-emscripten";

/**
 * Makes the synthesiser of that name; `auto` takes the program espeak-ng, else its WebAssembly build, else none.
 * @throws BrimError CONFIG for an unknown name, DEVICE when the one that was asked for is not installed
 */
export async function createSynthesiser(name: string, deps: SynthesiserDeps): Promise<Synthesiser> {
  const chosen = name === "auto" ? chooseSynthesiser(deps) : name;
  const load = Object.hasOwn(drivers, chosen) ? drivers[chosen] : undefined;
  if (load === undefined) {
    const known = ["auto", ...Object.keys(drivers)];
    const near = nearest(name, known);
    const hint = near ? `; did you mean ${near}?` : "";
    throw new BrimError("CONFIG", `speech.synthesiser = "${name}": expected ${known.join(", ")}${hint}`);
  }
  return (await load())(deps);
}

function chooseSynthesiser({ log, env }: SynthesiserDeps): string {
  if (findProgram("espeak-ng", env) !== null) return "espeak-ng";
  if (wasmFile() !== null) return "espeak-ng-wasm";
  log.warn("no voice: neither espeak-ng nor its WebAssembly build is installed (apt install espeak-ng)");
  return "none";
}

/** The main file of eSpeak's WebAssembly build as a URL, or null where it is not installed. */
export function wasmFile(): string | null {
  try {
    return import.meta.resolve(wasmPackage);
  } catch {
    return null;
  }
}
