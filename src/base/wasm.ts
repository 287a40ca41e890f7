import { readFileSync } from "node:fs";

const programs = new Map<string, WebAssembly.Module>();

/**
 * A program of the folder wasm/, with this memory, which is all it has.
 * @returns its functions
 */
export function openWasm<Functions>(name: string, memory: WebAssembly.Memory): Functions {
  let program = programs.get(name);
  if (program === undefined) {
    const built = import.meta.url.endsWith(".ts") ? "../../dist" : "..";
    program = new WebAssembly.Module(readFileSync(new URL(`${built}/wasm/${name}.wasm`, import.meta.url)));
    programs.set(name, program);
  }
  return new WebAssembly.Instance(program, { env: { memory } }).exports as Functions;
}

/** Memory of a fixed size: it never grows, for whoever has a part of it would lose it. */
export function wasmMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / 65_536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}
