import fc from "fast-check";
import { expect, test } from "vitest";
import { labels } from "../../src/attention/labels.ts";
import { levels } from "../../src/base/protocol.ts";
import { Ear, sight, status, track } from "./helpers.ts";

const scene = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    label: fc.constantFrom("person", "person", ...Object.keys(labels)),
    metres: fc.double({ min: 0.3, max: 12, noNaN: true }),
    degrees: fc.double({ min: -32, max: 32, noNaN: true }),
  }),
  { maxLength: 6 },
);

/** A walk of scenes, each of which lasts some seconds while the guard is at some level. */
const walk = fc.array(
  fc.record({
    scene,
    ms: fc.integer({ min: 200, max: 8_000 }),
    level: fc.constantFrom(...levels),
    metres: fc.option(fc.double({ min: 0.3, max: 4, noNaN: true })),
    seeing: fc.constantFrom("good" as const, "good" as const, "dark" as const, "covered" as const),
  }),
  { minLength: 1, maxLength: 30 },
);

type Walk = typeof walk extends fc.Arbitrary<infer T> ? T : never;

function hear(steps: Walk, ear = new Ear()): Ear {
  for (const { scene: things, ms, level, metres, seeing } of steps) {
    const ids = new Map(things.map((thing) => [thing.id, thing]));
    const tracks = [...ids.values()].map((thing) =>
      track(thing.id, thing.label, thing.metres, thing.degrees),
    );
    ear.pass(
      ms,
      (at) => sight(at, tracks, seeing),
      (at) => status(at, { level, metres, sensors: [] }),
    );
  }
  return ear;
}

test("in no minute are there more than six unasked sentences", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const unasked = hear(steps).heard.filter(({ priority }) => priority !== "safety");
      unasked.forEach(({ at }, index) => {
        const later = unasked[index + 6];
        if (later !== undefined) expect(later.at - at).toBeGreaterThanOrEqual(60_000);
      });
    }),
  );
});

test("nothing unasked is begun while warning or danger sounds", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      let now = 0;
      const loud: [number, number][] = [];
      for (const { ms, level } of steps) {
        const end = now + Math.ceil(ms / 200) * 200;
        if (level === "warning" || level === "danger") loud.push([now, end]);
        now = end;
      }
      for (const { at, priority } of hear(steps).heard) {
        if (priority === "safety") continue;
        expect(loud.some(([from, to]) => at >= from && at < to)).toBe(false);
      }
    }),
  );
});

test("what is told of one person or thing is what is seen at that moment", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      for (const { text, priority, seen } of hear(steps).heard) {
        const facts = priority === "ambient" && text.includes("o'clock");
        const several = /^(Another|Two|Three|Four|Five|Six)\b/.test(text);
        if (facts && !several) expect(seen).toContain(text);
        if (facts) expect(seen).not.toEqual([]);
      }
    }),
  );
});

test("no sentence promises a free way or runs on", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const ear = hear(steps);
      const texts = [...ear.heard.map(({ text }) => text), ear.attention.around(ear.now).text];
      for (const text of texts) {
        expect(text).not.toMatch(/clear|safe/i);
        for (const sentence of text.split(". ")) expect(sentence.split(" ").length).toBeLessThanOrEqual(12);
      }
      expect(ear.attention.around(ear.now).text.split(/(?<=\.) /).length).toBeLessThanOrEqual(3);
    }),
  );
});

test("blindness is told at once, whatever else there is to say", () => {
  fc.assert(
    fc.property(walk, scene, (steps, last) => {
      const ear = hear([...steps, { scene: last, ms: 4_000, level: "quiet", metres: null, seeing: "good" }]);
      const before = ear.heard.length;
      hear([{ scene: last, ms: 200, level: "blind", metres: null, seeing: "good" }], ear);
      expect(ear.heard.slice(before)).toMatchObject([{ priority: "safety" }]);
    }),
  );
});

test("a person who stays is told once, whatever number their track has", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 10, maxLength: 200 }),
      fc.double({ min: 0.5, max: 8, noNaN: true }),
      (ids, metres) => {
        const ear = new Ear();
        for (const id of ids) ear.pass(200, (at) => sight(at, [track(id, "person", metres)]));
        expect(ear.heard.length).toBeLessThanOrEqual(1);
      },
    ),
  );
});
