import { readFileSync, writeFileSync } from "node:fs";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Picture } from "../devices/ports.ts";
import { Segmenter } from "../vision/segment.ts";
import type { Prompt } from "../vision/segment-prompt.ts";
import { openSession, type Session } from "../vision/session.ts";
import { infos } from "./build.ts";
import { quantise } from "./int8/quantise.ts";
import { type Probe, probedModel, rangesOf } from "./int8/ranges.ts";
import { modelsFolder, readManifest, writeManifest } from "./manifest.ts";
import { liftConstants } from "./onnx/constants.ts";
import { graphOf } from "./onnx/graph.ts";
import type { Model } from "./onnx/messages.ts";
import { decodeModel, encodeModel } from "./onnx/wire.ts";
import { builtPath } from "./registry.ts";
import { sha256Of } from "./state.ts";

/** No convolution stays as it is: what makes masks of the last one's results are products of matrices. */
const last: ReadonlySet<string> = new Set();

export interface Example {
  picture: Picture;
  prompt: Prompt;
}

/**
 * Quantises SqueezeSAM as models/squeezesam/export.py writes it, and puts it in the place of the committed one, with
 * its line in the manifest.
 *
 * @param examples prompts like those that will come; the ranges of the numbers inside are measured on them
 * @throws BrimError INPUT when the file is not such a model, or there is no example
 */
export async function adoptSqueezeSam(
  path: string,
  examples: AsyncIterable<Example>,
  { signal, say }: { signal: AbortSignal; say(line: string): void },
): Promise<void> {
  const model = read(path);
  const probes: Probe[] = [];
  const probed = await openSession(encodeModel(probedModel(model, { last, keepOutputs: true })), {
    threads: 2,
  });
  const segmenter = new Segmenter(noting(probed, (probe) => probes.push(probe)));
  let count = 0;
  for await (const { picture, prompt } of examples) {
    signal.throwIfAborted();
    await segmenter.segment(picture, prompt);
    if (++count % 32 === 0) say(`${count} examples`);
  }
  await segmenter.dispose();
  if (count === 0) throw new BrimError("INPUT", "there is no job to measure the numbers on");
  const quantised = quantise(model, rangesOf(model, probes, last), last);
  const bytes = encodeModel(quantised);
  const manifest = readManifest();
  const entry = manifest.entries.find(({ name }) => name === "squeezesam");
  if (entry?.kind !== "own")
    throw new BrimError("MODEL", "models/manifest.json has no squeezesam of our own");
  const { input, output } = graphOf(quantised);
  Object.assign(entry, {
    bytes: bytes.length,
    sha256: sha256Of(bytes),
    inputs: infos(input),
    outputs: infos(output),
  });
  writeFileSync(builtPath(entry, modelsFolder), bytes);
  writeManifest(manifest);
  say(`${entry.path}: ${(bytes.length / 1e6).toFixed(2)} MB, from ${count} examples`);
}

function read(path: string): Model {
  try {
    return liftConstants(decodeModel(readFileSync(path)));
  } catch (error) {
    throw new BrimError("INPUT", `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** A session that tells what was probed of each run. */
function noting(session: Session, note: (probe: Probe) => void): Pick<Session, "run" | "dispose"> {
  return {
    async run(feeds) {
      const outputs = await session.run(feeds);
      note(
        Object.fromEntries(
          Object.entries(outputs)
            .filter(([, { shape }]) => shape.length === 0)
            .map(([name, { data }]) => [name, Number(data[0])]),
        ),
      );
      return outputs as never;
    },
    dispose: () => session.dispose(),
  };
}
