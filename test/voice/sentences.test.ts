import { expect, test } from "vitest";
import { sentencesOf, wordsOf } from "../../src/voice/sentences.ts";

const clip = { clip: Buffer.alloc(0), text: "Ana" };

test("a text is said sentence by sentence", () => {
  expect(sentencesOf(["Saved. Click to undo!  Done?"])).toEqual([["Saved."], ["Click to undo!"], ["Done?"]]);
});

test("a recorded name stays within its sentence", () => {
  const sentences = sentencesOf(["Saved, ", clip, ". Click to undo."]);
  expect(sentences).toEqual([["Saved,", clip], ["Click to undo."]]);
  expect(sentences.map(wordsOf)).toEqual(["Saved, Ana", "Click to undo."]);
});

test("a recorded name may be the first word, or all that is said", () => {
  expect(sentencesOf([clip, ", 1 o'clock, near."])).toEqual([[clip, ", 1 o'clock, near."]]);
  expect(sentencesOf([clip])).toEqual([[clip]]);
});

test("what has no word in it is not said", () => {
  expect(sentencesOf([""])).toEqual([]);
  expect(sentencesOf([" . ", " ,"])).toEqual([]);
});

test("what is too long is cut off", () => {
  expect(wordsOf(sentencesOf(["word ".repeat(10_000)]).flat()).length).toBeLessThanOrEqual(4_000);
  expect(sentencesOf(Array(10_000).fill(clip)).flat().length).toBeLessThanOrEqual(100);
});

test("what has no full stop for long is cut at a pause, with every word kept", () => {
  const list = Array.from({ length: 60 }, (_, n) => `item number ${n}`).join(", ");
  const sentences = sentencesOf([list]).map(wordsOf);
  expect(sentences.length).toBeGreaterThan(2);
  for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(240);
  expect(sentences.slice(0, -1).every((sentence) => sentence.endsWith(","))).toBe(true);
  expect(sentences.join(" ")).toBe(list);
  expect(
    sentencesOf(["x".repeat(600)])
      .map(wordsOf)
      .join(""),
  ).toBe("x".repeat(600));
});
