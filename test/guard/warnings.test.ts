import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approach, at, beeps, random, replay, type SensorOptions, scene, warnedBefore } from "./scenes.ts";

const degrees = Math.PI / 180;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * 7919);
const sensors: SensorOptions[] = [
  { rate: 20, noise: 0.02 },
  { rate: 33, noise: 0.03 },
  { rate: 50, noise: 0.03, reach: 8 },
  { rate: 100, noise: 0.02, reach: 8 },
];

/** Every kind of sensor with every seed. */
function eachSensor(check: (options: SensorOptions) => void): void {
  for (const sensor of sensors) for (const seed of seeds) check({ ...sensor, seed });
}

describe("an approach is warned of", () => {
  test.each([0.4, 0.7, 1, 1.4])(
    "at %d m/s 1.5 s before contact, with noise and 5 %% wild readings",
    (speed) => {
      eachSensor((options) => {
        const { lines, contact } = approach(speed, { ...options, wild: 0.05 });
        expect(warnedBefore(replay(lines), contact), JSON.stringify(options)).toBeGreaterThanOrEqual(1.5);
      });
    },
  );

  test("at 2 m/s 1.3 s before contact", () => {
    eachSensor((options) => {
      const { lines, contact } = approach(2, { ...options, wild: 0.05 });
      expect(warnedBefore(replay(lines), contact), JSON.stringify(options)).toBeGreaterThanOrEqual(1.3);
    });
  });

  test("faster the nearer it is, up to danger", () => {
    const events = replay(approach(0.6).lines).filter(({ beepsPerSecond }) => beepsPerSecond > 0);
    expect(events.map(({ level }) => level)).toEqual(["caution", "warning", "danger"]);
    expect(events.map(({ beepsPerSecond }) => beepsPerSecond)).toEqual([2.5, 5, 8]);
    const [caution, warning, danger] = events;
    expect(caution?.ttc).toBeLessThan(2.6);
    expect(warning?.metres).toBeCloseTo(1, 1);
    expect(danger?.metres).toBeCloseTo(0.5, 1);
  });

  test("as urgent when contact is near in time though far in space", () => {
    const events = replay(approach(2.8, { reach: 8 }, 7).lines);
    const warning = events.find(({ level }) => level === "warning");
    expect(warning?.metres).toBeGreaterThan(2);
    expect(warning?.ttc).toBeLessThan(1);
  });

  test("with a flickering pole before a wall: the nearer one wins", () => {
    const lines = scene(6, (t) => 4 - 0.6 * t).map((line, i) =>
      i % 2 === 0 && line.metres !== undefined ? { ...line, metres: line.metres + 1.5 } : line,
    );
    expect(warnedBefore(replay(lines), 6)).toBeGreaterThan(1.5);
  });

  test("again at once after somebody has crossed before the wall", () => {
    for (const person of [0.6, 0.8]) {
      eachSensor((options) => {
        const lines = scene(6, (t) => (t > 4 && t < 4.4 ? person : 6 - t), options);
        const again = replay(lines).find(({ t, beepsPerSecond }) => t > 4400 && beepsPerSecond > 0);
        expect(again?.t, `${person} ${JSON.stringify(options)}`).toBeLessThan(4700);
      });
    }
  });

  test("of a wall behind somebody before whom the wearer had stopped, and who steps aside", () => {
    eachSensor((options) => {
      const lines = scene(6, (t) => (t < 4 ? Math.max(0.4, 2.4 - t) : 6 - t), options);
      expect(warnedBefore(replay(lines), 6), JSON.stringify(options)).toBeGreaterThan(1.2);
    });
  });

  test("through an echo that flickers", () => {
    eachSensor((options) => {
      const lines = scene(6, (t) => (t % 1.2 < 0.25 ? null : 6 - t), options);
      expect(warnedBefore(replay(lines), 5.95), JSON.stringify(options)).toBeGreaterThan(1.5);
    });
  });

  test("on the prediction for half a second when the echo is lost close by", () => {
    const lines = scene(6, (t) => (t > 4.5 ? null : 4 - 0.8 * t));
    const events = replay(lines);
    expect(at(events, 4.9)?.beepsPerSecond).toBeGreaterThan(0);
    expect(at(events, 5.2)).toMatchObject({ level: "quiet", metres: null });
  });
});

describe("there is silence", () => {
  test.each([0.6, 0.8, 1.2])("along a wall %d m away, though the head sways by 10°", (wall) => {
    for (const halfBeam of [0, 5, 13.5]) {
      eachSensor((options) => {
        const phase = random(options.seed ?? 1)() * 2 * Math.PI;
        const lines = scene(
          60,
          (t) => {
            const angle = halfBeam + 10 * Math.sin(2 * Math.PI * t + phase);
            return angle > 0.5 ? wall / Math.sin(angle * degrees) : null;
          },
          options,
        );
        expect(beeps(replay(lines), 0, 60), `${halfBeam} ${JSON.stringify(options)}`).toBeLessThanOrEqual(3);
      });
    }
  });

  test("standing at a counter", () => {
    eachSensor((options) => {
      const lines = scene(60, (t) => 0.7 + 0.04 * Math.sin(2 * Math.PI * 0.3 * t), options);
      expect(beeps(replay(lines), 0, 60), JSON.stringify(options)).toBeLessThanOrEqual(3);
    });
  });

  test("in open space with stray readings", () => {
    eachSensor((options) => {
      const lines = scene(60, () => null, { ...options, wild: 0.08 });
      expect(beeps(replay(lines), 0, 60), JSON.stringify(options)).toBeLessThanOrEqual(3);
    });
  });

  test("but for one pip when a person crosses", () => {
    for (const seed of seeds) {
      const lines = scene(10, (t) => (t > 3 && t < 3.8 ? 1 : 3.5), { seed });
      const events = replay(lines);
      expect(events.filter(({ pips }) => pips === 1)).toHaveLength(1);
      expect(beeps(events, 0, 10)).toBe(1);
    }
  });

  test("when the head, with a gyro on it, turns by 90° to a wall", () => {
    const angle = (t: number) => (t < 3 ? 0 : t < 3.8 ? ((t - 3) / 0.8) * 90 : 90);
    const turn = (t: number) => (t >= 3 && t < 3.8 ? 112.5 : 0);
    eachSensor((options) => {
      const lines = scene(30, (t) => 1 / Math.max(0.05, Math.sin(angle(t) * degrees)), options, turn);
      expect(beeps(replay(lines), 0, 30), JSON.stringify(options)).toBeLessThanOrEqual(3);
    });
  });

  test("after at most three beeps when the wearer stops before something", () => {
    const events = replay(scene(20, (t) => Math.max(0.7, 4 - 0.8 * t)));
    expect(beeps(events, 0, 4)).toBeGreaterThan(3);
    expect(beeps(events, 5, 20)).toBe(0);
    // It stands from 4.1 s on; the slope notices within half a second.
    expect(beeps(events, 4.2, 20)).toBeLessThanOrEqual(3 + 2);
  });

  test("until it is 0.25 m nearer than where it fell silent", () => {
    const distance = (t: number) => (t < 4 ? 4 - 0.8 * t : t < 8 ? 0.8 : Math.max(0.2, 0.8 - 0.5 * (t - 8)));
    const events = replay(scene(9.5, distance));
    const again = events.find(({ t, beepsPerSecond }) => t > 6000 && beepsPerSecond > 0);
    expect(again?.metres).toBeLessThan(0.58);
    expect(again?.metres).toBeGreaterThan(0.4);
  });
});

describe("the gyro gate", () => {
  test("lets an approach through that the gait sways", () => {
    const yaw = (t: number) => 10 * 2 * Math.PI * Math.cos(2 * Math.PI * t);
    const { contact, lines } = approach(1);
    const swaying = lines.map((line) => ({ ...line, yaw: yaw(line.t / 1000) }));
    expect(warnedBefore(replay(swaying), contact)).toBeGreaterThan(1.5);
  });

  test("never holds back what is nearer than half a metre", () => {
    const lines = scene(
      4,
      (t) => 2.2 - 0.5 * t,
      {},
      (t) => (t > 1 ? 60 : 0),
    );
    const events = replay(lines);
    expect(events.find(({ level }) => level === "danger")?.metres).toBeLessThan(0.5);
    expect(at(events, 3)?.level).toBe("quiet");
  });
});

describe("the guard says that it is blind", () => {
  const fault = (from: number, to: number, what: object) =>
    scene(6, () => 3).map((line) =>
      line.t >= from && line.t < to ? { t: line.t, ...what } : line,
    ) as ReturnType<typeof scene>;

  test("after 300 ms of faults, and sees again after 1 s of good readings", () => {
    const events = replay(fault(2000, 3000, { fault: "nack" }));
    expect(events.map(({ level }) => level)).toEqual(["quiet", "blind", "quiet"]);
    expect(events[1]?.t).toBeGreaterThan(2250);
    expect(events[1]?.t).toBeLessThan(2320);
    expect(events[2]?.t).toBeGreaterThanOrEqual(3990);
    expect(events[2]?.t).toBeLessThan(4120);
  });

  test("but not for one fault among good readings", () => {
    expect(replay(fault(2000, 2050, { fault: "nack" })).map(({ level }) => level)).toEqual(["quiet"]);
  });

  test("in a gap, at the time at which it happens", () => {
    const lines = scene(6, () => 3, { jitter: 0 }).filter(({ t }) => t <= 2000 || t > 4000);
    const events = replay(lines);
    expect(events[1]).toMatchObject({ t: 2310, level: "blind" });
  });

  test("when readings are implausible", () => {
    const events = replay(fault(2000, 4000, { metres: -1 }));
    expect(events[1]?.level).toBe("blind");
  });

  test("when the sensor is covered for 2 s", () => {
    const events = replay(scene(6, (t) => (t < 2 ? 3 : 0.12), { noise: 0.005 }));
    const blind = events.find(({ level }) => level === "blind");
    expect(blind?.t).toBeGreaterThan(3900);
    expect(blind?.t).toBeLessThan(4300);
  });

  test("when its signal and its distance stand still, but not for a desk at a constant 0.60 m", () => {
    const stuck = scene(5, () => 2, { noise: 0 }).map((line) => ({ ...line, signal: 77 }));
    expect(replay(stuck).at(-1)?.level).toBe("blind");
    const desk = scene(60, () => 0.6, { noise: 0 });
    expect(replay(desk).map(({ level }) => level)).toEqual(["quiet"]);
    const counted = desk.map((line, i) => ({ ...line, signal: i }));
    expect(replay(counted).map(({ level }) => level)).toEqual(["quiet"]);
  });
});

describe("whatever the sensor says", () => {
  const reading = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -1, max: 50, noNaN: true }).map((metres) => ({ metres })) },
    { weight: 2, arbitrary: fc.constant({ noEcho: true as const }) },
    { weight: 1, arbitrary: fc.constant({ fault: "nack" }) },
  );
  const trace = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), reading), { maxLength: 200 });

  test("what is heard follows the rules: known rates, and figures that make sense", () => {
    fc.assert(
      fc.property(trace, (steps) => {
        let t = 0;
        const lines = steps.map(([wait, what]) => {
          t += wait;
          return { t, ...what };
        });
        for (const event of replay(lines)) {
          expect([0, 1, 2.5, 5, 8]).toContain(event.beepsPerSecond);
          const expected = { 0: "", 1: "caution", 2.5: "caution", 5: "warning", 8: "danger" }[
            event.beepsPerSecond
          ];
          if (event.beepsPerSecond > 0) expect(event.level).toBe(expected);
          else expect(["quiet", "blind"]).toContain(event.level);
          if (event.metres !== null) expect(event.metres).toBeGreaterThanOrEqual(0);
          expect(event.pips ?? 1).toBeLessThanOrEqual(3);
        }
      }),
    );
  });

  test("a gap of over 300 ms is never silent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 320, max: 5000 }), (gap) => {
        const events = replay([
          { t: 0, metres: 2 },
          { t: 50, metres: 2 },
          { t: 50 + gap, metres: 2 },
        ]);
        expect(events.some(({ level }) => level === "blind")).toBe(true);
      }),
    );
  });
});
