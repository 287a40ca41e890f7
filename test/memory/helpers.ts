import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { Memory, type MemoryOptions } from "../../src/memory/memory.ts";
import type { View } from "../../src/memory/types.ts";

export const faceModel = "face-embed@0123456789ab";

/** Numbers from 0 to 1, the same each time for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A unit vector in any direction; two of them are at right angles to within some 1/√dimensions. */
export function direction(random: () => number, dimensions = 512): Float32Array {
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return unit(Float32Array.from({ length: dimensions }, gaussian));
}

/** A unit vector whose cosine with `vector`, a unit vector, is `cosine`. */
export function near(vector: Float32Array, cosine: number, random: () => number): Float32Array {
  const other = direction(random, vector.length);
  const dot = vector.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
  const across = unit(other.map((value, i) => value - dot * (vector[i] ?? 0)));
  const sine = Math.sqrt(1 - cosine ** 2);
  return unit(vector.map((value, i) => cosine * value + sine * (across[i] ?? 0)));
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Views of one person, whose face lies in the direction of `centre`. */
export function viewsOf(
  centre: Float32Array,
  count: number,
  random: () => number,
  model = faceModel,
): View[] {
  return Array.from({ length: count }, (_, i) => ({
    model,
    embedding: near(centre, 0.85, random),
    quality: 0.9 - i * 0.05,
  }));
}

/** A memory in a folder of its own; both are gone after the test. */
export function memories() {
  const folders: string[] = [];
  const open: Memory[] = [];
  afterEach(() => {
    for (const memory of open.splice(0)) memory.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const newFolder = () => {
    // In memory where that can be: waiting for the disk is what most of a test would do.
    const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "brim-memory-"));
    folders.push(folder);
    return folder;
  };
  const openIn = (folder: string, options?: MemoryOptions) => {
    const memory = Memory.open(folder, options);
    open.push(memory);
    return memory;
  };
  return {
    newFolder,
    openIn,
    close: (memory: Memory) => void open.splice(open.indexOf(memory), 1)[0]?.close(),
  };
}

/** All bytes that lie in a folder. */
export function bytesIn(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
}
