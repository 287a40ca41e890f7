import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Box } from "../../src/base/eyes-protocol.ts";
import { pictureOf } from "../../src/devices/camera/photo.ts";
import type { Picture } from "../../src/devices/ports.ts";
import { lightOnHead } from "../../src/vision/backlit.ts";

const person: Box = [260, 60, 120, 400];

/** Somebody of a shade, with the eyes and the mouth in another, before a background. */
async function somebody(skin: string, features: string, background: string): Promise<Picture> {
  const svg = `<svg width="640" height="480"><rect width="640" height="480" fill="${background}"/>
    <rect x="260" y="140" width="120" height="340" fill="${skin}"/><circle cx="320" cy="104" r="42" fill="${skin}"/>
    <circle cx="307" cy="97" r="6" fill="${features}"/><circle cx="333" cy="97" r="6" fill="${features}"/>
    <rect x="306" y="118" width="28" height="7" fill="${features}"/></svg>`;
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return pictureOf({ pixels: { data, width: 640, height: 480 }, width: 640, height: 480 });
}

describe("somebody whose face is not found", () => {
  it("stands before a window", async () => {
    expect(await lightOnHead(await somebody("#181818", "#101010", "#f4f4f4"), person)).toBe("backlit");
  });

  it("stands in the dark", async () => {
    expect(await lightOnHead(await somebody("#121212", "#0b0b0b", "#141414"), person)).toBe("dark");
  });

  it("is dark-skinned in good light, before a white wall: it is not for the light", async () => {
    expect(await lightOnHead(await somebody("#4a3628", "#e8e0d8", "#f4f4f4"), person)).toBeNull();
  });

  it("is light-skinned in good light: it is not for the light", async () => {
    expect(await lightOnHead(await somebody("#e0b898", "#503020", "#808080"), person)).toBeNull();
  });
});
