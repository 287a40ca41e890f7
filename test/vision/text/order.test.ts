import { describe, expect, test } from "vitest";
import type { Box } from "../../../src/base/eyes-protocol.ts";
import { inReadingOrder, paragraphsOf } from "../../../src/vision/text/order.ts";
import { pageOf } from "../../../src/vision/text/page.ts";

const line = (text: string, x: number, y: number, width = 200, height = 20) => ({
  text,
  box: [x, y, width, height] as Box,
});

function order(...lines: ReturnType<typeof line>[]): string[] {
  const texts = inReadingOrder(lines).map(({ text }) => text);
  // Whatever order they are found in.
  expect(inReadingOrder(lines.toReversed()).map(({ text }) => text)).toEqual(texts);
  return texts;
}

describe("reading order", () => {
  test("a heading across two columns comes first, then one column after the other", () => {
    const left = [0, 1, 2].map((i) => line(`left column ${i}`, 0, 60 + i * 30));
    const right = [0, 1, 2].map((i) => line(`right column ${i}`, 260, 62 + i * 30));
    expect(order(...left, ...right, line("The heading of the page", 60, 0, 300))).toEqual([
      "The heading of the page",
      ...left.map(({ text }) => text),
      ...right.map(({ text }) => text),
    ]);
  });

  test("what stands below the columns comes last", () => {
    const left = [0, 1].map((i) => line(`left column ${i}`, 0, i * 30));
    const right = [0, 1].map((i) => line(`right column ${i}`, 260, i * 30));
    expect(order(line("The foot of the whole page", 20, 100, 400), ...right, ...left).at(-1)).toBe(
      "The foot of the whole page",
    );
  });

  test("prices are read with what they are the prices of", () => {
    const dishes = ["Tomato soup", "Grilled fish", "Apple cake"];
    const prices = ["4.50", "12.00", "3.80"];
    const lines = [
      ...dishes.map((text, i) => line(text, 0, i * 30)),
      ...prices.map((text, i) => line(text, 400, i * 30 + 2, 50)),
    ];
    expect(order(...lines)).toEqual(dishes.flatMap((dish, i) => [dish, prices[i]]));
  });

  test("lines below each other are a paragraph; a space between them, or another size, begins a new one", () => {
    const lines = [
      line("Reduce", 0, 0, 300, 40),
      line("one two", 0, 60),
      line("three", 0, 86),
      line("four", 0, 150),
    ];
    expect(paragraphsOf(lines)).toEqual(["Reduce", "one two three", "four"]);
  });
});

describe("what would help to read", () => {
  const found = (box: Box, text = "some text", score = 0.95) => ({ text, box, score });

  test("a line at the edge is told with its side, most at one side first", () => {
    const page = (...lines: ReturnType<typeof found>[]) => pageOf(lines, 640, 480).cut;
    expect(page(found([0, 100, 200, 30]), found([1, 200, 200, 30]), found([300, 0, 200, 30]))).toBe("left");
    expect(page(found([430, 100, 210, 30]))).toBe("right");
    expect(page(found([100, 0, 210, 20]))).toBe("top");
    expect(page(found([100, 450, 210, 30]))).toBe("bottom");
    expect(page(found([100, 200, 210, 30]))).toBe(null);
    expect(page()).toBe(null);
  });

  test("text is too far where most of it is too small to be read, and never where there is none", () => {
    const far = (...lines: ReturnType<typeof found>[]) => pageOf(lines, 640, 480).far;
    const tiny = found([100, 100, 100, 9], "smudqe", 0.8);
    expect(far(tiny, found([100, 120, 100, 15], "", 0.3))).toBe(true);
    expect(far(found([100, 100, 100, 15], "smudge", 0.6))).toBe(true);
    expect(far(found([100, 100, 100, 30]), tiny)).toBe(false);
    // Small, but read with certainty.
    expect(far(found([100, 100, 100, 9], "Push", 0.97))).toBe(false);
    // Nothing that looks like print: windows, a keyboard, a speck.
    expect(far(found([100, 100, 200, 80], "", 0.3), found([10, 10, 12, 11], "", 0.2))).toBe(false);
    expect(far()).toBe(false);
  });
});
