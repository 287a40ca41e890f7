import type { SimulatedClock } from "../../src/base/clock.ts";
import { type Frame, smallSide } from "../../src/devices/ports.ts";
import type { FaceLook, FaceViewer } from "../../src/vision/face-view.ts";

/** A frame in good light; what is in it is said by the fakes of the networks. */
export function frameAt(at: number): Frame {
  return {
    at,
    width: 1536,
    height: 864,
    small: async () => ({
      data: new Uint8Array(),
      left: 0,
      top: 0,
      width: smallSide,
      height: smallSide,
    }),
    crop: async (_, width, height) =>
      Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 2 === 0 ? 60 : 160)),
    still: async () => Buffer.alloc(0),
    keep() {
      return this;
    },
  };
}

/** The vector of a person by number, `aside` radians off what is typical of them. */
export function vectorOfPerson(who: number, aside = 0): Float32Array {
  const vector = new Float32Array(64);
  vector[who] = Math.cos(aside);
  vector[63] = Math.sin(aside);
  return vector;
}

/** Looks at faces as a test wants: `face.box[2]` says whose face it is, and `judge` how good a look is. */
export class FakeFaces implements FaceViewer {
  readonly model = "faces-1";
  looks = 0;
  embedded: number[] = [];
  judge: () => Omit<FaceLook, "points"> = () => ({ quality: 0.9, weakest: "nothing" });

  constructor(
    private readonly clock: SimulatedClock,
    /** Milliseconds that a vector takes. */
    private readonly ms = 0,
  ) {}

  async look(_: unknown, { box }: Parameters<FaceViewer["look"]>[1]): Promise<FaceLook> {
    this.looks++;
    return { points: [[box[2], 0]], ...this.judge() };
  }

  async embed(_: unknown, { points }: FaceLook): Promise<Float32Array> {
    const who = points[0]?.[0] ?? 0;
    this.embedded.push(who);
    if (this.ms > 0) await this.clock.sleep(this.ms);
    return vectorOfPerson(who, 0.1 * (this.embedded.length % 4));
  }
}
