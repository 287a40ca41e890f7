import { execFile } from "node:child_process";
import { BrimError, messageOf } from "../../base/errors.ts";
import { type Camera, type Frame, largestStill } from "../ports.ts";
import { findProgram } from "../programs.ts";
import { CameraProgram } from "./camera-program.ts";
import { BareFrames } from "./frame-readers.ts";
import type { CameraOptions } from "./index.ts";
import { yuv420 } from "./yuv-picture.ts";

/** The programs by their names of today, and by those of older systems. */
const programs = { video: ["rpicam-vid", "libcamera-vid"], still: ["rpicam-still", "libcamera-still"] };
/** One stream, all that a face or a thing needs; a multiple of `align`, so that no byte is padding. */
const size = { width: 1536, height: 864 };
/** The camera's hardware pads rows of brightness to a multiple of so many bytes. */
const align = 64;
/** More frames a second cost power, and nobody looks at them. */
const mostFps = 10;
/** So long after the stream was stopped for a still it is begun again, whether or not there is one. */
const stillMs = 2_500;
/** Light is measured for so long before a still is taken. */
const settleMs = 400;
const stillQuality = 92;

/**
 * A camera of the Raspberry Pi, through its own programs. There is one stream; a still stops it, and begins it again.
 */
export class RpicamCamera implements Camera {
  readonly name = "rpicam";
  readonly #options: CameraOptions;
  #stream: CameraProgram | null = null;
  /** The stream as it is again after a still. */
  #ready: Promise<void> = Promise.resolve();
  #stopped = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  /** A lens that cannot be focused may make the program wait for it for ever. */
  #autofocus = true;

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#stopped = new AbortController();
    this.#ready = Promise.resolve();
    await this.#begin(signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#ready.catch(() => {});
    await this.#stream?.stop();
    this.#stream = null;
  }

  async next(signal: AbortSignal): Promise<Frame> {
    for (;;) {
      const ready = this.#ready;
      const { promise, cancel } = orAborted(ready, signal);
      await promise.finally(cancel);
      // A still has begun meanwhile.
      if (ready !== this.#ready) continue;
      const stream = this.#stream;
      if (stream === null) throw new BrimError("DEVICE", "the camera is not started");
      try {
        return await stream.next(signal);
      } catch (error) {
        // A still has taken its place meanwhile: the next stream goes on.
        if (signal.aborted || stream === this.#stream) throw error;
      }
    }
  }

  still(): Promise<Buffer> {
    const still = this.#last.then(() => this.#still());
    this.#last = still.catch(() => {});
    return still;
  }

  /** See Camera. One at a time. */
  async #still(): Promise<Buffer> {
    const stream = this.#stream;
    if (stream === null) throw new BrimError("DEVICE", "the camera is not started");
    const { signal } = this.#stopped;
    let again: (stream: Promise<void>) => void = () => {};
    this.#ready = new Promise((resolve) => {
      again = resolve;
    });
    // Whoever waits for frames is told by them, not by this.
    this.#ready.catch(() => {});
    this.#stream = new CameraProgram(this.#video());
    const next = this.#stream;
    try {
      await stream.stop();
      const still = await this.#takeStill(signal);
      again(signal.aborted ? Promise.resolve() : next.start(signal));
      return still;
    } catch (error) {
      again(signal.aborted ? Promise.resolve() : next.start(signal));
      if (signal.aborted) throw new BrimError("DEVICE", "the camera was stopped", { cause: error });
      this.#options.onTrouble(`no still, a frame is used instead: ${messageOf(error)}`);
      await this.#ready;
      return (await this.next(signal)).still(largestStill);
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const stream = new CameraProgram(this.#video());
    this.#stream = stream;
    await stream.start(AbortSignal.any([signal, this.#stopped.signal]));
  }

  #video() {
    const { clock, env, fps, device, rotation } = this.#options;
    const program = find(programs.video, env);
    const { width, height } = size;
    const rate = Math.min(mostFps, Math.max(1, 2 * fps));
    return {
      clock,
      fps: Math.min(fps, mostFps),
      command: {
        ...program,
        args: [
          ...["-n", "-t", "0", "--codec", "yuv420", "--flush"],
          ...["--width", String(width), "--height", String(height), "--framerate", String(rate)],
          ...placed(device, rotation),
          ...["-o", "-"],
        ],
        reader: new BareFrames(yuv420(width, height, align)),
        wrong: wrongWith,
      },
    };
  }

  async #takeStill(signal: AbortSignal): Promise<Buffer> {
    const { clock, env, device, rotation } = this.#options;
    const { name, program } = find(programs.still, env);
    const limit = new AbortController();
    const timer = clock.after(stillMs, () => limit.abort());
    const autofocus = this.#autofocus ? ["--autofocus-mode", "auto", "--autofocus-on-capture"] : [];
    const args = [
      ...["-n", "-t", String(settleMs), "-q", String(stillQuality), "--thumb", "none"],
      ...autofocus,
      ...placed(device, rotation),
      ...["-o", "-"],
    ];
    const { error, out, words } = await run(program, args, AbortSignal.any([signal, limit.signal]));
    timer.cancel();
    if (error === null && isJpeg(out)) return out;
    const timedOut = limit.signal.aborted;
    if (timedOut) this.#autofocus = false;
    const why = timedOut
      ? `it took more than ${stillMs / 1_000} s`
      : words || messageOf(error ?? "no picture");
    throw new BrimError("DEVICE", `${name}: ${why}`);
  }
}

function find(names: readonly string[], env: NodeJS.ProcessEnv): { name: string; program: string } {
  for (const name of names) {
    const program = findProgram(name, env);
    if (program !== null) return { name, program };
  }
  throw new BrimError("DEVICE", `${names[0]} is not installed: apt install rpicam-apps-lite`);
}

/** Which of several cameras, and how it is mounted. */
function placed(device: string | undefined, rotation: number | undefined): string[] {
  return [
    ...(device === undefined ? [] : ["--camera", device]),
    ...(rotation !== 180 ? [] : ["--rotation", String(rotation)]),
  ];
}

/** What the programs' own words mean. */
function wrongWith(line: string): string | null {
  if (/no cameras available/i.test(line)) return "no camera is found: check the ribbon cable at both ends";
  if (/failed to acquire camera|pipeline handler in use/i.test(line)) return "another program has the camera";
  // "configuring streams: (0) 1536x864-YUV420/sYCC (1) 2304x1296-SBGGR10_CSI2P"
  const stream = /configuring streams: \(0\) (\d+x\d+)-(\w+)/.exec(line);
  if (stream === null) return null;
  const [, given = "", format = ""] = stream;
  const wanted = `${size.width}x${size.height}`;
  return given === wanted && format === "YUV420" ? null : `it gives ${given} ${format}, not ${wanted} YUV420`;
}

interface Ran {
  error: Error | null;
  out: Buffer;
  /** The last line of its stderr. */
  words: string;
}

function run(program: string, args: readonly string[], signal: AbortSignal): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { encoding: "buffer", killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024, signal },
      (error, out, stderr) =>
        resolve({
          error,
          out,
          words:
            stderr
              .toString()
              .trim()
              .split(/[\r\n]+/)
              .at(-1)
              ?.slice(0, 200) ?? "",
        }),
    );
  });
}

function isJpeg(bytes: Buffer): boolean {
  return (
    bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9
  );
}

function orAborted(promise: Promise<void>, signal: AbortSignal) {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  return {
    promise: Promise.race([promise, aborted]),
    cancel: () => signal.removeEventListener("abort", onAbort),
  };
}
