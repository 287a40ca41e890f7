import { FrameBuffers } from "./frame-buffers.ts";
import { type YuvLayout, yuv420 } from "./yuv-picture.ts";

/** A whole frame in memory from `buffers`, to which it must be given back, or from which it is given on. */
export interface WholeFrame {
  data: Buffer;
  layout: YuvLayout;
  buffers: FrameBuffers;
}

/** Puts frames together from the bytes that a program writes, however they are cut into pieces. */
export interface FrameReader {
  /** @returns what is wrong with the bytes, in a few words, or null */
  take(bytes: Buffer, onFrame: (frame: WholeFrame) => void): string | null;
}

/** Fills memory with the bytes of one frame after the other: the one copy that is made of them. */
class Filling {
  readonly #buffers: FrameBuffers;
  #data: Buffer;
  #filled = 0;

  constructor(private readonly layout: YuvLayout) {
    this.#buffers = new FrameBuffers(layout.bytes);
    this.#data = this.#buffers.take();
  }

  /** Takes what belongs to the frame from `bytes` on; returns how many were taken. */
  take(bytes: Buffer, from: number, onFrame: (frame: WholeFrame) => void): number {
    const taken = bytes.copy(this.#data, this.#filled, from);
    this.#filled += taken;
    if (this.#filled === this.layout.bytes) {
      onFrame({ data: this.#data, layout: this.layout, buffers: this.#buffers });
      this.#data = this.#buffers.take();
      this.#filled = 0;
    }
    return taken;
  }

  get empty(): boolean {
    return this.#filled === 0;
  }
}

/** Frames without anything between them, as rpicam-vid writes them. */
export class BareFrames implements FrameReader {
  readonly #filling: Filling;

  constructor(layout: YuvLayout) {
    this.#filling = new Filling(layout);
  }

  take(bytes: Buffer, onFrame: (frame: WholeFrame) => void): null {
    for (let at = 0; at < bytes.length; ) at += this.#filling.take(bytes, at, onFrame);
    return null;
  }
}

/** A line of a YUV4MPEG2 stream is no longer. */
const mostHeader = 256;
const newline = 10;
/** Frames of more pixels than this are not what was asked for. */
const mostPixels = 4608 * 2592;

/**
 * The frames of a YUV4MPEG2 stream, which says their size at its beginning and "FRAME" before each, so that what is no frame
 * is noticed (mjpegtools, yuv4mpeg(5)).
 */
export class Y4mFrames implements FrameReader {
  #filling: Filling | null = null;
  #line = "";
  #inFrame = false;

  take(bytes: Buffer, onFrame: (frame: WholeFrame) => void): string | null {
    for (let at = 0; at < bytes.length; ) {
      if (this.#inFrame && this.#filling !== null) {
        at += this.#filling.take(bytes, at, onFrame);
        this.#inFrame = !this.#filling.empty;
        continue;
      }
      const end = bytes.indexOf(newline, at);
      this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
      if (this.#line.length > mostHeader) return "it sends no YUV4MPEG2";
      if (end < 0) return null;
      at = end + 1;
      const wrong = this.#header(this.#line);
      this.#line = "";
      if (wrong !== null) return wrong;
    }
    return null;
  }

  #header(line: string): string | null {
    if (this.#filling !== null) {
      this.#inFrame = /^FRAME( |$)/.test(line);
      return this.#inFrame ? null : "its frames are damaged";
    }
    const [magic, ...parts] = line.split(" ");
    const value = (tag: string) => parts.find((part) => part.startsWith(tag))?.slice(1) ?? "";
    const [width, height] = [Number(value("W")), Number(value("H"))];
    if (magic !== "YUV4MPEG2") return "it sends no YUV4MPEG2";
    if (!(width > 0 && height > 0 && width * height <= mostPixels))
      return `its frames are ${width} × ${height}`;
    const colour = value("C");
    if (!/^(420(jpeg|mpeg2|paldv)?)?$/.test(colour)) return `its frames are ${colour}, not YUV420`;
    this.#filling = new Filling(yuv420(width, height));
    return null;
  }
}
