/** A virtual camera (vivid) and a sound card whose output is its input (snd-aloop), by the hat's own drivers. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { systemClock as Clock } from "../../src/base/clock.ts";
import type { createCamera as CreateCamera } from "../../src/devices/camera/index.ts";
import type { createMicrophone as CreateMicrophone } from "../../src/devices/microphone/index.ts";
import type { createSpeaker as CreateSpeaker } from "../../src/devices/speaker/index.ts";
import { brimRoot } from "./places.ts";
import { end, expect, sleep, test } from "./report.ts";

const ours = (file: string) => import(join(brimRoot, "dist", file));
const { systemClock: clock }: { systemClock: typeof Clock } = await ours("base/clock.js");
const { createCamera }: { createCamera: typeof CreateCamera } = await ours("devices/camera/index.js");
const { createMicrophone }: { createMicrophone: typeof CreateMicrophone } = await ours(
  "devices/microphone/index.js",
);
const { createSpeaker }: { createSpeaker: typeof CreateSpeaker } = await ours("devices/speaker/index.js");
const { env } = process;

await test("camera: frames of a Video4Linux camera come, each newer than the one before", async () => {
  execFileSync("modprobe", ["vivid", "n_devs=1", "node_types=0x1", "num_inputs=1", "input_types=0"]);
  const camera = await createCamera("v4l2", {
    clock,
    env,
    fps: 1,
    onTrouble: () => {},
    folder: undefined,
    epoch: 0,
    aim: async () => [0, 0],
  });
  const limit = AbortSignal.timeout(120_000);
  try {
    await camera.start(limit);
    let last = 0;
    for (let i = 0; i < 3; i++) {
      const frame = await camera.next(limit);
      expect(`frame ${i} is from ${frame.at}, the one before from ${last}`, frame.at > last);
      expect(`a frame of ${frame.width} by ${frame.height}`, frame.width >= 320 && frame.height >= 180);
      last = frame.at;
    }
    const jpeg = await camera.still();
    expect("a still is no JPEG", jpeg.readUInt16BE(0) === 0xffd8);
  } finally {
    await camera.stop();
  }
});

await test("sound: what is spoken into a sound card is heard by the microphone at its other end", async () => {
  execFileSync("modprobe", ["snd-aloop", "index=0", "pcm_substreams=1"]);
  const speaker = await createSpeaker("stream", { clock, env, device: "plughw:0,0" });
  const microphone = await createMicrophone("node-record-lpcm16", { clock, env, device: "plughw:0,1" });
  let loudest = 0;
  let bytes = 0;
  const recording = new AbortController();
  await speaker.start(recording.signal);
  const recorded = microphone.record(recording.signal, (sound) => {
    bytes += sound.length;
    for (let i = 0; i + 1 < sound.length; i += 2) loudest = Math.max(loudest, Math.abs(sound.readInt16LE(i)));
  });
  async function* tone() {
    const sound = Buffer.alloc(22_050 * 2 * 3);
    for (let i = 0; i < sound.length / 2; i++)
      sound.writeInt16LE(Math.round(12_000 * Math.sin(i / 8)), i * 2);
    yield sound;
  }
  await speaker.play(tone(), AbortSignal.timeout(60_000), () => {});
  for (let i = 0; i < 100 && loudest < 6_000; i++) await sleep(100);
  recording.abort();
  await recorded;
  await speaker.stop();
  expect(`${bytes} bytes were heard, the loudest sample is ${loudest}`, loudest > 6_000);
});

end();
