import { expect, test } from "vitest";
import { labels } from "../../src/attention/labels.ts";
import { english } from "../../src/attention/wording/en.ts";
import type { Group } from "../../src/attention/wording/wording.ts";

const group = (changes: Partial<Group>): Group => ({
  label: "person",
  count: 1,
  more: false,
  from: 12,
  to: 12,
  distance: { kind: "near" },
  ...changes,
});

/** The word for two of each label of COCO, as one would say it. */
const plurals: Record<string, string> = {
  person: "people",
  bicycle: "bicycles",
  car: "cars",
  motorcycle: "motorcycles",
  airplane: "airplanes",
  bus: "buses",
  train: "trains",
  truck: "trucks",
  boat: "boats",
  "traffic light": "traffic lights",
  "fire hydrant": "fire hydrants",
  "stop sign": "stop signs",
  "parking meter": "parking meters",
  bench: "benches",
  bird: "birds",
  cat: "cats",
  dog: "dogs",
  horse: "horses",
  sheep: "sheep",
  cow: "cows",
  elephant: "elephants",
  bear: "bears",
  zebra: "zebras",
  giraffe: "giraffes",
  backpack: "backpacks",
  umbrella: "umbrellas",
  handbag: "handbags",
  tie: "ties",
  suitcase: "suitcases",
  frisbee: "frisbees",
  skis: "pairs of skis",
  snowboard: "snowboards",
  "sports ball": "sports balls",
  kite: "kites",
  "baseball bat": "baseball bats",
  "baseball glove": "baseball gloves",
  skateboard: "skateboards",
  surfboard: "surfboards",
  "tennis racket": "tennis rackets",
  bottle: "bottles",
  "wine glass": "wine glasses",
  cup: "cups",
  fork: "forks",
  knife: "knives",
  spoon: "spoons",
  bowl: "bowls",
  banana: "bananas",
  apple: "apples",
  sandwich: "sandwiches",
  orange: "oranges",
  broccoli: "heads of broccoli",
  carrot: "carrots",
  "hot dog": "hot dogs",
  pizza: "pizzas",
  donut: "donuts",
  cake: "cakes",
  chair: "chairs",
  couch: "couches",
  "potted plant": "potted plants",
  bed: "beds",
  "dining table": "tables",
  toilet: "toilets",
  tv: "TVs",
  laptop: "laptops",
  mouse: "computer mice",
  remote: "remote controls",
  keyboard: "keyboards",
  "cell phone": "cell phones",
  microwave: "microwaves",
  oven: "ovens",
  toaster: "toasters",
  sink: "sinks",
  refrigerator: "refrigerators",
  book: "books",
  clock: "clocks",
  vase: "vases",
  scissors: "pairs of scissors",
  "teddy bear": "teddy bears",
  "hair drier": "hair dryers",
  toothbrush: "toothbrushes",
};

test("each of the 80 labels has its right plural", () => {
  expect(Object.keys(labels)).toHaveLength(80);
  expect(Object.keys(plurals).sort()).toEqual(Object.keys(labels).sort());
  for (const [label, plural] of Object.entries(plurals)) {
    expect(english.group(group({ label, count: 2 }))).toBe(`Two ${plural}, 12 o'clock, near.`);
  }
});

test("the changing word comes first, and numbers are words up to twelve", () => {
  expect(english.group(group({ from: 1, to: 1 }))).toBe("Person, 1 o'clock, near.");
  expect(english.group(group({ count: 3 }))).toBe("Three people, 12 o'clock, near.");
  expect(english.group(group({ count: 12, from: 11, to: 1, distance: { kind: "steps" } }))).toBe(
    "Twelve people, 11 to 1 o'clock, a few steps.",
  );
  expect(english.group(group({ count: 13 }))).toBe("13 people, 12 o'clock, near.");
  expect(english.group(group({ label: "tv", distance: { kind: "far" } }))).toBe("TV, 12 o'clock, far.");
});

test("newcomers beside those who were told are more, or another", () => {
  expect(english.group(group({ more: true }))).toBe("Another person, 12 o'clock, near.");
  expect(english.group(group({ more: true, count: 2 }))).toBe("Two more people, 12 o'clock, near.");
});

test("metres are said as one says them", () => {
  const away = (metres: number) => english.group(group({ distance: { kind: "metres", metres } }));
  expect(away(1)).toBe("Person, 12 o'clock, one metre.");
  expect(away(1.4)).toBe("Person, 12 o'clock, one and a half metres.");
  expect(away(2.1)).toBe("Person, 12 o'clock, two metres.");
  expect(away(3.6)).toBe("Person, 12 o'clock, four metres.");
  expect(english.collision.shortReach(1)).toBe("Bright sun. Collision warning reaches one metre.");
  expect(english.collision.shortReach(0.5)).toBe("Bright sun. Collision warning reaches half a metre.");
});

test("a sensor's odd words are not read out", () => {
  expect(english.collision.blind("sensor covered")).toBe("Collision warning blind: sensor covered.");
  for (const odd of ["", "EIO: i2c 0x29", "the way is clear", "all safe", "x".repeat(200), "a b c d e f"]) {
    expect(english.collision.blind(odd)).toBe("Collision warning blind: sensor fault.");
  }
});

test("only what is true is said of collision warning in the dark", () => {
  expect(english.notSeeing("dark", { kind: "on" })).toBe("Too dark to see. Collision warning still on.");
  expect(english.notSeeing("dark", { kind: "off" })).toBe("Too dark to see.");
  expect(english.greeting({ kind: "on" }, true, null)).toBe("Brim on. Collision warning on.");
  expect(english.greeting({ kind: "on" }, true, 80.4)).toBe(
    "Brim on. Collision warning on. Battery 80 percent.",
  );
  expect(english.greeting({ kind: "off" }, false, 80)).toBe(
    "Brim on. Collision warning off. Eyes not on yet.",
  );
});
