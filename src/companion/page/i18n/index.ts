import { Store, useStore } from "../store.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";

type Text<T> = T extends (...args: infer A) => string
  ? (...args: A) => string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Text<T[K]> };

/** All that the page says: each language has all of it, or does not compile. */
export type Dictionary = Text<typeof en>;

const dictionaries = { en, es } satisfies Record<string, Dictionary>;
export type Language = keyof typeof dictionaries;

export const languages: Record<Language, string> = { en: "English", es: "Español" };
const rightToLeft: readonly string[] = [];
const key = "brim-language";

function isLanguage(name: string | null | undefined): name is Language {
  return name != null && Object.hasOwn(dictionaries, name);
}

/** What was chosen on this phone, else the first of the phone's own languages that there is. */
function chosen(): Language {
  const kept = localStorage.getItem(key);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((name) => name.split("-")[0]).find(isLanguage) ?? "en";
}

const language = new Store<Language>(chosen());
apply();

function apply(): void {
  document.documentElement.lang = language.value;
  document.documentElement.dir = rightToLeft.includes(language.value) ? "rtl" : "ltr";
}

export function text(): Dictionary {
  return dictionaries[language.value];
}

export function useText(): Dictionary {
  return dictionaries[useLanguage()];
}

export function useLanguage(): Language {
  return useStore(language, (value) => value);
}

export function setLanguage(name: Language): void {
  localStorage.setItem(key, name);
  language.value = name;
  apply();
  language.set(name);
}

/** Calls back whenever another language is chosen. */
export function onLanguage(listener: () => void): void {
  language.follow(listener);
}

/** The phone's own way to write times and numbers, where it is one of the page's language. */
function locale(): string {
  return navigator.languages.find((name) => name.split("-")[0] === language.value) ?? language.value;
}

export function formatTime(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: "medium" }).format(ms);
}

/** "12:30" of today, else the day, too. */
export function formatDate(ms: number): string {
  const today = new Date().toDateString() === new Date(ms).toDateString();
  return new Intl.DateTimeFormat(locale(), {
    timeStyle: "short",
    ...(today ? {} : { dateStyle: "medium" as const }),
  }).format(ms);
}

export function formatDay(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(ms);
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

export function formatBytes(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? (["gigabyte", 1e9] as const) : (["megabyte", 1e6] as const);
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit,
    maximumFractionDigits: bytes >= 1e8 && unit === "megabyte" ? 0 : 1,
  }).format(bytes / size);
}

/** "3 days, 4 hours", the two largest parts. */
export function formatDuration(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ] as const;
  const from = units.findIndex(([, size]) => seconds >= size);
  let rest = Math.round(seconds);
  const parts = units.slice(from < 0 ? 3 : from, (from < 0 ? 3 : from) + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count === 0 && unit !== "second") return [];
    return [new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count)];
  });
  return new Intl.ListFormat(locale(), { type: "unit" }).format(parts);
}
