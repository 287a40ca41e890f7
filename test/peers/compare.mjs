import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { takeGuard } from "../../dist/bench/guard-latency.js";
import { SimulatedHat } from "../../dist/bench/simulated-hat.js";
import { median, percentile } from "../../dist/bench/stats.js";
import { decodeStill, pictureOf, readPhoto } from "../../dist/devices/camera/photo.js";
import { readManifest } from "../../dist/models/manifest.js";
import { decodeModel, encodeModel } from "../../dist/models/onnx/wire.js";
import { modelPath, samplePhotosFolder } from "../../dist/models/registry.js";
import { cacheFolder, fetchSource } from "../../dist/models/source.js";
import { extract } from "../../dist/models/tar.js";
import { labels } from "../../dist/vision/labels.js";
import { headsOf } from "./heads.mjs";

/**
 * `node compare.mjs [--json] [--detection | --reaction]`: Brim beside what somebody would use instead, on the same photos and
 * cores; both parts or one. Started by `run`, which installs them.
 */

const python = process.env.PYTHON ?? "/usr/bin/python3";
const threads = availableParallelism();
const rounds = 15;
const minScore = 0.4;
/** Longest side of a frame: what a Pi's camera gives. */
const frameSide = 1536;
const readings = 10_000;
const periodMs = 5;
const askEveryMs = 5_000;

const json = process.argv.includes("--json");
const folder = mkdtempSync(join(tmpdir(), "brim-peers-"));
const children = [];
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (line) => process.stderr.write(`peers: ${line}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

try {
  await prepare();
  const detection = process.argv.includes("--reaction") ? null : await compareDetection();
  const reaction = process.argv.includes("--detection") ? null : await compareReaction();
  if (json) console.log(JSON.stringify({ threads, detection, reaction }));
  else {
    if (detection !== null) printDetection(detection);
    if (detection !== null && reaction !== null) console.log("");
    if (reaction !== null) printReaction(reaction);
  }
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

/** Writes what the peers need: frames, the tfjs model, the model for OpenCV, and the names of the classes. */
async function prepare() {
  const photos = samplePhotosFolder();
  const frames = [];
  for (const name of readdirSync(photos).filter((file) => file.endsWith(".jpg"))) {
    const { data, width, height } = await decodeStill(
      await pictureOf(await readPhoto(join(photos, name))).still(frameSide),
    );
    writeFileSync(join(folder, `${name}.rgb`), data);
    frames.push({ file: `${name}.rgb`, width, height });
  }
  writeFileSync(join(folder, "frames.json"), JSON.stringify(frames));
  const source = readManifest().sources["human-models"];
  const options = { cache: cacheFolder(process.env), signal: new AbortController().signal, say };
  const paths = ["models/nanodet.json", "models/nanodet.bin"];
  for (const [path, bytes] of extract(await fetchSource(source, options), paths)) {
    writeFileSync(join(folder, path.replace("models/", "")), bytes);
  }
  const float = decodeModel(readFileSync(modelPath("nanodet-fp32")));
  writeFileSync(join(folder, "heads.onnx"), encodeModel(headsOf(float)));
  writeFileSync(join(folder, "labels.json"), JSON.stringify(labels));
}

/** From a raw frame to objects: each detector sees each frame in turn, many times. Medians in ms. */
async function compareDetection() {
  const common = [folder, String(threads), String(minScore)];
  const peers = {
    brim: [process.execPath, here("ours.mjs"), ...common, "nanodet"],
    "brim, floats": [process.execPath, here("ours.mjs"), ...common, "nanodet-fp32"],
    "OpenCV DNN": [
      python,
      here("opencv.py"),
      ...common,
      join(folder, "heads.onnx"),
      join(folder, "labels.json"),
    ],
    "@vladmandic/human": [process.execPath, here("human.mjs"), ...common, folder],
    tfjs: [process.execPath, here("tfjs.mjs"), ...common, folder],
  };
  const running = {};
  for (const [name, command] of Object.entries(peers)) {
    say(`starting ${name}`);
    running[name] = await start(command);
  }
  const count = JSON.parse(readFileSync(join(folder, "frames.json"), "utf8")).length;
  const times = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  const found = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let frame = 0; frame < count; frame++) {
      for (const name of Object.keys(peers)) {
        const { ms, labels: seen } = await running[name].ask(frame);
        times[name].push(ms);
        if (round === 0) found[name].push(...seen);
      }
    }
  }
  for (const { child } of Object.values(running)) child.kill("SIGKILL");
  const ours = median(times.brim);
  return Object.keys(peers).map((name) => ({
    name,
    ms: round(median(times[name])),
    timesBrim: round(median(times[name]) / ours),
    objects: found[name].length,
    asBrim: agreement(found.brim, found[name]),
  }));
}

/** Share of objects that two lists of labels have in common. */
function agreement(ours, theirs) {
  const left = [...theirs];
  let same = 0;
  for (const label of ours) {
    const at = left.indexOf(label);
    if (at < 0) continue;
    left.splice(at, 1);
    same++;
  }
  return round(same / Math.max(ours.length, theirs.length, 1));
}

async function start([program, ...args]) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${args[0]} ended`);
    return value;
  };
  // A library may print about itself before.
  while ((await next()) !== "ready");
  return {
    child,
    async ask(frame) {
      child.stdin.write(`${frame}\n`);
      for (;;) {
        const line = await next();
        if (line.startsWith("{")) return JSON.parse(line);
      }
    },
  };
}

/** From when a reading was due to its beep, by our guard and by the usual script, beside the same load. ms. */
async function compareReaction() {
  say("our guard, for a minute");
  const brim = await takeGuard({ signal: new AbortController().signal, say });
  say("the usual script, for a minute");
  const script = await takeStudent();
  return { brim, script, timesBrim: round(script.p99 / brim.p99) };
}

/**
 * As takeGuard of the bench does it, with the same sensor, the script in the guard's place, scheduled as scripts are, and
 * the hat's own guard idle beside it.
 */
async function takeStudent() {
  const state = join(folder, "state");
  mkdirSync(state);
  const result = join(folder, "student.json");
  const student = spawn(
    python,
    [here("student.py"), folder, String(threads), join(folder, "heads.onnx"), result],
    { detached: true, stdio: ["pipe", "pipe", "inherit"] },
  );
  children.push(student);
  await once(createInterface({ input: student.stdout }), "line");
  const hat = new SimulatedHat(state, { BRIM_VISION_THREADS: String(threads), BRIM_CAMERA_FPS: "30" });
  const node = (file, args, stdout) => {
    const path = here(`../../dist/bench/${file}.js`);
    // A session of its own each, as takeGuard has it.
    const child = spawn(process.execPath, [path, ...args.map(String)], {
      detached: true,
      stdio: ["ignore", stdout, "inherit"],
    });
    children.push(child);
    return child;
  };
  try {
    await hat.pid("guard");
    await hat.watchGuard(() => {});
    for (let i = 0; i < threads; i++) node("load", [], "ignore");
    await hat.wait("sight", (line) => line.event === "seen");
    await sleep(2_000);
    const sensor = node("sensor", [readings, periodMs], student.stdin);
    const end = once(sensor, "exit");
    let running = true;
    void end.then(() => {
      running = false;
    });
    while (running) {
      await hat.click(2);
      await Promise.race([end, sleep(askEveryMs)]);
    }
    const ended = once(student, "exit");
    student.stdin.end();
    await ended;
    const latencies = JSON.parse(readFileSync(result, "utf8"));
    const at = (share) => round(percentile(latencies, share));
    return { p50: at(0.5), p99: at(0.99), readings: latencies.length };
  } finally {
    await hat.stop();
  }
}

function printDetection(detection) {
  console.log(`| from a raw frame to objects, ${threads} threads | ms | × Brim | objects | as Brim |`);
  console.log("|---|---|---|---|---|");
  for (const { name, ms, timesBrim: times, objects, asBrim } of detection) {
    console.log(`| ${name} | ${ms} | ${times} | ${objects} | ${Math.round(asBrim * 100)} % |`);
  }
}

function printReaction({ brim, script, timesBrim }) {
  console.log(
    "| from a reading to the buzzer, written as it should be, ms | median | 99th percentile | × Brim |",
  );
  console.log("|---|---|---|---|");
  console.log(`| brim guard | ${brim.p50} | ${brim.p99} | 1 |`);
  console.log(
    `| one Python loop that reads, detects and beeps | ${script.p50} | ${script.p99} | ${timesBrim} |`,
  );
}

function round(value) {
  return Math.round(value * 100) / 100;
}
