import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FrameBuffer } from "../devices/camera/frame-buffers.ts";
import { decodeStill, pictureOf, readPhoto } from "../devices/camera/photo.ts";
import { Resampler } from "../devices/camera/resampler.ts";
import { putYuv420 } from "../devices/camera/to-yuv.ts";
import { YuvPicture, yuv420 } from "../devices/camera/yuv-picture.ts";
import { type Frame, smallSide } from "../devices/ports.ts";
import { decodeModel, encodeModel } from "../models/onnx/wire.ts";
import { modelPath, samplePhotosFolder } from "../models/registry.ts";
import { Detector } from "../vision/detect.ts";
import { Segmenter } from "../vision/segment.ts";
import { openSession, type Session } from "../vision/session.ts";
import { Tracker } from "../vision/track.ts";
import { floatGraph, startingAt } from "./float-graph.ts";
import { timeInTurn } from "./rounds.ts";

/** A frame has the size of a Pi's camera, in pixels. */
const frameWidth = 1536;
const frameHeight = 864;
const minScore = 0.2;
/** Where NanoDet's pixels have become floats; see models/recipes/picture.ts. */
const readyTensor = "pixels";

/** Times of the networks in ms, medians of `rounds`, taken in turn. */
export interface NetworkTimes {
  /** From a camera's raw frame to tracks, and the detector alone on a ready float tensor, with the same threads. */
  pipeline: number;
  run: number;
  /** Of the pipeline: the frame made small, and the network that takes its bytes. */
  shrink: number;
  network: number;
  /** A detection, and a click in the middle, in every frame once: a click takes one look or two, as the frame has it. */
  detections: number;
  clicks: number;
}

/** Takes (a) and (g), over the sample photos as frames. */
export async function timePipeline(threads: number, rounds: number): Promise<NetworkTimes> {
  const frames = await sampleFrames();
  const path = modelPath("nanodet");
  const ready = encodeModel(
    startingAt(decodeModel(readFileSync(path)), readyTensor, [1, 3, smallSide, smallSide]),
  );
  const [detector, bare, whole, segmenter] = await Promise.all([
    Detector.open(path, threads),
    openSession(ready, { threads }),
    openSession(path, { threads }),
    Segmenter.open(modelPath("squeezesam"), threads),
  ]);
  const tracker = new Tracker({ minScore });
  const shape = [1, 3, smallSide, smallSide];
  const tensor = { data: noise(shape), shape };
  const bytes = feedsOf(whole);
  let at = 0;
  const next = () => {
    const frame = frames[at++ % frames.length] as (at: number) => Frame;
    return frame(at * 200);
  };
  const times = await timeInTurn(
    {
      run: () => bare.run({ [readyTensor]: tensor }),
      async pipeline() {
        const frame = next();
        tracker.update(await detector.detect(frame, minScore), frame.at);
        tracker.tracks(frame.at);
      },
      shrink: () => next().small(),
      network: () => whole.run(bytes),
      async detections() {
        for (let i = 0; i < frames.length; i++) await detector.detect(next(), minScore);
      },
      async clicks() {
        for (let i = 0; i < frames.length; i++) {
          const frame = next();
          const { width, height } = frame;
          await segmenter.segment(frame, { clicks: [[width / 2, height / 2]] });
        }
      },
    },
    rounds,
  );
  await Promise.all([detector, bare, whole, segmenter].map((network) => network.dispose()));
  return times;
}

/** Takes (b): INT8 ÷ FP32 of each model on one thread. */
export async function timePrecisions(rounds: number): Promise<{ nanodet: number; squeezesam: number }> {
  const sam = modelPath("squeezesam");
  const open = (model: string | Uint8Array) => openSession(model, { threads: 1 });
  const [nanodet, nanodetFloat, squeezesam, squeezesamFloat] = await Promise.all([
    open(modelPath("nanodet")),
    open(modelPath("nanodet-fp32")),
    open(sam),
    open(encodeModel(floatGraph(decodeModel(readFileSync(sam))))),
  ]);
  const sessions = { nanodet, nanodetFloat, squeezesam, squeezesamFloat };
  const jobs = Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => {
      const feeds = feedsOf(session);
      return [name, () => session.run(feeds)];
    }),
  ) as Record<keyof typeof sessions, () => unknown>;
  const times = await timeInTurn(jobs, rounds);
  await Promise.all(Object.values(sessions).map((session) => session.dispose()));
  return {
    nanodet: times.nanodet / times.nanodetFloat,
    squeezesam: times.squeezesam / times.squeezesamFloat,
  };
}

/** Bytes for every input; how long a network takes does not depend on what it is shown. */
function feedsOf({ inputs }: Session) {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const sizes = shape.map(Number);
      return [name, { data: Uint8Array.from(noise(sizes), (value) => value * 255), shape: sizes }];
    }),
  );
}

/** Numbers from 0 to 1 that are the same every time. */
function noise(shape: readonly number[]): Float32Array {
  let state = 1;
  return Float32Array.from({ length: shape.reduce((size, side) => size * side, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** The sample photos as a camera gives its frames: raw, in YUV420, in the memory that frames are in. */
async function sampleFrames(): Promise<((at: number) => Frame)[]> {
  const folder = samplePhotosFolder();
  const files = (await readdir(folder)).filter((name) => name.endsWith(".jpg")).sort();
  const resampler = new Resampler(files.length, yuv420(frameWidth, frameHeight).bytes);
  return Promise.all(
    files.map(async (file, n) => {
      const photo = await readPhoto(join(folder, file));
      const side = Math.min(frameWidth, Math.max(photo.width, photo.height));
      const { data, width, height } = await decodeStill(await pictureOf(photo).still(side));
      const rows = Math.min(height, frameHeight);
      const top = Math.floor((height - rows) / 2);
      const pixels = { data: data.subarray(top * width * 3, (top + rows) * width * 3), width, height: rows };
      const place = resampler.places[n] as Buffer;
      const layout = await putYuv420(pixels, place);
      const buffer = new FrameBuffer(place, resampler);
      return (at: number) => new YuvPicture(layout, buffer, at);
    }),
  );
}
