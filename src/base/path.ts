import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A path in the configuration; `~/` at its start is the home folder. */
export const path = z
  .string()
  .min(1)
  .transform((text) => resolve(text.startsWith("~/") ? join(homedir(), text.slice(2)) : text));
