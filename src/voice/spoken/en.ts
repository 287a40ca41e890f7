import { after, before, digitByDigit, inThousands, isCode, minus } from "./rules.ts";

const small = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
  "seventeen eighteen nineteen"
).split(" ");
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const scales = ["", " thousand", " million"];

/** One, and more than one. */
const units: Record<string, readonly [string, string]> = {
  mm: ["millimetre", "millimetres"],
  cm: ["centimetre", "centimetres"],
  m: ["metre", "metres"],
  km: ["kilometre", "kilometres"],
  "km/h": ["kilometre an hour", "kilometres an hour"],
  "m/s": ["metre a second", "metres a second"],
  mph: ["mile an hour", "miles an hour"],
  g: ["gram", "grams"],
  kg: ["kilogram", "kilograms"],
  ml: ["millilitre", "millilitres"],
  l: ["litre", "litres"],
  s: ["second", "seconds"],
  min: ["minute", "minutes"],
  h: ["hour", "hours"],
  "%": ["percent", "percent"],
  "°C": ["degree", "degrees"],
  "°": ["degree", "degrees"],
};
const currencies: Record<string, readonly [string, string]> = {
  "€": ["euro", "euros"],
  "£": ["pound", "pounds"],
  $: ["dollar", "dollars"],
};

const irregularOrdinals: Record<string, string> = {
  one: "first",
  two: "second",
  three: "third",
  five: "fifth",
  eight: "eighth",
  nine: "ninth",
  twelve: "twelfth",
};

const amount = "\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?";
const rule = (pattern: string) => new RegExp(before + pattern, "gu");
const price = rule(`([€£$]) ?(${amount})${after}`);
const measure = rule(`(${amount}) ?(km/h|m/s|mph|mm|cm|km|kg|ml|min|°C|°|%|m|g|l|s|h)(?![\\p{L}\\p{N}/²³])`);
const time = rule(`([01]?\\d|2[0-3]):([0-5]\\d)${after}`);
const ordinal = rule(`(\\d{1,3})(?:st|nd|rd|th)${after}`);
const range = rule(`(${amount}) ?[–-] ?(?=\\d)`);
const number = rule(`(${amount})${after}`);

/** "Room 1204, 1.5 m" → "Room twelve oh four, one point five metres". */
export function spokenEnglish(text: string): string {
  return text
    .replace(range, (_all, from) => `${from} to `)
    .replace(minus, "minus ")
    .replace(price, (_all, sign, value) => priced(value, currencies[sign] ?? [sign, sign]))
    .replace(measure, (_all, value, unit) => measured(value, units[unit] ?? [unit, unit]))
    .replace(time, (_all, hours, minutes) => timed(Number(hours), Number(minutes)))
    .replace(ordinal, (_all, n) => ordinalOf(wholeEnglish(Number(n))))
    .replace(number, (_all, value) => amountOf(value));
}

/** A whole number under a thousand million, in words. */
export function wholeEnglish(n: number): string {
  return inThousands(n, "zero", (part, scale) => upTo999(part) + (scales[scale] ?? ""));
}

function upTo999(n: number): string {
  const hundreds = n >= 100 ? `${small[Math.floor(n / 100)]} hundred` : "";
  const rest = n % 100;
  if (rest === 0) return hundreds;
  return hundreds === "" ? upTo99(rest) : `${hundreds} and ${upTo99(rest)}`;
}

function upTo99(n: number): string {
  if (n < 20) return small[n] ?? "";
  const unit = n % 10;
  return `${tens[Math.floor(n / 10)]}${unit === 0 ? "" : `-${small[unit]}`}`;
}

function amountOf(value: string): string {
  const [whole = "", decimals] = value.replaceAll(",", "").split(".");
  if (decimals !== undefined) return `${readWhole(whole)} point ${digitByDigit(decimals, small)}`;
  return value.includes(",") ? wholeEnglish(Number(whole)) : readWhole(whole);
}

function readWhole(digits: string): string {
  if (isCode(digits)) return digitByDigit(digits, small);
  const n = Number(digits);
  return inPairs(n) ?? wholeEnglish(n);
}

/** Years, rooms and buses: "nineteen ninety", "twelve oh four"; null for what is not said like that. */
function inPairs(n: number): string | null {
  if (n < 1_100 || n > 2_099 || (n >= 2_000 && n < 2_010)) return null;
  const rest = n % 100;
  const second = rest === 0 ? "hundred" : rest < 10 ? `oh ${small[rest]}` : upTo99(rest);
  return `${upTo99(Math.floor(n / 100))} ${second}`;
}

function measured(value: string, [one, more]: readonly [string, string]): string {
  return `${amountOf(value)} ${value === "1" ? one : more}`;
}

function priced(value: string, [one, more]: readonly [string, string]): string {
  const [whole = "", cents] = value.split(".");
  if (cents?.length !== 2) return measured(value, [one, more]);
  return `${measured(whole, [one, more])}${cents === "00" ? "" : ` ${wholeEnglish(Number(cents))}`}`;
}

/** Never "o'clock", which is a direction here. */
function timed(hours: number, minutes: number): string {
  const rest = minutes === 0 ? "hundred" : minutes < 10 ? `oh ${small[minutes]}` : upTo99(minutes);
  return `${upTo99(hours) || "zero"} ${rest}`;
}

function ordinalOf(words: string): string {
  return words.replace(/[a-z]+$/, (last) => {
    if (last.endsWith("y")) return `${last.slice(0, -1)}ieth`;
    return irregularOrdinals[last] ?? `${last}th`;
  });
}
