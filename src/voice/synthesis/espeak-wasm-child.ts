import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { frame } from "./frames.ts";

/**
 * A program of its own: eSpeak's WebAssembly build, kept loaded. It is synchronous, so it works in a thread, while
 * the main thread goes on reading; what is cancelled stops at its next 100 ms of sound.
 *
 * stdin: a JSON line `{"id","text","voice","rate"}` a sentence, ids rising from 1, or `{"cancel": id}`.
 * stdout: see frames.ts. Ends with its stdin.
 */
interface Job {
  id: number;
  text: string;
  voice: string;
  rate: number;
}

interface EspeakWorker {
  set_voice(name: string): void;
  set_rate(wordsPerMinute: number): void;
  /** `onSound` gets the samples as they are made; true ends the sentence. */
  synthesize(text: string, onSound: (samples: Int16Array) => boolean): void;
}

function writeAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}

function main(module: string): void {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { module, cancelled } });
  worker.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const message: Job | { cancel: number } = JSON.parse(line);
      if ("cancel" in message) Atomics.store(cancelled, 0, message.cancel);
      else worker.postMessage(message);
    })
    .on("close", () => process.exit(0));
}

async function work(module: string, cancelled: Int32Array): Promise<void> {
  const { default: load } = await import(module);
  // What the library prints must not come between the frames.
  const { eSpeakNGWorker } = await load({ print() {}, printErr() {} });
  const espeak: EspeakWorker = new eSpeakNGWorker();
  let current = "";
  parentPort?.on("message", ({ id, text, voice, rate }: Job) => {
    if (Atomics.load(cancelled, 0) < id) {
      if (voice !== current) espeak.set_voice(voice);
      current = voice;
      espeak.set_rate(rate);
      espeak.synthesize(text, (samples) => {
        if (Atomics.load(cancelled, 0) >= id) return true;
        if (samples.length > 0) writeAll(frame(id, new Uint8Array(samples.buffer, 0, samples.byteLength)));
        return false;
      });
    }
    writeAll(frame(id, new Uint8Array(0)));
  });
  writeAll(frame(0, new Uint8Array(0)));
}

if (isMainThread) main(process.argv[2] ?? "");
else await work(workerData.module, workerData.cancelled);
