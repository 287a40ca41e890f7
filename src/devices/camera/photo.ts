import { stat } from "node:fs/promises";
import sharp, { type Metadata } from "sharp";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";
import type { Box } from "../../base/eyes-protocol.ts";
import { type Pixels, RawPicture } from "./raw-picture.ts";

/** Larger pictures are refused: decoding one would take more memory than the hat has. */
const maxPixels = 100e6;
/** Pictures are decoded to at most so many pixels (48 MB): three phones' worth of detail for faces. */
const maxDecoded = 16e6;

const formats = new Set(["jpeg", "png", "webp", "gif", "tiff", "heif"]);

/** A decoded photo, upright. Its size is that of the file after EXIF rotation; its pixels may be fewer. */
export interface Photo {
  pixels: Pixels;
  width: number;
  height: number;
}

type PhotoSize = Pick<Photo, "width" | "height">;

/** The whole of a photo as a picture. */
export function pictureOf({ pixels, width, height }: Photo, at = 0): RawPicture {
  return new RawPicture(pixels, at, width, height);
}

/**
 * Reads a photo from a file (JPEG, PNG, WebP, GIF, TIFF, AVIF), turned upright by its EXIF orientation.
 *
 * @param limit decodes to at most so many pixels
 * @throws BrimError INPUT naming the file, what is wrong with it and what to do
 */
export async function readPhoto(file: string, limit = maxDecoded): Promise<Photo> {
  await checkFile(file);
  const metadata = await readMetadata(file);
  const { width, height } = metadata.autoOrient;
  if (width * height > maxPixels) {
    throw new BrimError(
      "INPUT",
      `${file}: ${width} × ${height} pixels are too many (at most ${maxPixels / 1e6} million): make the picture smaller`,
    );
  }
  const shrink = Math.min(1, Math.sqrt(limit / (width * height)));
  let picture = sharp(file, { failOn: "error" }).autoOrient();
  if (shrink < 1) {
    picture = picture.resize(Math.ceil(width * shrink), Math.ceil(height * shrink), { fit: "fill" });
  }
  try {
    const { data, info } = await picture
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { pixels: { data, width: info.width, height: info.height }, width, height };
  } catch (error) {
    throw new BrimError("INPUT", `${file}: damaged or cut off (${messageOf(error)}): copy it again`, {
      cause: error,
    });
  }
}

/**
 * A part of a photo file as a JPEG in all the file's detail, its longest side at most `side` pixels. Nothing but that part
 * is held in memory, where the file's format allows.
 *
 * @param window in shares of the photo after EXIF rotation: left, top, width, height
 * @throws BrimError INPUT when the file is damaged
 */
export async function cutPhoto(photo: PhotoSize, file: string, window: Box, side: number): Promise<Buffer> {
  const { width, height } = photo;
  const left = Math.min(width - 1, Math.round(window[0] * width));
  const top = Math.min(height - 1, Math.round(window[1] * height));
  const part = {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.round(window[2] * width))),
    height: Math.max(1, Math.min(height - top, Math.round(window[3] * height))),
  };
  try {
    return await sharp(file, { failOn: "error" })
      .autoOrient()
      .extract(part)
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .jpeg({ quality: 92, chromaSubsampling: "4:4:4" })
      .toBuffer();
  } catch (error) {
    throw new BrimError("INPUT", `${file}: damaged or cut off (${messageOf(error)}): copy it again`, {
      cause: error,
    });
  }
}

async function checkFile(file: string): Promise<void> {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(file);
  } catch (error) {
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new BrimError("INPUT", `${file}: ${why}: check the path`, { cause: error });
  }
  if (info.isDirectory()) throw new BrimError("INPUT", `${file}: it is a folder: name the photos in it`);
  if (!info.isFile()) throw new BrimError("INPUT", `${file}: it is not a file: name a photo`);
  if (info.size === 0) throw new BrimError("INPUT", `${file}: it is empty (0 bytes): copy it again`);
}

async function readMetadata(file: string): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await sharp(file, { limitInputPixels: false }).metadata();
  } catch (error) {
    if (["EACCES", "EPERM"].includes(systemCode(error) ?? "")) throw error;
    throw new BrimError("INPUT", `${file}: it is not a photo that can be read: give a JPEG, PNG or WebP`, {
      cause: error,
    });
  }
  if (!formats.has(metadata.format)) {
    throw new BrimError("INPUT", `${file}: ${metadata.format} is not a photo: give a JPEG, PNG or WebP`);
  }
  return metadata;
}

/** Decodes what `Camera.still` gives. Rejects when it is damaged. */
export async function decodeStill(jpeg: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(jpeg, { failOn: "error" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
