import { expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { withNames } from "../../src/attention/wording/names.ts";

const { enrol } = english;

test("who is known is told as in the model sentences", () => {
  const known = { hour: 12, distance: { kind: "armsLength" } as const };
  const keys = english.name({ kind: "thing", name: "keys", number: 1 });
  expect(english.known({ kind: "thing", name: keys, sure: false, ...known })).toBe(
    "Perhaps your keys, 12 o'clock, arm's length.",
  );
  expect(english.name({ kind: "thing", name: "Ana's bag", number: 1 })).toBe("Ana's bag");
  expect(english.name({ kind: "person", name: null, number: 3 })).toBe("new person three");
  expect(english.knownPeople({ count: 3, known: [{ name: "Ana", sure: true, side: "left" }] })).toBe(
    "Three people. Ana left, two unknown.",
  );
});

test("a recording takes the place of the name, and of nothing else", () => {
  const ana = Buffer.from("wav");
  const said = withNames([{ text: "Ana", clip: ana }], ([name = ""]) => enrol.saved(name));
  expect(said.text).toBe("Saved, Ana. Click to undo.");
  expect(said.parts).toEqual(["Saved, ", { clip: ana, text: "Ana" }, ". Click to undo."]);
  const two = withNames(
    [
      { text: "Ana", clip: ana },
      { text: "Ben", clip: null },
    ],
    ([a = "", b = ""]) => `${a} left, ${b} right.`,
  );
  expect(two.parts).toEqual([{ clip: ana, text: "Ana" }, " left, Ben right."]);
});
