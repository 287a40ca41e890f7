import type { Config } from "../../base/config.ts";
import { english } from "./en.ts";
import { spanish } from "./es.ts";
import type { Wording } from "./wording.ts";

const languages: Record<Config["language"], Wording> = { en: english, es: spanish };

export function wordingOf(language: Config["language"]): Wording {
  return languages[language];
}
