import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Vector, VerticalTurn } from "../../../src/devices/imu/vertical-turn.ts";

/** The chip as it is mounted: rotates a vector of the world (x ahead, y left, z up) into the chip's axes. */
function mounted(yaw: number, pitch: number, roll: number): (v: Vector) => Vector {
  const rad = Math.PI / 180;
  const [cy, sy] = [Math.cos(yaw * rad), Math.sin(yaw * rad)];
  const [cp, sp] = [Math.cos(pitch * rad), Math.sin(pitch * rad)];
  const [cr, sr] = [Math.cos(roll * rad), Math.sin(roll * rad)];
  return ([x, y, z]) => {
    const [x1, y1] = [cy * x + sy * y, -sy * x + cy * y];
    const [x2, z2] = [cp * x1 - sp * z, sp * x1 + cp * z];
    return [x2, cr * y1 + sr * z2, -sr * y1 + cr * z2];
  };
}

const angle = fc.double({ min: -180, max: 180, noNaN: true });
const up: Vector = [0, 0, 1];

describe("the gyro in the hat", () => {
  test("measures how fast the head turns, however the chip is mounted and the head is tilted", () => {
    fc.assert(
      fc.property(
        fc.tuple(angle, angle, angle),
        fc.double({ min: -300, max: 300, noNaN: true }),
        (how, dps) => {
          const chip = mounted(...how);
          const turn = new VerticalTurn();
          let last: number | null = null;
          // The world turns the other way about the same vertical: up stays where it is.
          for (let at = 0; at <= 1000; at += 20) last = turn.take(chip([0, 0, dps]), chip(up), at);
          expect(last).toBeCloseTo(dps, 3);
        },
      ),
    );
  });

  test("takes no nod for a turn", () => {
    const turn = new VerticalTurn();
    const worst = [];
    for (let at = 0; at <= 4000; at += 20) {
      const pitch = 40 * Math.sin((2 * Math.PI * at) / 2000);
      const rate = ((40 * 2 * Math.PI) / 2) * Math.cos((2 * Math.PI * at) / 2000);
      // A nod turns the chip about its own y axis, which stays level.
      const acceleration = mounted(0, pitch, 0)(up);
      worst.push(Math.abs(turn.take([0, rate, 0], acceleration, at) ?? 0));
    }
    expect(Math.max(...worst)).toBeLessThan(1);
  });

  test("still knows what is up after the jolts of steps", () => {
    const turn = new VerticalTurn();
    const turns: number[] = [];
    for (let at = 0; at <= 5000; at += 20) {
      const jolt = at % 500 > 430 ? 1.8 : 1;
      const aside = at % 500 > 430 ? 0.9 : 0;
      turns.push(turn.take([0, 0, 50], [aside, 0, jolt], at) ?? 0);
    }
    expect(Math.min(...turns)).toBeGreaterThan(48);
    expect(Math.max(...turns)).toBeLessThan(51);
  });

  test("says nothing while it is in free fall or has just begun in a jolt", () => {
    const turn = new VerticalTurn();
    expect(turn.take([0, 0, 90], [0, 0, 0.1], 0)).toBeNull();
    expect(turn.take([0, 0, 90], [0, 0, 2], 20)).toBeNull();
    expect(turn.take([0, 0, 90], [0, 0, 1], 1_000)).toBeCloseTo(90);
  });

  test("never gives anything but a number or null, whatever the chip sends", () => {
    const axis = fc.double({ min: -2000, max: 2000, noNaN: true });
    const vector = fc.tuple(axis, axis, axis);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(vector, vector, fc.integer({ min: 0, max: 700 })), { maxLength: 30 }),
        (all) => {
          const turn = new VerticalTurn();
          let at = 0;
          for (const [rate, acceleration, ms] of all) {
            at += ms;
            const yaw = turn.take(rate, acceleration, at);
            expect(yaw === null || Number.isFinite(yaw)).toBe(true);
          }
        },
      ),
    );
  });
});
