import type { Clock } from "../base/clock.ts";
import { BrimError, nearest } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { findProgram } from "../devices/programs.ts";
import { CachingSynthesiser } from "./synthesis/cache.ts";

export interface Manner {
  /** 120–600 */
  wordsPerMinute: number;
  /** BCP 47 tag */
  language: string;
  /** It must be heard at once, however it sounds. */
  urgent?: boolean;
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
  /** The .onnx file of a voice of Piper. */
  piperVoice?: string | undefined;
}

type Create = (deps: SynthesiserDeps) => Synthesiser;

const drivers: Record<string, () => Promise<Create>> = {
  "espeak-ng": async () => (await import("./synthesis/espeak.ts")).createEspeak,
  "espeak-ng-wasm": async () => (await import("./synthesis/espeak-wasm.ts")).createEspeakWasm,
  none: async () => (await import("./synthesis/none.ts")).createNone,
};

export const wasmPackage = "@echogarden/espeak-ng-emscripten";

/**
 * Makes the synthesiser of that name; `auto` takes Piper where it is installed and a voice of it is configured, else the
 * program espeak-ng, else its WebAssembly build, else none. The sound of what is said often is kept.
 * @throws BrimError CONFIG for an unknown name, DEVICE when the one that was asked for is not installed
 */
export async function createSynthesiser(name: string, deps: SynthesiserDeps): Promise<Synthesiser> {
  const chosen = name === "auto" ? chooseSynthesiser(deps) : name;
  return chosen === "piper" ? createPiper(deps) : new CachingSynthesiser(await create(chosen, deps));
}

async function create(name: string, deps: SynthesiserDeps): Promise<Synthesiser> {
  const load = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (load !== undefined) return (await load())(deps);
  const known = ["auto", ...Object.keys(drivers), "piper"];
  const near = nearest(name, known);
  const hint = near ? `; did you mean ${near}?` : "";
  throw new BrimError("CONFIG", `speech.synthesiser = "${name}": expected ${known.join(", ")}${hint}`);
}

async function createPiper(deps: SynthesiserDeps): Promise<Synthesiser> {
  if (deps.piperVoice === undefined) {
    throw new BrimError(
      "CONFIG",
      'speech.synthesiser = "piper": name the .onnx file of a voice in speech.piper_voice',
    );
  }
  const { Piper } = await import("./synthesis/piper.ts");
  const piper = new Piper(deps, deps.piperVoice, await create(chooseEspeak(deps), deps));
  return new CachingSynthesiser(piper, ({ urgent }) => piper.ready && !urgent);
}

function chooseSynthesiser(deps: SynthesiserDeps): string {
  const piper = deps.piperVoice !== undefined && findProgram("piper", deps.env) !== null;
  return piper ? "piper" : chooseEspeak(deps);
}

function chooseEspeak({ log, env }: SynthesiserDeps): string {
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
