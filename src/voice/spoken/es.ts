import { after, before, digitByDigit, inThousands, isCode, minus } from "./rules.ts";

const small = (
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete " +
  "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete " +
  "veintiocho veintinueve"
).split(" ");
const tens = "cero diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split(" ");
const hundreds =
  "cero ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split(
    " ",
  );

type Gender = "alone" | "masculine" | "feminine";

/** One, more than one, and their gender. */
type Noun = readonly [one: string, more: string, gender: "masculine" | "feminine"];

const units: Record<string, Noun> = {
  mm: ["milímetro", "milímetros", "masculine"],
  cm: ["centímetro", "centímetros", "masculine"],
  m: ["metro", "metros", "masculine"],
  km: ["kilómetro", "kilómetros", "masculine"],
  "km/h": ["kilómetro por hora", "kilómetros por hora", "masculine"],
  "m/s": ["metro por segundo", "metros por segundo", "masculine"],
  g: ["gramo", "gramos", "masculine"],
  kg: ["kilo", "kilos", "masculine"],
  ml: ["mililitro", "mililitros", "masculine"],
  l: ["litro", "litros", "masculine"],
  s: ["segundo", "segundos", "masculine"],
  min: ["minuto", "minutos", "masculine"],
  h: ["hora", "horas", "feminine"],
  "%": ["por ciento", "por ciento", "masculine"],
  "°C": ["grado", "grados", "masculine"],
  "°": ["grado", "grados", "masculine"],
};
const currencies: Record<string, Noun> = {
  "€": ["euro", "euros", "masculine"],
  $: ["dólar", "dólares", "masculine"],
  "£": ["libra", "libras", "feminine"],
};
const ordinals = "primer segund tercer cuart quint sext séptim octav noven décim".split(" ");

const amount = "\\d{1,3}(?:\\.\\d{3})+(?:,\\d+)?|\\d+(?:[.,]\\d+)?";
const rule = (pattern: string) => new RegExp(before + pattern, "gu");
const price = rule(`(?:([€£$]) ?(${amount})${after}|(${amount}) ?([€£$]))`);
const measure = rule(`(${amount}) ?(km/h|m/s|mm|cm|km|kg|ml|min|°C|°|%|m|g|l|s|h)(?![\\p{L}\\p{N}/²³])`);
const clock = rule(`(las?) (\\d{1,2})${after}`);
const time = rule(`([01]?\\d|2[0-3]):([0-5]\\d)${after}`);
const ordinal = rule("(\\d{1,2})\\.?([ºª])");
const range = rule(`(${amount}) ?[–-] ?(?=\\d)`);
const number = rule(`(${amount})${after}`);

/** "Ana, a la 1, 1,5 m" → "Ana, a la una, uno coma cinco metros". */
export function spokenSpanish(text: string): string {
  return text
    .replace(range, (_all, from) => `${from} a `)
    .replace(minus, "menos ")
    .replace(price, (_all, sign, value, value2, sign2) => priced(value ?? value2, sign ?? sign2))
    .replace(measure, (_all, value, unit) => measured(value, units[unit] ?? [unit, unit, "masculine"]))
    .replace(clock, (_all, article, n) => `${article} ${wholeSpanish(Number(n), "feminine")}`)
    .replace(time, (_all, hours, minutes) => timed(Number(hours), minutes))
    .replace(ordinal, (_all, n, mark) => ordinalOf(Number(n), mark))
    .replace(number, (_all, value) => amountOf(value, "alone"));
}

/** A whole number under a thousand million, in words; before a noun it agrees with it. */
export function wholeSpanish(n: number, gender: Gender = "alone"): string {
  return inThousands(n, "cero", (part, scale) => {
    if (scale === 0) return agreeing(upTo999(part), gender);
    if (scale === 1) return part === 1 ? "mil" : `${agreeing(upTo999(part), "masculine")} mil`;
    return part === 1 ? "un millón" : `${agreeing(upTo999(part), "masculine")} millones`;
  });
}

function upTo999(n: number): string {
  if (n === 100) return "cien";
  const rest = upTo99(n % 100);
  if (n < 100) return rest;
  return `${hundreds[Math.floor(n / 100)]}${rest === "" ? "" : ` ${rest}`}`;
}

function upTo99(n: number): string {
  if (n === 0) return "";
  if (n < 30) return small[n] ?? "";
  const unit = n % 10;
  return `${tens[Math.floor(n / 10)]}${unit === 0 ? "" : ` y ${small[unit]}`}`;
}

/** "uno" becomes "un" or "una" before its noun, and hundreds have a gender too. */
function agreeing(words: string, gender: Gender): string {
  if (gender === "alone") return words;
  if (gender === "feminine") return words.replace(/uno$/, "una").replace(/(ci|ni)entos\b/, "$1entas");
  return words.replace(/veintiuno$/, "veintiún").replace(/uno$/, "un");
}

function amountOf(value: string, gender: Gender): string {
  const grouped = /^\d{1,3}(\.\d{3})+(,|$)/.test(value);
  const [whole = "", decimals] = (grouped ? value.replaceAll(".", "") : value.replace(".", ",")).split(",");
  if (decimals !== undefined) return `${readWhole(whole, "alone")} coma ${digitByDigit(decimals, small)}`;
  return grouped ? wholeSpanish(Number(whole), gender) : readWhole(whole, gender);
}

function readWhole(digits: string, gender: Gender): string {
  return isCode(digits) ? digitByDigit(digits, small) : wholeSpanish(Number(digits), gender);
}

function measured(value: string, [one, more, gender]: Noun): string {
  const words = one === "por ciento" ? amountOf(value, "alone") : amountOf(value, gender);
  return `${words} ${value === "1" ? one : more}`;
}

function priced(value: string, sign: string): string {
  const noun = currencies[sign] ?? [sign, sign, "masculine"];
  const [whole = "", cents] = value.split(/,(?=\d\d$)|\.(?=\d\d$)/);
  if (cents === undefined) return measured(value, noun);
  return `${measured(whole, noun)}${cents === "00" ? "" : ` con ${wholeSpanish(Number(cents))}`}`;
}

function timed(hours: number, minutes: string): string {
  const rest =
    minutes === "00"
      ? "en punto"
      : minutes.startsWith("0")
        ? digitByDigit(minutes, small)
        : upTo99(Number(minutes));
  return `${wholeSpanish(hours, "feminine")} ${rest}`;
}

function ordinalOf(n: number, mark: string): string {
  const stem = ordinals[n - 1];
  return stem === undefined ? wholeSpanish(n) : `${stem}${mark === "ª" ? "a" : "o"}`;
}
