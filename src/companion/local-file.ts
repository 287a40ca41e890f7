import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BrimError, systemCode } from "../base/errors.ts";
import { writeWhole } from "../base/whole-file.ts";

/** Where the page of the hat that runs is, and what its owner shows to be let in: for `brim pair`. */
const schema = z.strictObject({
  port: z.number().int(),
  secret: z.string(),
  /** The page's certificate, which is to be trusted, or null where it speaks plain HTTP. */
  certificate: z.string().nullable(),
});
export type LocalPage = z.output<typeof schema>;

const fileName = "page.json";

/** @throws BrimError STORAGE */
export function writeLocalPage(folder: string, page: LocalPage): Promise<void> {
  return writeWhole(folder, fileName, `${JSON.stringify(page)}\n`, "the page's address");
}

export async function removeLocalPage(folder: string): Promise<void> {
  await rm(join(folder, fileName), { force: true });
}

/** @throws BrimError INPUT when no hat runs */
export function readLocalPage(folder: string): LocalPage {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, fileName), "utf8")));
  } catch (error) {
    const why = systemCode(error) === "ENOENT" ? "" : ` (${fileName} in ${folder} cannot be read)`;
    throw new BrimError("INPUT", `Brim does not run here: start it first (brim start)${why}`, {
      cause: error,
    });
  }
}
