import { describe, expect, test } from "vitest";
import { Ear, sight, status, track } from "./helpers.ts";

const person = (at: number) => sight(at, [track(1, "person", 1.5)]);
const nobody = (at: number) => sight(at, []);
const covered = [{ name: "front", state: "blind" as const, reason: "sensor covered" }];

describe("what the wearer is told unasked", () => {
  test("a person ahead is told once, however long they stay", () => {
    const ear = new Ear();
    expect(ear.pass(120_000, person)).toEqual(["Person, 12 o'clock, near."]);
  });

  test("within two seconds of being seen", () => {
    const ear = new Ear();
    ear.pass(10_000, nobody);
    ear.pass(2_000, person);
    expect(ear.heard[0]?.at).toBeLessThanOrEqual(12_000);
  });

  test("a head turn is not leaving, even if the track has another number afterwards", () => {
    const ear = new Ear();
    ear.pass(5_000, person);
    ear.pass(20_000, nobody);
    expect(ear.pass(5_000, (at) => sight(at, [track(9, "person", 1.7, 20)]))).toEqual([]);
  });

  test("whoever was away for a minute is told again", () => {
    const ear = new Ear();
    ear.pass(5_000, person);
    ear.pass(61_000, nobody);
    expect(ear.pass(5_000, person)).toEqual(["Person, 12 o'clock, near."]);
  });

  test("a thing is told again after half a minute", () => {
    const ear = new Ear();
    const chair = (at: number) => sight(at, [track(1, "chair", 1.5, 0, 0.9)]);
    ear.pass(5_000, chair);
    ear.pass(31_000, nobody);
    expect(ear.pass(5_000, chair)).toEqual(["Chair, 12 o'clock, near."]);
  });

  test("three people are one sentence, and a fourth is another person", () => {
    const three = [track(1, "person", 1.5), track(2, "person", 1.8, 8), track(3, "person", 1.9, -8)];
    const ear = new Ear();
    expect(ear.pass(5_000, (at) => sight(at, three))).toEqual(["Three people, 12 o'clock, near."]);
    const four = [...three, track(4, "person", 4, 25)];
    expect(ear.pass(5_000, (at) => sight(at, four))).toEqual(["Another person, 1 o'clock, a few steps."]);
  });

  test("an arm that is taken for a person is not another person", () => {
    const ear = new Ear();
    const whole = track(1, "person", 1.5);
    const [x, y, w, h] = whole.box;
    const arm = { ...whole, id: 2, box: [x + w * 0.1, y + h * 0.4, w * 0.3, h * 0.2] as typeof whole.box };
    expect(ear.pass(5_000, (at) => sight(at, [whole, arm]))).toEqual(["Person, 12 o'clock, near."]);
  });

  test("people come before chairs", () => {
    const ear = new Ear();
    const room = [track(1, "chair", 1.2, 25, 0.9), track(2, "person", 3, -25)];
    expect(ear.pass(10_000, (at) => sight(at, room))).toEqual([
      "Person, 11 o'clock, a few steps.",
      "Chair, 1 o'clock, near.",
    ]);
  });

  test("what is in the way comes before people who are not", () => {
    const ear = new Ear();
    const room = [track(1, "chair", 1.2, 0, 0.9), track(2, "person", 3, -25)];
    expect(ear.pass(10_000, (at) => sight(at, room))).toEqual([
      "Chair, 12 o'clock, near.",
      "Person, 11 o'clock, a few steps.",
    ]);
  });

  test("metres are said when the range finder agrees", () => {
    const ear = new Ear();
    const said = ear.pass(3_000, person, (at) => status(at, { metres: 1.5 }));
    expect(said).toEqual(["Person, 12 o'clock, one and a half metres."]);
  });

  test("small things are passed over unless they are ahead and near", () => {
    const ear = new Ear();
    expect(ear.pass(5_000, (at) => sight(at, [track(1, "bottle", 3, 0, 0.25)]))).toEqual([]);
    expect(ear.pass(5_000, (at) => sight(at, [track(2, "bottle", 0.8, 0, 0.25)]))).toEqual([
      "Bottle, 12 o'clock, arm's length.",
    ]);
  });

  test("while warning sounds nothing but safety is said, and what was held back follows", () => {
    const ear = new Ear();
    const warning = (at: number) => status(at, { level: "warning", metres: 0.8 });
    expect(ear.pass(10_000, person, warning)).toEqual([]);
    expect(ear.pass(3_000, person)).toEqual(["Person, 12 o'clock, near."]);
  });

  test("nothing is told of a picture that is old", () => {
    const ear = new Ear();
    ear.attention.sight(person(0));
    ear.now = 1_200;
    expect(ear.pass(3_000, null)).toEqual([]);
  });

  test("a fact that is no longer true when its turn comes is not said", () => {
    const ear = new Ear();
    for (let at = 0; at <= 800; at += 200) ear.attention.sight(person(at));
    const [utterance] = ear.attention.due(800, true);
    expect(utterance?.stillTrue?.(900)).toBe(true);
    ear.attention.sight(sight(1_000, [track(1, "person", 1.5, 28)]));
    expect(utterance?.stillTrue?.(1_000)).toBe(false);
  });

  test("what a warning cut off is told again, what the wearer hushed is not", () => {
    for (const [how, again] of [
      ["interrupted", 1],
      ["hushed", 0],
    ] as const) {
      const { attention } = new Ear();
      for (let at = 0; at <= 800; at += 200) attention.sight(person(at));
      const [utterance] = attention.due(800, true);
      utterance?.onBegin?.(820);
      utterance?.onEnd?.(how);
      for (let at = 1_000; at <= 5_000; at += 200) attention.sight(person(at));
      expect(attention.due(5_000, true)).toHaveLength(again);
    }
  });

  test("darkness is told once it lasts, with what still works, and its end too", () => {
    const ear = new Ear();
    ear.pass(2_000, nobody);
    expect(ear.pass(1_000, (at) => sight(at, [], "dark"))).toEqual([]);
    expect(ear.pass(60_000, (at) => sight(at, [], "dark"))).toEqual([
      "Too dark to see. Collision warning still on.",
    ]);
    expect(ear.pass(10_000, nobody)).toEqual(["Seeing again."]);
  });
});

describe("what the wearer hears of collision warning", () => {
  test("a lost guard is told at once and every half minute, and so is its return", () => {
    const ear = new Ear();
    ear.pass(1_000, null);
    ear.attention.greeting(ear.now);
    ear.attention.process("guard", false, ear.now);
    expect(ear.pass(65_000, null, null)).toEqual(Array(3).fill("Collision warning off. Restarting."));
    ear.attention.process("guard", true, ear.now);
    expect(ear.pass(2_000, null, null)).toEqual([]);
    expect(ear.pass(2_000, null)).toEqual(["Collision warning on again."]);
  });

  test("a new guard that is still looking for its sensor is not on again yet", () => {
    const ear = new Ear();
    ear.attention.process("guard", false, 0);
    ear.pass(1_000, null, null);
    const sensors = [{ name: "front", state: "starting" as const, reason: null }];
    expect(ear.pass(2_000, null, (at) => status(at, { sensors }))).toEqual([]);
    expect(ear.pass(2_000, null)).toEqual(["Collision warning on again."]);
  });

  test("a covered sensor is told, again every half minute until a press, and its return", () => {
    const ear = new Ear();
    const blind = (at: number) => status(at, { level: "blind", sensors: covered });
    ear.pass(1_000, null);
    const sentence = "Collision warning blind: sensor covered.";
    expect(ear.pass(35_000, null, blind)).toEqual([sentence, sentence]);
    ear.attention.acknowledge();
    expect(ear.pass(90_000, null, blind)).toEqual([]);
    expect(ear.pass(2_000, null)).toEqual(["Collision warning on again."]);
  });

  test("a sensor that is blind anew is told anew, though the last time was acknowledged", () => {
    const ear = new Ear();
    const blind = (at: number) => status(at, { level: "blind", sensors: covered });
    ear.pass(5_000, null, blind);
    ear.attention.acknowledge();
    ear.pass(5_000, null);
    expect(ear.pass(2_000, null, blind)).toEqual(["Collision warning blind: sensor covered."]);
  });

  test("one of two sensors that is blind is told by its name", () => {
    const ear = new Ear();
    const sensors = [
      { name: "left", state: "blind" as const, reason: "no readings" },
      { name: "right", state: "good" as const, reason: null },
    ];
    ear.pass(1_000, null);
    expect(ear.pass(5_000, null, (at) => status(at, { sensors }))).toEqual([
      "Left sensor blind: no readings.",
    ]);
    const good = sensors.map(({ name }) => ({ name, state: "good" as const, reason: null }));
    expect(ear.pass(5_000, null, (at) => status(at, { sensors: good }))).toEqual(["Left sensor on again."]);
  });

  test("bright sun is told with how far the sensor reaches, rounded down, and its end", () => {
    const ear = new Ear();
    ear.pass(1_000, null);
    expect(ear.pass(9_000, null, (at) => status(at, { reach: 1.3 }))).toEqual([
      "Bright sun. Collision warning reaches one metre.",
    ]);
    expect(ear.pass(9_000, null)).toEqual(["Collision warning reaches far again."]);
  });

  test("a pause is told at its start and its end", () => {
    const ear = new Ear();
    ear.pass(1_000, null);
    const paused = (at: number) => status(at, { level: "paused", pausedFor: 600_000 - at });
    expect(ear.pass(60_000, null, paused)).toEqual(["Beeps paused, ten minutes."]);
    expect(ear.pass(3_000, null)).toEqual(["Beeps on again."]);
  });

  test("a sentence that the queue lost is said the next time", () => {
    const { attention } = new Ear();
    attention.process("guard", false, 0);
    const [first] = attention.due(0, true);
    expect(attention.due(100, true)).toEqual([]);
    first?.onEnd?.("dropped");
    expect(attention.due(200, true)).toHaveLength(1);
  });
});

describe("the start", () => {
  test("all is well", () => {
    const { attention } = new Ear();
    attention.guard(status(0));
    attention.sight(nobody(0));
    expect(attention.greeting(0).text).toBe("Brim on. Collision warning on.");
  });

  test("what is missing is named", () => {
    const { attention } = new Ear();
    expect(attention.greeting(0).text).toBe("Brim on. Collision warning still starting. Eyes not on yet.");
    attention.guard(status(10));
    expect(attention.due(10, true).map(({ text }) => text)).toEqual(["Collision warning on."]);
  });
});

test("sound that is back is told, even while warning sounds", () => {
  const { attention } = new Ear();
  attention.guard(status(0, { level: "danger" }));
  attention.sound(false);
  expect(attention.due(0, true)).toEqual([]);
  attention.sound(true);
  expect(attention.due(100, true).map(({ text }) => text)).toEqual(["Sound on again."]);
  expect(attention.due(200, true)).toEqual([]);
});

describe("eyes that die", () => {
  test("are told, and their return too", () => {
    const ear = new Ear();
    ear.pass(2_000, nobody);
    ear.attention.process("eyes", false, ear.now);
    expect(ear.pass(4_000, null)).toEqual(["Eyes off. Restarting."]);
    ear.attention.process("eyes", true, ear.now);
    expect(ear.pass(4_000, nobody)).toEqual(["Eyes on again."]);
  });
});

describe("what is around me", () => {
  const around = (ear: Ear) => ear.attention.around(ear.now).text;

  test("people first, near before far, at most three sentences", () => {
    const ear = new Ear();
    ear.attention.guard(status(0));
    ear.attention.sight(
      sight(0, [
        track(1, "bottle", 0.7, 0, 0.25),
        track(2, "chair", 4, 25, 0.9),
        track(3, "person", 3, -25),
        track(4, "person", 1.5),
        track(5, "tv", 6, 0, 0.6),
      ]),
    );
    expect(around(ear)).toBe(
      "Two people, 11 to 12 o'clock, near. Bottle, 12 o'clock, arm's length. Chair, 1 o'clock, a few steps.",
    );
  });

  test("says that nothing is recognised only where the eyes see well", () => {
    const ear = new Ear();
    ear.attention.guard(status(0));
    ear.attention.sight(sight(0, []));
    expect(around(ear)).toBe("Nothing I recognise. Other things may be there.");
    ear.attention.sight(sight(100, [], "dark"));
    expect(around(ear)).toBe("Too dark to see. Collision warning still on.");
    ear.now = 3_000;
    expect(around(ear)).toBe("Eyes off. Collision warning still on.");
    ear.attention.process("guard", false, ear.now);
    expect(around(ear)).toBe("Eyes off.");
  });

  test("what the range finder has near is told though the eyes have no name for it", () => {
    const ear = new Ear();
    ear.attention.guard(status(0, { metres: 1.1 }));
    ear.attention.sight(sight(0, []));
    expect(around(ear)).toBe(
      "Something, 12 o'clock, one metre. Nothing I recognise. Other things may be there.",
    );
  });

  test("what was answered is not told again unasked", () => {
    const ear = new Ear();
    for (let at = 0; at <= 1_000; at += 200) ear.attention.sight(person(at));
    ear.now = 1_000;
    ear.take(ear.attention.around(1_000));
    expect(ear.pass(20_000, person)).toEqual([]);
  });

  test("is answered while warning sounds", () => {
    const { attention } = new Ear();
    attention.guard(status(0, { level: "danger" }));
    attention.sight(person(0));
    expect(attention.around(0)).toMatchObject({ priority: "answer", action: "interrupt" });
  });
});

test("the page lists what is in view, people first", () => {
  const { attention } = new Ear();
  attention.sight(sight(0, [track(1, "chair", 2.5, 20, 0.9), track(2, "person", 3)]));
  expect(attention.seen(0).map(({ id, text }) => [id, text])).toEqual([
    [2, "Person, 12 o'clock, a few steps."],
    [1, "Chair, 1 o'clock, a few steps."],
  ]);
  expect(attention.seen(5_000)).toEqual([]);
});
