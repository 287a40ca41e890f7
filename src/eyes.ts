import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { systemClock } from "./base/clock.ts";
import { BrimError, messageOf } from "./base/errors.ts";
import {
  type CutOut,
  type EyesOptions,
  eyesExitNoModel,
  eyesMessageLimit,
  eyesOptionsSchema,
  type FromEyes,
  type ReadText,
  type ToEyes,
  toEyesSchema,
} from "./base/eyes-protocol.ts";
import { quiet, receive, send } from "./base/ipc.ts";
import { createLog, type Log } from "./base/log.ts";
import { letOthersFirst } from "./base/niceness.ts";
import { runProcess } from "./base/process.ts";
import { createCamera } from "./devices/camera/index.ts";
import { LentCamera } from "./devices/camera/lent.ts";
import { PageCamera } from "./devices/camera/page.ts";
import type { Camera } from "./devices/ports.ts";
import { samplePhotosFolder } from "./models/registry.ts";
import { aimAt } from "./vision/aim.ts";
import { Burst } from "./vision/burst.ts";
import { Lazy } from "./vision/lazy.ts";
import { openDetector, openFaceDetector, openSegmenter } from "./vision/models.ts";
import { Pipeline } from "./vision/pipeline.ts";
import { Recogniser } from "./vision/recognise.ts";
import { ShownPicture } from "./vision/shown-picture.ts";
import { Stillness } from "./vision/stillness.ts";
import { ReaderChild } from "./vision/text/reader-child.ts";
import { Turns } from "./vision/turns.ts";
import { createFaceViewer, createThingViewer } from "./vision/viewers.ts";

/** The eyes' process: camera → detector → tracks → mind. See base/eyes-protocol.ts for how it is started and ended. */

/** File descriptor of the pipe to the mind. */
const pipe = 3;
/** A camera that is missing is looked for again after so long; meanwhile the mind hears every second of its absence. */
const retryMs = 3_000;
const absentEveryMs = 900;

const clock = systemClock;

await runProcess("eyes", eyesOptionsSchema, async (options) => {
  letOthersFirst();
  const log = createLog("eyes", options.log);
  const mind = connectMind();
  const tell = (message: FromEyes) => send(mind, message);
  const trouble = (message: string) => {
    log.warn(message);
    tell({ type: "trouble", message });
  };

  try {
    const { vision } = options;
    const threads = vision.threads || Math.max(1, availableParallelism() - 1);
    const [detector, faceDetector] = await Promise.all([
      openDetector(vision.precision, threads),
      openFaceDetector(threads),
    ]);
    const { fps } = options.camera;
    const own = await createCamera(options.camera.driver, {
      clock,
      fps,
      env: process.env,
      device: options.camera.device,
      format: options.camera.format,
      rotation: options.camera.rotation,
      folder: photosFolder(options),
      epoch: options.simulate?.epoch ?? clock.now(),
      aim: (photo) => aimAt(photo, detector, faceDetector),
      onTrouble: trouble,
    });
    const page = own instanceof PageCamera ? own : new PageCamera({ clock, fps });
    const camera = new LentCamera({ own, page });
    const faces = createFaceViewer(threads);
    const segmenter = new Lazy(() => openSegmenter(threads));
    const things = createThingViewer(threads, segmenter);
    const recogniser = new Recogniser({ clock, faces, things });
    const turns = new Turns(clock);
    const reader = new ReaderChild({ clock, command: readerCommand(threads) });
    const pipeline = new Pipeline({
      clock,
      camera,
      detector,
      faceDetector,
      minScore: vision.min_score,
      stillness: new Stillness(),
      recogniser,
      turns,
      onSight: afterReady(camera, tell, log),
      onError: onceEach(trouble),
    });
    const between = pipeline.between.bind(pipeline);
    const shown = new ShownPicture({ clock, turns, segmenter, things, faces, faceDetector, between });
    receive<ToEyes>(mind, {
      schema: toEyesSchema,
      limit: eyesMessageLimit,
      onBad: (why) => log.warn(why),
      onMessage(message) {
        switch (message.type) {
          case "distance":
            camera.setDistance?.(message.metres);
            break;
          case "picture":
            void answer(message, pipeline, shown, tell).catch((error) => log.error(messageOf(error)));
            break;
          case "segment":
            void answerTap(message, shown, tell).catch((error) => trouble(messageOf(error)));
            break;
          case "look":
            void answerLook(message, shown, tell).catch((error) => trouble(messageOf(error)));
            break;
          case "lend":
            camera.lend(message.on);
            tell({ type: "ready", pid: process.pid, camera: camera.name });
            break;
          case "frame":
            void page
              .give(Buffer.from(message.jpeg, "base64"))
              .then((taken) => tell({ type: "frame", id: message.id, taken }));
            break;
          case "read":
            void answerRead(message.id, camera, reader, tell).catch((error) => trouble(messageOf(error)));
            break;
          case "burst":
            pipeline.learn(
              new Burst({ id: message.id, clock, metres: message.metres ?? null, faces, things, tell }),
            );
            break;
          case "burstCancel":
            pipeline.cancelLearning(message.id);
            break;
          case "attend":
            recogniser.attend(message.things);
            break;
          case "known":
            recogniser.known(message.track, message.sure);
            break;
        }
      },
    });
    await watch(camera, pipeline, tell, trouble);
  } catch (error) {
    if (!(error instanceof BrimError)) throw error;
    trouble(error.message);
    // The last words must be out before the pipe closes.
    await new Promise<void>((resolve) => mind.end(resolve));
    process.exit(eyesExitNoModel);
  }
});

/** The pipe to the mind. When it closes, the mind is gone, and nobody needs the eyes. */
function connectMind(): Socket {
  let isSocket = false;
  try {
    isSocket = fstatSync(pipe).isSocket();
  } catch {
    // Not open at all.
  }
  if (!isSocket) {
    throw new BrimError(
      "INPUT",
      "the eyes are a part of Brim that `brim start` runs: there is no pipe to the mind",
    );
  }
  const mind = new Socket({ fd: pipe, readable: true, writable: true });
  quiet(mind);
  mind.on("close", () => process.exit(0));
  return mind;
}

/** The simulated camera's photos: those that were asked for, else the samples of a checkout. */
function photosFolder({ camera }: EyesOptions): string | undefined {
  if (camera.folder !== undefined || camera.driver !== "simulated") return camera.folder;
  return samplePhotosFolder();
}

/** Passes sights on, `ready` before the first. */
function afterReady(
  camera: Camera,
  tell: (message: FromEyes) => void,
  log: Log,
): (message: FromEyes) => void {
  let ready = false;
  return (sight) => {
    if (!ready) {
      log.info(`camera: ${camera.name}`);
      tell({ type: "ready", pid: process.pid, camera: camera.name });
    }
    ready = true;
    tell(sight);
  };
}

/** Tells what recognising and learning cannot do without, a missing model, each once. Anything else is a defect. */
function onceEach(trouble: (message: string) => void): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    if (!(error instanceof BrimError)) throw error;
    if (!told.has(error.message)) trouble(error.message);
    told.add(error.message);
  };
}

/** Runs the camera and the pipeline for ever. A camera that fails is a trouble, told once, and is tried again. */
async function watch(
  camera: Camera,
  pipeline: Pipeline,
  tell: (message: FromEyes) => void,
  trouble: (message: string) => void,
): Promise<never> {
  const { signal } = new AbortController();
  let told = "";
  for (;;) {
    try {
      await camera.start(signal);
      told = "";
      await pipeline.run(signal);
    } catch (error) {
      if (!(error instanceof BrimError && error.code === "DEVICE")) throw error;
      if (error.message !== told) trouble(error.message);
      told = error.message;
      await camera.stop();
    }
    for (let waited = 0; waited < retryMs; waited += absentEveryMs) {
      tell({
        type: "sight",
        at: clock.now(),
        width: 0,
        height: 0,
        seeing: "none",
        tracks: [],
        central: null,
        ms: 0,
      });
      await clock.sleep(absentEveryMs);
    }
  }
}

async function answer(
  { id, side, keep }: Extract<ToEyes, { type: "picture" }>,
  { latest }: Pipeline,
  shown: ShownPicture,
  tell: (message: FromEyes) => void,
): Promise<void> {
  if (latest !== null && keep) shown.keep(latest);
  const jpeg = latest === null ? null : await latest.still(side);
  tell({ type: "picture", id, jpeg: jpeg?.toString("base64") ?? null, at: latest?.at ?? null });
}

/** Text is read from a still by a child of the eyes; frames go on meanwhile. */
async function answerRead(
  id: number,
  camera: Camera,
  reader: ReaderChild,
  tell: (message: FromEyes) => void,
): Promise<void> {
  let read: ReadText | null = null;
  try {
    read = await reader.read(await camera.still());
  } finally {
    tell({ type: "text", id, read });
  }
}

function readerCommand(threads: number): string[] {
  const program = fileURLToPath(new URL("./reader.js", import.meta.url));
  return [process.execPath, program, JSON.stringify({ threads })];
}

async function answerTap(
  { id, ...question }: Extract<ToEyes, { type: "segment" }>,
  shown: ShownPicture,
  tell: (message: FromEyes) => void,
): Promise<void> {
  let found: CutOut | null = null;
  try {
    found = await shown.cutOut(question);
  } finally {
    tell({ type: "segment", id, found });
  }
}

async function answerLook(
  { id, kind, ...question }: Extract<ToEyes, { type: "look" }>,
  shown: ShownPicture,
  tell: (message: FromEyes) => void,
): Promise<void> {
  let answer: Awaited<ReturnType<ShownPicture["look"]>> = { view: null, flaw: "nothing" };
  try {
    answer = await shown.look(kind, question);
  } finally {
    tell({ type: "look", id, ...answer });
  }
}
