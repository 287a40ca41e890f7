import sharp from "sharp";

export interface Print {
  text: string;
  x: number;
  /** Of the baseline. */
  y: number;
  size?: number;
  /** Degrees clockwise. */
  lean?: number;
}

/** A printed page as a PNG. */
export function printed(width: number, height: number, prints: readonly Print[]): Promise<Buffer> {
  const texts = prints.map(
    ({ text, x, y, size = 28, lean = 0 }) =>
      `<text x="${x}" y="${y}" font-size="${size}" transform="rotate(${lean} ${x} ${y})">${text}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="white"/><g font-family="sans-serif">${texts.join("")}</g></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

/** Whether there is a font to print with: without one, every letter is the same box, or nothing. */
export async function hasFont(): Promise<boolean> {
  const [a, w, nothing] = await Promise.all(
    ["A", "W", ""].map(async (text) =>
      (
        await sharp(await printed(60, 60, [{ text, x: 10, y: 40 }]))
          .raw()
          .toBuffer()
      ).toString("latin1"),
    ),
  );
  return a !== w && a !== nothing;
}
