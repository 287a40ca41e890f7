import { BrimError } from "../../base/errors.ts";
import { type Camera, type Frame, largestStill } from "../ports.ts";
import { findProgram } from "../programs.ts";
import { attachedCameras } from "./attached.ts";
import { CameraProgram } from "./camera-program.ts";
import { Y4mFrames } from "./frame-readers.ts";
import type { CameraOptions } from "./index.ts";

/** What is asked for; a camera that cannot gives what is nearest. */
const size = "1280x720";
/** Frames are no wider, in pixels. */
const mostWidth = 1536;
const mostFps = 10;

/** A camera of Video4Linux, on USB for example, through ffmpeg, which takes whatever format it has. */
export class V4l2Camera implements Camera {
  readonly #options: CameraOptions;
  #stream: CameraProgram | null = null;
  #device = "";

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  get name(): string {
    return `v4l2 (${this.#device})`;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#stream = new CameraProgram({
      clock: this.#options.clock,
      fps: Math.min(this.#options.fps, mostFps),
      command: this.#command(),
    });
    await this.#stream.start(signal);
  }

  async stop(): Promise<void> {
    await this.#stream?.stop();
    this.#stream = null;
  }

  next(signal: AbortSignal): Promise<Frame> {
    return this.#running.next(signal);
  }

  /** It has nothing larger than its frames. */
  async still(): Promise<Buffer> {
    const frame = await this.#running.next(new AbortController().signal);
    return frame.still(largestStill);
  }

  get #running(): CameraProgram {
    if (this.#stream === null) throw new BrimError("DEVICE", "the camera is not started");
    return this.#stream;
  }

  #command() {
    const { env, device: asked, format, fps, rotation } = this.#options;
    const program = findProgram("ffmpeg", env);
    if (program === null) throw new BrimError("DEVICE", "ffmpeg is not installed: apt install ffmpeg");
    const device = asked ?? attachedCameras().find(({ kind }) => kind === "v4l2")?.device;
    if (device === undefined) {
      throw new BrimError("DEVICE", "there is no camera: plug one in, or name it in camera.device");
    }
    this.#device = device;
    const rate = Math.min(mostFps, Math.max(1, 2 * fps));
    const filters = [
      `fps=${rate}`,
      // All 256 levels and the matrix of JPEG: see yuv-picture.ts.
      `scale=w='min(${mostWidth},iw)':h=-2:out_range=full:out_color_matrix=bt601`,
      ...(rotation === 180 ? ["hflip", "vflip"] : []),
      "format=yuv420p",
    ];
    return {
      name: "ffmpeg",
      program,
      args: [
        ...["-hide_banner", "-nostdin", "-loglevel", "error", "-fflags", "nobuffer"],
        ...["-f", "v4l2", ...(format === undefined ? [] : ["-input_format", format])],
        ...["-framerate", String(rate), "-video_size", size, "-i", device],
        ...["-an", "-vf", filters.join(","), "-f", "yuv4mpegpipe", "-"],
      ],
      reader: new Y4mFrames(),
      wrong: (line: string) => wrongWith(line, device),
    };
  }
}

/** What ffmpeg's words mean. */
function wrongWith(line: string, device: string): string | null {
  if (/Permission denied/.test(line)) return `${device} may not be read: add this user to the group video`;
  if (/Device or resource busy/.test(line)) return `another program has ${device}`;
  if (/No such (file|device)/.test(line)) return `there is no ${device}: is the camera plugged in?`;
  return null;
}
