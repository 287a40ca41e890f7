/** `scripts/test --bed [--long]`: makes the virtual machines, runs the tests in them, and counts their lines. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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

/** What the bed boots with that kernel, or null where that cannot be had here, which it tells. */
async function prepared(series: string): Promise<string | null> {
  const child = spawn(join(bed, "prepare"), [series], { stdio: ["ignore", "pipe", "inherit"] });
  const [status, said] = await Promise.all([closed(child), text(child.stdout)]);
  if (status === 0) return said.trim();
  if (status === 3) tell(`skipped  the bed with Linux ${series}: Debian's archive has no such kernel here`);
  else if (status === 4) tell(`skipped  the bed with Linux ${series}: ${said.trim()}`);
  else tell(`FAILED   the bed with Linux ${series} could not be made: see above`);
  return null;
}

const closed = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once("close", (status) => resolve(status)));

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
    "crop=460:800:240:180,scale=-2:864:out_range=full:out_color_matrix=bt601",
    "pad=1536:864:(ow-iw)/2:0:gray,format=yuv420p",
  ];
  const frame = ["-f", "rawvideo", "-frames:v", "1", join(out, "person.yuv")];
  const made = spawnSync("ffmpeg", ["-v", "error", "-i", photo, "-vf", filters.join(), ...frame], {
    encoding: "utf8",
  });
  if (made.status !== 0) return tell(`FAILED   click: no frame: ${made.stderr || made.error?.message}`);
  await tests({ folder, options: ["--keep", out, ...paced], program: "click-bed" });
}

const known = ["pins", "ranges", "senses", "systemd", "click", "power"];
const long = process.argv.includes("--long");
const parts = process.argv.slice(2).filter((word) => word !== "--long");
const odd = parts.find((word) => !known.includes(word));
if (odd !== undefined) {
  console.error(`brim: bed: what is "${odd}"? (scripts/test --bed [--long] [${known.join("|")}]…)`);
  process.exit(2);
}
const wanted = (name: string) => parts.length === 0 || parts.includes(name);

/** What a machine of any speed does alike, for its time goes by its instructions: two such run beside each other. */
const paced = ["--paced", "0", "--seconds", "1500"];

const first = await prepared("6.1");
const second = prepared("6.12");
const kernels = [
  { series: "6.1", made: Promise.resolve(first) },
  { series: "6.12", made: second },
];
const folder = first ?? (await second);
if (folder === null) process.exit(counts.FAILED > 0 ? 1 : 4);

const onEach = (name: string) =>
  kernels.map(({ series, made }) => ({
    name,
    async run() {
      const folder = await made;
      if (folder !== null) await tests({ folder, options: paced, program: `${name}-bed`, args: [series] });
    },
  }));
const jobs = [
  {
    name: "systemd",
    run: () => tests({ folder, options: ["--systemd", ...paced], program: "systemd-bed" }),
  },
  { name: "click", run: () => click(folder) },
  ...onEach("ranges"),
  ...onEach("pins"),
  { name: "senses", run: () => tests({ folder, options: paced, program: "senses-bed" }) },
  { name: "power", run: () => cutPower(folder, long ? 20 : 5, tell) },
].filter(({ name }) => wanted(name));
const worker = async () => {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job.run();
};
await Promise.all([worker(), worker(), second]);

const { passed, FAILED: failed, skipped } = counts;
console.log(`the bed took ${Math.round((Date.now() - begun) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : passed > 0 ? 0 : 4);
