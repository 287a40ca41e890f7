import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The frames that the comparison has written: RGB, 8 bits. */
export function readFrames(folder) {
  return JSON.parse(readFileSync(join(folder, "frames.json"), "utf8")).map(({ file, width, height }) => ({
    data: readFileSync(join(folder, file)),
    width,
    height,
  }));
}

/**
 * Serves a detector as a process of its own: for each line of stdin, the number of a frame, a line of JSON with the time
 * it took in ms and the labels that were found. One line, "ready", comes before.
 */
export async function serve(frames, detect) {
  for (const frame of frames) await detect(frame);
  process.stdout.write("ready\n");
  for await (const line of createInterface({ input: process.stdin })) {
    const begin = performance.now();
    const labels = await detect(frames[Number(line)]);
    const ms = performance.now() - begin;
    process.stdout.write(`${JSON.stringify({ ms, labels })}\n`);
  }
  process.exit(0);
}
