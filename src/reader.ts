import { Socket } from "node:net";
import sharp from "sharp";
import { systemClock } from "./base/clock.ts";
import { messageOf } from "./base/errors.ts";
import { quiet, receive, send } from "./base/ipc.ts";
import { runProcess } from "./base/process.ts";
import {
  type FromReader,
  readerMessageLimit,
  readerOptionsSchema,
  type ToReader,
  toReaderSchema,
} from "./base/reader-protocol.ts";
import { decodeStill } from "./devices/camera/photo.ts";
import { Lazy } from "./vision/lazy.ts";
import { TextReader } from "./vision/text/reader.ts";

/**
 * The reader of text, a child of the eyes: it takes memory that only the end of a process gives back, so it ends when
 * it was not asked for a while. See base/reader-protocol.ts.
 */

/** File descriptor of the pipe to the eyes. */
const pipe = 3;
const unusedMs = 30_000;

await runProcess("reader", readerOptionsSchema, async ({ threads }) => {
  // Decoded pictures are not looked at twice.
  sharp.cache(false);
  const eyes = new Socket({ fd: pipe, readable: true, writable: true });
  quiet(eyes);
  const reader = new Lazy(() => TextReader.open(threads));
  const ended = new Promise<void>((resolve) => {
    const wait = () => systemClock.after(unusedMs, resolve);
    let timer = wait();
    let last: Promise<void> = Promise.resolve();
    eyes.on("close", resolve);
    receive<ToReader>(eyes, {
      schema: toReaderSchema,
      limit: readerMessageLimit,
      onBad: (why) => process.stderr.write(`brim reader: ${why}\n`),
      onMessage: ({ id, jpeg }) => {
        timer.cancel();
        last = last.then(async () => {
          send(eyes, await answer(id, jpeg, reader));
          timer.cancel();
          timer = wait();
        });
      },
    });
  });
  await ended;
});

async function answer(id: number, jpeg: string, reader: Lazy<TextReader>): Promise<FromReader> {
  try {
    const pixels = await decodeStill(Buffer.from(jpeg, "base64"));
    const { paragraphs, cut, far } = await (await reader.get()).read(pixels);
    return { type: "text", id, read: { paragraphs, cut, far } };
  } catch (error) {
    return { type: "failed", id, why: messageOf(error) };
  }
}
