/** In the virtual machine: what `brim remember` writes, to a card (ext4) that loses its power in the middle of it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Memory as MemoryType } from "../../src/memory/memory.ts";
import type { View } from "../../src/memory/types.ts";
import { brimRoot } from "./places.ts";
import { sleep } from "./report.ts";

const [boot = "", what = ""] = process.argv.slice(2);
const { Memory }: { Memory: typeof MemoryType } = await import(join(brimRoot, "dist/memory/memory.js"));
const model = "bed@0";

/** Views of a person of that name, the same whenever they are made. */
function viewsOf(name: string): View[] {
  return [0, 1, 2].map((view) => {
    const embedding = new Float32Array(512);
    for (let i = 0; i < 512; i++) embedding[i] = Math.sin((i + 1) * (view + 1) * (1 + (hash(name) % 96)));
    const length = Math.hypot(...embedding);
    return { model, embedding: embedding.map((value) => value / length), quality: 0.5 + view / 10 };
  });
}

function hash(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 100_003;
  return sum;
}

execFileSync("modprobe", ["-a", "virtio_blk", "ext4"]);
mkdirSync("/card", { recursive: true });
execFileSync("mount", ["-t", "ext4", "/dev/vda", "/card"]);
const memory = Memory.open("/card/brim", {});
const wrong: string[] = memory.notice === null ? [] : [memory.notice];
for (const name of readFileSync("/out/confirmed", "utf8").split("\n").filter(Boolean)) {
  const entry = memory.named("person", name);
  if (entry === undefined) {
    wrong.push(`${name} is lost`);
    continue;
  }
  const kept = memory.viewsOf(entry.id).map(({ embedding }) => [...embedding].join());
  const whole = viewsOf(name).every(({ embedding }) => kept.includes([...embedding].join()));
  if (!whole || kept.length !== 3) wrong.push(`the views of ${name} are not what was learned`);
}
memory.close();

// The journal was replayed by mounting it; now nothing may be wrong with it.
execFileSync("umount", ["/card"]);
const check = spawnSync("e2fsck", ["-f", "-n", "/dev/vda"], { encoding: "utf8" });
if (check.status !== 0) wrong.push(`e2fsck: ${check.stdout.trim().split("\n").join(" | ")}`);
console.log(wrong.length === 0 ? "sound" : wrong.join("\n"));

if (what === "learn") {
  execFileSync("mount", ["-t", "ext4", "/dev/vda", "/card"]);
  const open = Memory.open("/card/brim", {});
  for (let i = 0; i < 1000; i++) {
    const name = `Person-${boot}-${i}`;
    open.remember({ kind: "person", name, views: viewsOf(name) });
    console.log(`confirmed ${name}`);
    await sleep(20);
  }
}
process.exit(0);
