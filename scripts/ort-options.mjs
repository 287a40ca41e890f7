// What ONNX Runtime's options do to NanoDet's time, against those of src/vision/session.ts: `node scripts/ort-options.mjs`
// prints the table of models/README.md.
import "../dist/vision/no-telemetry.js";
import { createRequire } from "node:module";
import { timeInTurn } from "../dist/bench/rounds.js";
import { modelPath } from "../dist/models/registry.js";

const { InferenceSession, Tensor } = createRequire(import.meta.url)("onnxruntime-node");
const rounds = 60;
const side = 416;
const extra = (entries) => ({ extra: { session: entries } });
const quiet = { "intra_op.allow_spinning": "0", set_denormal_as_zero: "1" };
const ours = {
  ...{ executionProviders: ["cpu"], executionMode: "sequential", graphOptimizationLevel: "all" },
  ...{ enableCpuMemArena: true, enableMemPattern: true, intraOpNumThreads: 1, interOpNumThreads: 1 },
  ...{ logSeverityLevel: 3, ...extra(quiet) },
};
const others = {
  "graph optimisation extended": { graphOptimizationLevel: "extended" },
  "graph optimisation basic": { graphOptimizationLevel: "basic" },
  "no memory arena": { enableCpuMemArena: false },
  "no memory pattern": { enableMemPattern: false },
  "operators in parallel": { executionMode: "parallel" },
  "denormal numbers kept": extra({ ...quiet, set_denormal_as_zero: "0" }),
};
const onTwo = {
  ours: { intraOpNumThreads: 2 },
  "idle threads spin, two threads": {
    intraOpNumThreads: 2,
    ...extra({ ...quiet, "intra_op.allow_spinning": "1" }),
  },
};

const image = new Tensor(
  "uint8",
  Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 7) % 256),
  [1, side, side, 3],
);

/** Times of all these options, over those of ours. */
async function compare(variants) {
  const jobs = {};
  for (const [name, options] of Object.entries(variants)) {
    const session = await InferenceSession.create(modelPath("nanodet"), { ...ours, ...options });
    jobs[name] = () => session.run({ image });
  }
  const times = await timeInTurn(jobs, rounds);
  for (const name of Object.keys(times)) {
    if (name !== "ours") console.log(`| ${name} | ${(times[name] / times.ours).toFixed(2)} |`);
  }
}

console.log("| instead of ours | time of NanoDet, × ours |\n|---|---|");
await compare({ ours: {}, ...others });
await compare(onTwo);
