import type { Entity, Frame, Heard, Truth, Walk } from "./walk.ts";

/** A sentence that was heard, held against who and what was really there. */
export interface Account extends Heard {
  /** Whom or what it told, as far as that can be told. */
  told: { entity: Entity; stay: number; named: boolean }[];
  /** It was not so within the second before it was begun. */
  untrue: boolean;
  /** It told what had been told, and had not gone since. */
  twice: boolean;
}

/** A sentence that was cut off before this is taken as not heard. */
const heardMs = 1_200;
/** Boxes are not exact: degrees, and shares of the distance. */
const angleError = 4;
const distanceError = 1.6;
const lateMs = 1_000;

const numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const ranges: Record<string, [number, number]> = {
  "arm's length": [0, 0.9],
  near: [0.9, 2],
  "a few steps": [2, 5],
  far: [5, 100],
};
const fact =
  /^(?<what>.+?)(?<motion> coming| going away)?, (?<from>\d+)(?: to (?<to>\d+))? o'clock, (?<distance>.+)\.$/;
const people = /^(?<count>\w+) people\. (?<who>.+)\.$/;

interface Claim {
  /** Names, without doubt before them; or a label. */
  names: { name: string; sure: boolean }[];
  label: string | null;
  count: number;
  angles: [number, number];
  metres: [number, number];
}

const everywhere = { angles: [-40, 40] as [number, number], metres: [0, 100] as [number, number] };

function nameOf(words: string): { name: string; sure: boolean } {
  const name = words.replace(/^perhaps /i, "").replace(/ (left|ahead|right)$/, "");
  return { name: name.replace(/^your /i, ""), sure: !/^perhaps /i.test(words) };
}

/** What a sentence says, or null where it is not about whom or what the eyes see. */
function claimOf(text: string, names: ReadonlySet<string>): Claim | null {
  const several = people.exec(text)?.groups;
  if (several !== undefined) {
    const parts = (several.who ?? "").split(", ").filter((part) => !part.endsWith("unknown"));
    const count = numbers.indexOf((several.count ?? "").toLowerCase());
    return { names: parts.map(nameOf), label: "person", count, ...everywhere };
  }
  const found = fact.exec(text)?.groups;
  if (found === undefined) return null;
  const { what = "", from = "12", to = from, distance = "" } = found;
  const degrees = (hour: string) => ((Number(hour) + 5) % 12) * 30 - 150;
  const metres = /(\w+)( and a half)? metres?$/.exec(distance);
  const exact = metres === null ? null : numbers.indexOf(metres[1] ?? "") + (metres[2] ? 0.5 : 0);
  const [low, high] = exact === null ? (ranges[distance] ?? [0, 100]) : [exact - 0.5, exact + 0.5];
  const where = {
    angles: [degrees(from) - 15 - angleError, degrees(to) + 15 + angleError] as [number, number],
    metres: [low / distanceError, high * distanceError] as [number, number],
  };
  const named = nameOf(what);
  if (names.has(named.name)) return { names: [named], label: null, count: 1, ...where };
  const words = what.toLowerCase().split(" ");
  const count = Math.max(1, numbers.indexOf(words[0] ?? ""));
  const label = words
    .filter((word) => !numbers.includes(word) && word !== "more" && word !== "another")
    .join(" ");
  return { names: [], label: count > 1 ? singular(label) : label, count, ...where };
}

function singular(plural: string): string {
  return plural === "people" ? "person" : plural === "benches" ? "bench" : plural.replace(/s$/, "");
}

/** Holds all that was heard against the truth, in order. */
export function accounts({ entities, frames }: Walk, heard: readonly Heard[]): Account[] {
  const names = new Set(entities.flatMap(({ name }) => name ?? []));
  const told = new Map<string, { any: boolean; name: "no" | "perhaps" | "sure" }>();
  const stateOf = (entity: Entity, stay: number) => {
    const key = `${entity.key} ${stay}`;
    const state = told.get(key) ?? { any: false, name: "no" as const };
    told.set(key, state);
    return state;
  };
  return heard.map((one) => {
    const claim = claimOf(one.text, names);
    const account: Account = { ...one, told: [], untrue: false, twice: false };
    if (claim === null || one.priority === "safety" || one.priority === "answer") return account;
    const near = trueLately(frames, one.at);
    const fits = (key: string) =>
      (near.get(key) ?? []).some(
        ([, angle, metres]) =>
          angle >= claim.angles[0] &&
          angle <= claim.angles[1] &&
          (claim.count > 1 || (metres >= claim.metres[0] && metres <= claim.metres[1])),
      );
    const there = entities.filter(({ key }) => fits(key));
    const stayOf = (entity: Entity) =>
      entity.stays.findIndex(({ from, to }) => from <= one.at && one.at <= to + lateMs);
    const whole = one.whole || one.until - one.at >= heardMs;
    const tell = (entity: Entity, name: "no" | "perhaps" | "sure") => {
      const state = stateOf(entity, stayOf(entity));
      const news =
        name === "no" ? !state.any : state.name === "no" || (name === "sure" && state.name !== "sure");
      if (!news) account.twice = true;
      account.told.push({ entity, stay: stayOf(entity), named: name !== "no" });
      if (!whole) return;
      state.any = true;
      if (name !== "no") state.name = name;
    };
    for (const { name, sure } of claim.names) {
      const entity = there.find((other) => other.name === name);
      if (entity === undefined) account.untrue = true;
      else tell(entity, sure ? "sure" : "perhaps");
    }
    const unnamed = claim.count - claim.names.length;
    const chosen = there
      .filter((other) => other.label === claim.label && !account.told.some(({ entity }) => entity === other))
      .sort((a, b) => Number(stateOf(a, stayOf(a)).any) - Number(stateOf(b, stayOf(b)).any))
      .slice(0, unnamed);
    if (chosen.length < unnamed) account.untrue = true;
    for (const entity of chosen) tell(entity, "no");
    return account;
  });
}

/** All that was true within the second before. */
function trueLately(frames: readonly Frame[], at: number): Map<string, Truth[]> {
  const found = new Map<string, Truth[]>();
  for (const { t, truth } of frames) {
    if (truth === undefined || t < at - lateMs || t > at) continue;
    for (const one of truth) found.set(one[0], [...(found.get(one[0]) ?? []), one]);
  }
  return found;
}
