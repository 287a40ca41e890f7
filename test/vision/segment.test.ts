import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../src/base/eyes-protocol.ts";
import type { Picture } from "../../src/devices/ports.ts";
import { type Cells, clean, drawCells, paint } from "../../src/vision/mask.ts";
import { openSegmenter } from "../../src/vision/models.ts";
import { Segmenter } from "../../src/vision/segment.ts";
import { cellsSide, drawPrompt, inputSide, steps, zoomRectangle } from "../../src/vision/segment-prompt.ts";
import type { Tensor } from "../../src/vision/session.ts";

const area = inputSide * inputSide;

/** Cells that are inside where `has` says so, over a whole picture of this size. */
function cellsOf(has: (column: number, row: number) => boolean, width = 128, height = 128): Cells {
  const data = Uint8Array.from({ length: cellsSide * cellsSide }, (_, i) =>
    has(i % cellsSide, Math.floor(i / cellsSide)) ? 250 : 5,
  );
  return { data, rectangle: [0, 0, width, height] };
}

const disk = (x: number, y: number, radius: number) => (column: number, row: number) =>
  (column - x) ** 2 + (row - y) ** 2 <= radius ** 2;

/** Number of parts of a mask that touch with their sides. */
function parts(data: Uint8Array, width: number): number {
  const seen = new Uint8Array(data.length);
  let count = 0;
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== 255 || seen[start]) continue;
    count++;
    const stack = [start];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (data[at] !== 255 || seen[at]) continue;
      seen[at] = 1;
      if (at % width > 0) stack.push(at - 1);
      if (at % width < width - 1) stack.push(at + 1);
      stack.push(at - width, at + width);
    }
  }
  return count;
}

describe("the mask that a wearer's helper sees", () => {
  it("is of the photo's size, and says how large the thing is", async () => {
    const mask = await paint(
      cellsOf((column, row) => column < 64 && row < 32, 640, 480),
      640,
      480,
    );
    expect([mask.width, mask.height, mask.data.length]).toEqual([640, 480, 640 * 480]);
    expect(mask.box?.slice(0, 2)).toEqual([0, 0]);
    expect(Math.abs((mask.box?.[2] ?? 0) - 320)).toBeLessThanOrEqual(3);
    expect(mask.area / (320 * 120)).toBeCloseTo(1, 1);
    expect(new Set(mask.data)).toEqual(new Set([0, 255]));
  });

  it("is empty, with no box, when nothing was found", async () => {
    expect(
      await paint(
        cellsOf(() => false, 40, 30),
        40,
        30,
      ),
    ).toMatchObject({ box: null, area: 0 });
  });

  it("lies where the rectangle lay that was looked at", async () => {
    const mask = await paint({ ...cellsOf(() => true), rectangle: [100, 50, 60, 40] }, 320, 240);
    expect(mask.box).toEqual([100, 50, 60, 40]);
  });

  it("leaves crumbs away, keeps what is in two parts, and fills small holes", async () => {
    const thing = disk(40, 64, 20);
    const other = disk(95, 64, 18);
    const crumb = disk(10, 10, 2);
    const hole = disk(40, 64, 2);
    const has = (x: number, y: number) => (thing(x, y) || other(x, y) || crumb(x, y)) && !hole(x, y);
    const cleaned = clean(cellsOf(has), []);
    const at = (x: number, y: number) => (cleaned.data[y * cellsSide + x] ?? 0) >= 128;
    expect([at(10, 10), at(40, 64), at(95, 64), at(70, 10)]).toEqual([false, true, true, false]);
  });

  it("keeps the part that was clicked at, though another is larger", () => {
    const small = disk(20, 20, 6);
    const large = disk(90, 90, 30);
    const cleaned = clean(
      cellsOf((x, y) => small(x, y) || large(x, y)),
      [[20, 20]],
    );
    expect(cleaned.data[20 * cellsSide + 20]).toBeGreaterThan(127);
  });

  it("has no more parts when it is painted than its cells have", async () => {
    const run = fc.integer({ min: 0, max: cellsSide - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(run, run, fc.integer({ min: 1, max: 12 })), { maxLength: 12 }),
        async (disks) => {
          const cleaned = clean(
            cellsOf((x, y) => disks.some(([dx, dy, radius]) => disk(dx, dy, radius)(x, y)), 300, 400),
            [],
          );
          const inside = Uint8Array.from(cleaned.data, (byte) => (byte >= 128 ? 255 : 0));
          const mask = await paint(cleaned, 300, 400);
          expect(parts(mask.data, 300)).toBeLessThanOrEqual(parts(inside, cellsSide));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("what the network is shown of a prompt", () => {
  const all: Box = [0, 0, 640, 480];

  it("draws disks at clicks, beside the thing too, and fills the box", () => {
    const drawn = new Uint8Array(4 * area);
    drawPrompt({ clicks: [[320, 240]], not: [[10, 10]], box: [160, 120, 320, 240] }, all, drawn);
    const count = (channel: number) =>
      drawn.subarray(channel * area, (channel + 1) * area).filter((byte) => byte === 255).length;
    expect(count(0)).toBeGreaterThan(70);
    expect(count(0)).toBeLessThan(90);
    expect(count(1)).toBeGreaterThan(20);
    expect(count(2)).toBe(128 * 128);
    expect(count(3)).toBe(0);
    expect(drawn[128 * inputSide + 128]).toBe(255);
  });

  it("draws nothing outside, wherever the clicks are", () => {
    const side = fc.double({ min: -50, max: 700, noNaN: true });
    fc.assert(
      fc.property(side, side, (x, y) => {
        const drawn = new Uint8Array(4 * area);
        drawPrompt({ clicks: [[x, y]] }, all, drawn);
        expect(drawn.subarray(area).every((byte) => byte === 115)).toBe(true);
      }),
    );
  });

  it("shows the mask so far where it is, through any rectangle", () => {
    const channel = new Uint8Array(area).fill(115);
    drawCells({ ...cellsOf(() => true), rectangle: [100, 100, 50, 50] }, [50, 50, 200, 200], channel);
    const at = (x: number, y: number) => channel[y * inputSide + x] ?? 0;
    expect(at(96, 96)).toBeGreaterThan(240);
    expect(at(20, 20)).toBe(115);
  });

  it("looks closer at a rectangle inside the picture that holds clicks and what was found, or not at all", () => {
    const size = fc.integer({ min: 1, max: 2000 });
    const share = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(size, size, share, share, share, share, (width, height, x, y, u, v) => {
        const click: [number, number] = [Math.floor(x * width), Math.floor(y * height)];
        const found: Box = [Math.floor(u * width), Math.floor(v * height), 1, 1];
        const rectangle = zoomRectangle({ clicks: [click] }, found, width, height);
        if (rectangle === undefined) return;
        const [left, top, w, h] = rectangle;
        expect(left >= 0 && top >= 0 && left + w <= width && top + h <= height && w > 0 && h > 0).toBe(true);
        for (const [px, py] of [click, [found[0], found[1]] as const]) {
          expect(px >= left - 1 && px <= left + w && py >= top - 1 && py <= top + h).toBe(true);
        }
      }),
    );
  });

  it("gives clicks one by one, those on the thing first, and all of them in the end", () => {
    const prompt = {
      clicks: [[1, 1] as const, [2, 2] as const].map(([x, y]): [number, number] => [x, y]),
      not: [[3, 3] as [number, number]],
    };
    expect(steps(prompt).map(({ clicks, not = [] }) => [clicks.length, not.length])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    const many = { clicks: Array.from({ length: 40 }, (_, i): [number, number] => [i, i]) };
    expect(steps(many).length).toBeLessThanOrEqual(8);
    expect(steps(many).at(-1)).toBe(many);
  });
});

/** A network that finds a disk in the middle of whatever it is shown, and counts its looks. */
function fakeSession(expected = 0.8) {
  const looks: Tensor[] = [];
  const { data } = cellsOf(disk(64, 64, 12));
  return {
    looks,
    run: async (feeds: Record<string, Tensor>) => {
      if (feeds.prompt)
        looks.push({ ...feeds.prompt, data: Uint8Array.from(feeds.prompt.data as Uint8Array) });
      const masks = new Uint8Array(3 * data.length);
      masks.set(data, data.length);
      return {
        masks: { data: masks, shape: [1, 3, cellsSide, cellsSide] },
        iou: { data: Float32Array.of(0.1, expected, 0.3), shape: [1, 3] },
      } as never;
    },
    dispose: async () => {},
  };
}

const picture: Picture = {
  width: 640,
  height: 480,
  small: () => Promise.reject(new Error("not needed")),
  crop: async (_, width, height) => new Uint8Array(width * height * 3),
};

describe("Segmenter", () => {
  it("looks twice for a click, once for a box, and takes the guess that expects most of itself", async () => {
    const session = fakeSession();
    const segmenter = new Segmenter(session);
    const { score } = await segmenter.segment(picture, { clicks: [[320, 240]] });
    expect([score.toFixed(2), session.looks.length]).toEqual(["0.80", 2]);
    await segmenter.segment(picture, { clicks: [], box: [100, 100, 50, 50] });
    await segmenter.segment(picture, { clicks: [] });
    expect(session.looks.length).toBe(4);
  });

  it("looks once where the first look is sure", async () => {
    const session = fakeSession(0.9);
    await new Segmenter(session).segment(picture, { clicks: [[320, 240]] });
    expect(session.looks.length).toBe(1);
  });

  it("lets a second click mend the mask of the first", async () => {
    const session = fakeSession();
    await new Segmenter(session).segment(picture, { clicks: [[320, 240]], not: [[10, 10]] });
    const soFar = session.looks.map(({ data }) => data.subarray(3 * area).some((byte) => byte > 200));
    expect(soFar).toEqual([false, false, true, true]);
  });

  it("waits for its turn before each look", async () => {
    const session = fakeSession();
    let turns = 0;
    await new Segmenter(session).segment(picture, { clicks: [[320, 240]] }, async () => {
      expect(session.looks.length).toBe(turns++);
    });
    expect(turns).toBe(2);
  });
});

describe("SqueezeSAM itself", () => {
  let segmenter: Segmenter;
  beforeAll(async () => {
    segmenter = await openSegmenter(1);
  });

  /** A photo-like picture: a red ball on grey noise. */
  const ball: Picture = {
    ...picture,
    crop: async ([left, top, w, h], width, height) => {
      const bytes = new Uint8Array(width * height * 3);
      for (let i = 0; i < width * height; i++) {
        const x = left + ((i % width) * w) / width;
        const y = top + (Math.floor(i / width) * h) / height;
        const noise = (((x * 7 + y * 13) | 0) % 17) - 8;
        const within = (x - 420) ** 2 + (y - 200) ** 2 <= 80 ** 2;
        bytes.set(within ? [200 + noise, 30, 40] : [120 + noise, 125 + noise, 118 + noise], i * 3);
      }
      return bytes;
    },
  };

  const overlap = async (prompt: Parameters<Segmenter["segment"]>[1]) => {
    const { cells } = await segmenter.segment(ball, prompt);
    const mask = await paint(cells, 640, 480);
    let [shared, union] = [0, 0];
    for (const [i, byte] of mask.data.entries()) {
      const meant = ((i % 640) - 420) ** 2 + (Math.floor(i / 640) - 200) ** 2 <= 80 ** 2;
      if (meant && byte === 255) shared++;
      if (meant || byte === 255) union++;
    }
    return shared / union;
  };

  it.each([
    ["a click on it", { clicks: [[420, 200] as [number, number]] }],
    ["a click near its rim", { clicks: [[370, 170] as [number, number]] }],
    ["a box around it", { clicks: [], box: [335, 115, 170, 170] as Box }],
  ])("cuts a ball out from %s", async (_, prompt) => {
    expect(await overlap(prompt)).toBeGreaterThan(0.85);
  });
});
