import { spokenEnglish } from "./en.ts";
import { spokenSpanish } from "./es.ts";

const languages: Record<string, (text: string) => string> = { en: spokenEnglish, es: spokenSpanish };

/**
 * A text as it is to be pronounced: numbers, units, times, prices and clock positions in words. A synthesiser has rules
 * of its own for them, but each its own ones, and reads "m" as a letter and "a la 1" with the wrong gender.
 * @param language BCP 47 tag; texts of languages that have no rules here are returned as they are
 */
export function spoken(text: string, language: string): string {
  const speak = languages[language.toLowerCase().split("-")[0] ?? ""];
  return speak === undefined ? text : speak(text.normalize("NFC"));
}
