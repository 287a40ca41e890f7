import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { LineSplitter, receive } from "../../src/base/ipc.ts";

const schema = z.strictObject({ n: z.number() });

function listen(limit = 100) {
  const stream = new PassThrough();
  const messages: number[] = [];
  const bad: string[] = [];
  receive(stream, { schema, limit, onMessage: ({ n }) => messages.push(n), onBad: (why) => bad.push(why) });
  return { stream, messages, bad };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("messages between the processes", () => {
  test("what is no JSON, or not what was agreed, is told in one line and loses nothing else", async () => {
    const { stream, messages, bad } = listen();
    stream.write('{"n":1}\nhello\n{"n":"x"}\n{"n":2,"m":3}\n\n{"n":4}\n');
    await settle();
    expect(messages).toEqual([1, 4]);
    expect(bad).toHaveLength(3);
    expect(bad[0]).toBe("a message that is not JSON was dropped (5 characters)");
    expect(bad[1]).toMatch(/^a message was dropped: n: /);
    for (const line of bad) expect(line).not.toContain("\n");
  });

  test("100 MB without a newline costs one line, and what follows is read", async () => {
    const { stream, messages, bad } = listen(16_384);
    const junk = Buffer.alloc(1 << 20, "x");
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) {
      stream.write(junk);
      await settle();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
    stream.write('\n{"n":7}\n');
    await settle();
    expect(bad).toEqual(["a message longer than 16384 characters was dropped"]);
    expect(messages).toEqual([7]);
  });

  test("lines come whole however the chunks fall, through the middle of a letter too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.integer({ min: 1, max: 9 }),
        (texts, size) => {
          const lines = texts.map((text) => text.replaceAll("\n", "")).filter((text) => text !== "");
          const got: string[] = [];
          const splitter = new LineSplitter({
            limit: 1e6,
            onLine: (line) => got.push(line),
            onOverlong: () => {},
          });
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          for (let i = 0; i < bytes.length; i += size) splitter.push(bytes.subarray(i, i + size));
          expect(got).toEqual(lines);
        },
      ),
    );
  });
});
