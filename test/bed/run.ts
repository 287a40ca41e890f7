/** `scripts/test --bed [--long]`: makes the virtual machines, runs the tests in them, and counts their lines. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bed, type Machine, runIn, work } from "./machines.ts";
import { brimRoot } from "./places.ts";
import { cutPower } from "./power-cuts.ts";

const counts = { passed: 0, FAILED: 0, skipped: 0 };
const begun = Date.now();

function tell(line: string): void {
  console.log(line);
  const word = /^(passed|FAILED|skipped) {2,}/.exec(line)?.[1] as keyof typeof counts | undefined;
  if (word !== undefined) counts[word]++;
}

/** What the bed boots with that kernel, or null where Debian's archive has none. */
function prepared(series: string): string | null {
  const { status, stdout } = spawnSync(join(bed, "prepare"), [series], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status === 3) return null;
  if (status === 4) {
    tell(`skipped  the virtual test bed: ${stdout.trim()}`);
    process.exit(4);
  }
  if (status !== 0) throw new Error(`the bed could not be prepared with Linux ${series}`);
  return stdout.trim();
}

/** Runs a program whose lines are the tests'; a machine that ends without a result is a failed test. */
async function tests(machine: Omit<Machine, "onLine">): Promise<void> {
  const before = counts.FAILED;
  const status = await runIn({ ...machine, onLine: tell });
  if (status !== 0 && counts.FAILED === before)
    tell(`FAILED   ${machine.program}: the machine ended with ${status}`);
}

/** Somebody faces the wearer: a part of a sample photo, as a frame of the Pi's camera (YUV420, full range). */
async function click(folder: string): Promise<void> {
  const photo = join(brimRoot, "models/built/photos/sample1.jpg");
  if (!existsSync(photo)) return tell("skipped  click: the models are not built: run scripts/test once");
  const out = join(work, "click");
  mkdirSync(out);
  const filters = [
    "crop=600:1000:200:200,scale=-2:864:out_range=full:out_color_matrix=bt601",
    "pad=1536:864:(ow-iw)/2:0:gray,format=yuv420p",
  ];
  const frame = ["-f", "rawvideo", "-frames:v", "1", join(out, "person.yuv")];
  const made = spawnSync("ffmpeg", ["-v", "error", "-i", photo, "-vf", filters.join(), ...frame], {
    encoding: "utf8",
  });
  if (made.status !== 0) return tell(`FAILED   click: no frame: ${made.stderr || made.error?.message}`);
  await tests({
    folder,
    options: ["--keep", out, "--paced", "0", "--seconds", "1200"],
    program: "click-bed",
  });
}

const long = process.argv.includes("--long");
const parts = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const wanted = (name: string) => parts.length === 0 || parts.includes(name);
const kernels = ["6.1", "6.12"].map((series) => ({ series, folder: prepared(series) }));
const [first] = kernels;
for (const { series, folder } of kernels) {
  if (folder === null)
    tell(`skipped  pins and buses on Linux ${series}: Debian's archive has no such kernel here`);
  else {
    if (wanted("pins")) await tests({ folder, program: "pins-bed", args: [series] });
    if (wanted("ranges"))
      await tests({ folder, options: ["--paced", "0"], program: "ranges-bed", args: [series] });
  }
}
if (first?.folder) {
  const { folder } = first;
  if (wanted("senses")) await tests({ folder, program: "senses-bed" });
  if (wanted("systemd"))
    await tests({
      folder,
      options: ["--systemd", "--paced", "0", "--seconds", "1500"],
      program: "systemd-bed",
    });
  if (wanted("click")) await click(folder);
  if (wanted("power")) await cutPower(folder, long ? 20 : 5, tell);
}

const { passed, FAILED: failed, skipped } = counts;
console.log(`the bed took ${Math.round((Date.now() - begun) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : passed > 0 ? 0 : 4);
