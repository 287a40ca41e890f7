import { describe, expect, it } from "vitest";
import type { Box, Seeing } from "../../src/base/eyes-protocol.ts";
import { facing } from "../../src/vision/burst-kind.ts";
import type { Detection } from "../../src/vision/detect.ts";
import type { FaceBox } from "../../src/vision/face-detect.ts";
import type { Label } from "../../src/vision/labels.ts";

const width = 1536;
const height = 864;
/** A face of `tall` pixels at a place of the picture, in shares of it. */
const face = (x: number, tall: number, y = 0.4, score = 1): FaceBox => ({
  score,
  box: [x * width - tall * 0.375, y * height - tall / 2, tall * 0.75, tall],
});
const seen = (label: Label, box: Box, score = 0.7): Detection => ({ label, box, score });

function look(
  faces: FaceBox[],
  detections: Detection[] = [],
  { metres = null, seeing = "good" }: { metres?: number | null; seeing?: Seeing } = {},
) {
  return facing({ width, height, faces, detections, metres, seeing });
}

describe("one click learns", () => {
  it("the person ahead", () => {
    expect(look([face(0.5, 150)])).toMatchObject({ kind: "face", face: face(0.5, 150) });
  });

  it("the person ahead, not those behind", () => {
    expect(look([face(0.3, 60), face(0.55, 150), face(0.7, 70)])).toMatchObject({ face: face(0.55, 150) });
  });

  it("nobody of two who are beside each other", () => {
    expect(look([face(0.35, 120), face(0.65, 115)])).toEqual({ kind: "twoFaces" });
  });

  it("the one that the wearer turned to, though the other is as tall", () => {
    expect(look([face(0.5, 120), face(0.8, 125)])).toMatchObject({ kind: "face", face: face(0.5, 120) });
  });

  it("the cup that is held up before somebody's face", () => {
    const cup = seen("cup", [650, 330, 260, 300]);
    expect(look([face(0.5, 150)], [cup])).toEqual({ kind: "thing", box: cup.box });
  });

  it("the person, not the cup that they hold", () => {
    const cup = seen("cup", [740, 480, 60, 75]);
    expect(look([face(0.5, 150)], [cup])).toMatchObject({ kind: "face" });
  });

  it("the person who leans over to the wearer, not the phone on the table behind", () => {
    const phone = seen("cell phone", [650, 300, 150, 300]);
    expect(look([face(0.62, 600, 0.5)], [phone])).toMatchObject({ kind: "face" });
  });

  it("the person, not the table or the screen beside them", () => {
    const things = [seen("dining table", [0, 600, 1536, 264]), seen("tv", [1000, 100, 400, 250])];
    expect(look([face(0.5, 150)], things)).toMatchObject({ kind: "face" });
  });

  it("what the detector does not know, where the guard measures something before the face", () => {
    expect(look([face(0.5, 100)], [], { metres: 0.4 })).toEqual({ kind: "thing", box: null });
  });

  it("the person who is as near as the guard says", () => {
    expect(look([face(0.5, 380)], [], { metres: 0.6 })).toMatchObject({ kind: "face" });
    expect(look([face(0.5, 100)], [], { metres: 2.4 })).toMatchObject({ kind: "face" });
  });

  it("what the wearer's own arm holds up", () => {
    const arm = seen("person", [700, 430, 400, 434]);
    const body = seen("person", [550, 180, 420, 600]);
    expect(look([face(0.5, 120)], [arm, body])).toEqual({ kind: "thing", box: null });
  });

  it("the person whose own arm it is", () => {
    const arm = seen("person", [650, 400, 200, 464]);
    const body = seen("person", [500, 100, 550, 764]);
    expect(look([face(0.5, 150, 0.3)], [arm, body])).toMatchObject({ kind: "face" });
  });

  it("the thing at the centre where nobody is", () => {
    const bag = seen("backpack", [600, 300, 300, 400]);
    expect(look([], [bag])).toEqual({ kind: "thing", box: bag.box });
    expect(look([])).toEqual({ kind: "thing", box: null });
  });

  it("the dog, the clock and the toy that look like faces to a network", () => {
    for (const label of ["dog", "clock", "pizza"] as const) {
      const thing = seen(label, [500, 150, 500, 600]);
      expect(look([face(0.5, 300)], [thing])).toEqual({ kind: "thing", box: thing.box });
    }
    expect(look([face(0.5, 100, 0.4, 0.9)])).toEqual({ kind: "thing", box: null });
  });

  it("somebody whose face is doubtful but whose body is there", () => {
    const body = seen("person", [600, 100, 400, 764]);
    expect(look([face(0.5, 150, 0.4, 0.8)], [body])).toMatchObject({ kind: "face" });
  });

  it("no thing where somebody stands who looks away: it says so", () => {
    const body = seen("person", [600, 60, 350, 800]);
    expect(look([], [body])).toEqual({ kind: "face", face: null, person: body.box });
  });

  it("nothing in the dark or through a covered lens, unless a face is there", () => {
    expect(look([], [], { seeing: "dark" })).toEqual({ kind: "nothing" });
    expect(look([], [], { seeing: "covered" })).toEqual({ kind: "nothing" });
    expect(look([face(0.5, 150)], [], { seeing: "dark" })).toMatchObject({ kind: "face" });
  });
});
