import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";

const photo = /\.(jpe?g|png|webp)$/i;
/** So many names of skipped files are told; the others are counted. */
const maxNames = 3;

export interface PhotoFolder {
  /** Paths of the photos (by their names' endings), in the order of their names. */
  photos: string[];
  /** One line about files that are not photos, or null. */
  skipped: string | null;
}

/**
 * Lists the photos of a folder.
 * @throws BrimError DEVICE when it is missing, cannot be read, or has no photo
 */
export async function listPhotos(folder: string): Promise<PhotoFolder> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    const code = systemCode(error);
    const why =
      code === "ENOENT"
        ? "there is no such folder"
        : code === "ENOTDIR"
          ? "it is not a folder"
          : messageOf(error);
    throw new BrimError("DEVICE", `${folder}: ${why}: give the simulated camera a folder of photos`, {
      cause: error,
    });
  }
  const photos = names.filter((name) => photo.test(name)).map((name) => join(folder, name));
  if (photos.length === 0) {
    throw new BrimError("DEVICE", `${folder}: it has no photo: put JPEG, PNG or WebP files into it`);
  }
  return {
    photos,
    skipped: describeSkipped(
      folder,
      names.filter((name) => !photo.test(name)),
    ),
  };
}

function describeSkipped(folder: string, names: string[]): string | null {
  if (names.length === 0) return null;
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : "";
  return `${folder}: skipped what is no photo: ${names.slice(0, maxNames).join(", ")}${more}`;
}
