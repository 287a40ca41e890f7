import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { SimulatedClock } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import { FrameBuffer } from "../devices/camera/frame-buffers.ts";
import { decodeStill, pictureOf, readPhoto } from "../devices/camera/photo.ts";
import { Resampler } from "../devices/camera/resampler.ts";
import { putYuv420 } from "../devices/camera/to-yuv.ts";
import { type YuvLayout, YuvPicture, yuv420 } from "../devices/camera/yuv-picture.ts";
import { type Frame, smallSide } from "../devices/ports.ts";
import { decodeModel, encodeModel } from "../models/onnx/wire.ts";
import { modelPath, samplePhotosFolder } from "../models/registry.ts";
import { Detector } from "../vision/detect.ts";
import { Pipeline } from "../vision/pipeline.ts";
import { Segmenter } from "../vision/segment.ts";
import { openSession, type Session } from "../vision/session.ts";
import { Stillness } from "../vision/stillness.ts";
import { floatGraph, startingAt } from "./float-graph.ts";
import { timeInTurn } from "./rounds.ts";
import { randomFrom } from "./stats.ts";

/** A frame has the size of a Pi's camera, in pixels. */
const frameWidth = 1536;
const frameHeight = 864;
const frameMs = 200;
/** A second of each photo, in which what is seen becomes tracks. */
const panFrames = 5;
const panPixels = 4;
/** The hat's own floor, from which what is detected is told; and what it asks of the detector. */
const tellScore = 0.4;
const minScore = 0.2;
/** Where NanoDet's pixels have become floats; see models/recipes/picture.ts. */
const readyTensor = "pixels";

interface RawPhoto {
  layout: YuvLayout;
  buffer: FrameBuffer;
}

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
  const photos = await samplePhotos();
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
  let tracks = 0;
  // What is done now and then is done as often as in the hat.
  const clock = new SimulatedClock();
  const pipeline = new Pipeline({
    ...{ clock, camera: { next: () => Promise.reject(new Error("not asked for")) } },
    ...{ detector, minScore: tellScore, stillness: new Stillness() },
    // Faces are looked for in some frames, beside the way to tracks.
    faceDetector: { detect: async () => [] },
    onSight: (sight) => {
      tracks += sight.tracks.length;
    },
  });
  const shape = [1, 3, smallSide, smallSide];
  const tensor = { data: noise(shape), shape };
  const bytes = feedsOf(whole);
  const next = framesOf(photos, 1);
  const nextOfWalk = framesOf(photos, panFrames);
  const times = await timeInTurn(
    {
      run: () => bare.run({ [readyTensor]: tensor }),
      pipeline() {
        clock.advance(frameMs);
        return pipeline.process(nextOfWalk());
      },
      shrink: () => next().small(),
      network: () => whole.run(bytes),
      async detections() {
        for (let i = 0; i < photos.length; i++) await detector.detect(next(), minScore);
      },
      async clicks() {
        for (let i = 0; i < photos.length; i++) {
          const frame = next();
          const { width, height } = frame;
          await segmenter.segment(frame, { clicks: [[width / 2, height / 2]] });
        }
      },
    },
    rounds,
  );
  await Promise.all([detector, bare, whole, segmenter].map((network) => network.dispose()));
  if (tracks === 0) throw new BrimError("MODEL", "nothing was followed in the sample photos");
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
  const random = randomFrom(1);
  return Float32Array.from({ length: shape.reduce((size, side) => size * side, 1) }, random);
}

/** Frames, five a second, of one photo after the other; the camera pans over each while it gives so many of it. */
function framesOf(photos: readonly RawPhoto[], each: number): () => Frame {
  let count = 0;
  return () => {
    const { layout, buffer } = photos[Math.floor(count / each) % photos.length] as RawPhoto;
    const left = (count % each) * panPixels;
    const width = layout.width - (each - 1) * panPixels;
    return new YuvPicture(layout, buffer, ++count * frameMs, [left, 0, width, layout.height]);
  };
}

/** The sample photos as a camera gives its frames: raw, in YUV420, in the memory that frames are in. */
async function samplePhotos(): Promise<RawPhoto[]> {
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
      return { layout, buffer: new FrameBuffer(place, resampler, () => {}, { picture: null }) };
    }),
  );
}
