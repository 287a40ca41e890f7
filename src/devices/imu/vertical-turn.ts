/** `[x, y, z]` in the chip's own axes. */
export type Vector = readonly [number, number, number];

/** The estimate of what is up follows the accelerometer with this time constant: slower than steps, quicker than drift. */
const followMs = 1_000;
/** An acceleration this far from 1 g, as a share of it, is a jolt and tells nothing of what is up. */
const joltShare = 0.25;
/** After a pause as long as this the old estimate is worth nothing. */
const staleMs = 500;
const radians = Math.PI / 180;

/**
 * The head's rate of turn about the vertical, however the chip is mounted and the head is held: the part of its rate of
 * turn that lies along what is up. Up is carried along with the gyro and drawn towards the accelerometer: the
 * complementary filter of Mahony, Hamel and Pflimlin (IEEE Trans. Automatic Control 53:1203, 2008), without its
 * bias term, for a gyro's bias (1°/s) is far below what the guard calls a turn (20°/s).
 */
export class VerticalTurn {
  #up: Vector | null = null;
  #at = 0;

  /**
   * @param rate of turn about each axis, °/s, right-handed
   * @param acceleration along each axis in g; at rest it points up
   * @param at ms
   * @returns °/s about the vertical, positive towards the left; null until it is known what is up
   */
  take(rate: Vector, acceleration: Vector, at: number): number | null {
    const elapsed = at - this.#at;
    this.#at = at;
    const length = Math.hypot(...acceleration);
    const steady = Math.abs(length - 1) <= joltShare;
    if (this.#up === null || elapsed > staleMs || elapsed < 0) {
      this.#up = steady ? scaled(acceleration, 1 / length) : null;
    } else {
      const carried = minus(this.#up, scaled(cross(rate, this.#up), (radians * elapsed) / 1000));
      const share = steady ? elapsed / (followMs + elapsed) : 0;
      const up = minus(carried, scaled(minus(carried, scaled(acceleration, 1 / (length || 1))), share));
      this.#up = scaled(up, 1 / Math.hypot(...up));
    }
    return this.#up === null ? null : dot(rate, this.#up);
  }
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function scaled([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}
