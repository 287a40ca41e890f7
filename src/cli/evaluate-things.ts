import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import { evaluateRecognition, type RecognitionFigures, type Subject } from "../memory/evaluate.ts";
import type { Context } from "./command.ts";
import { openLooker } from "./looks.ts";

/**
 * How well things are known again, on a folder that holds a folder of photos for each. Nothing is remembered.
 * @throws BrimError INPUT when there are no such folders, or a photo cannot be read
 */
export async function evaluateThings(
  folder: string,
  learned: number,
  context: Context,
): Promise<RecognitionFigures & { things: number; unseen: number }> {
  const { config } = loadConfig(undefined, context.env);
  const names = await foldersIn(folder);
  const looker = await openLooker("thing", config);
  const subjects: Subject[] = [];
  let unseen = 0;
  try {
    for (const name of names) {
      const views = [];
      for (const photo of await photosIn(join(folder, name))) {
        context.signal.throwIfAborted();
        const [look] = await looker.look(photo);
        if (look === undefined) unseen++;
        else views.push(look.view);
      }
      subjects.push({ name, views });
    }
  } finally {
    await looker.dispose();
  }
  return { things: names.length, unseen, ...evaluateRecognition("thing", subjects, learned) };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length < 2) {
    throw new BrimError("INPUT", `${folder}: expected at least two folders, each with photos of one thing`);
  }
  return names.toSorted();
}

async function photosIn(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  const names = entries.map(({ name }) => name).filter((name) => /\.(jpe?g|png|webp)$/i.test(name));
  return names.toSorted().map((name) => join(folder, name));
}

async function readFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const why = systemCode(error) === "ENOENT" ? "there is no such folder" : messageOf(error);
    throw new BrimError("INPUT", `${folder}: ${why}`, { cause: error });
  }
}
