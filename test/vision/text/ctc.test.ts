import { expect, test } from "vitest";
import { decode } from "../../../src/vision/text/ctc.ts";

const alphabet = ["a", "b"];

/** Steps, of each the probabilities of nothing, a, b and a space. */
function steps(...rows: [number, number, number, number][]) {
  return { data: Float32Array.from(rows.flat()), steps: rows.length, classes: 4 };
}

const nothing: [number, number, number, number] = [0.999, 0, 0, 0.0001];
const a: [number, number, number, number] = [0.05, 0.95, 0, 0];
const b: [number, number, number, number] = [0.05, 0, 0.95, 0];

test("the same letter at two steps is one letter; with nothing between them, two", () => {
  expect(decode(steps(a, a, nothing, b), alphabet).text).toBe("ab");
  expect(decode(steps(a, nothing, a), alphabet).text).toBe("aa");
});

test("a space is read where it is likeliest, and put back where it lost narrowly to nothing", () => {
  expect(decode(steps(a, [0.2, 0, 0, 0.8], b), alphabet).text).toBe("a b");
  expect(decode(steps(a, [0.7, 0, 0, 0.3], b), alphabet).text).toBe("a b");
  expect(decode(steps(a, nothing, [0.7, 0, 0, 0.3], nothing, b), alphabet).text).toBe("a b");
});

test("no space is put where the network sees none, nor two where it sees one", () => {
  expect(decode(steps(a, nothing, b), alphabet).text).toBe("ab");
  expect(decode(steps(a, [0.7, 0, 0, 0.3], [0.2, 0, 0, 0.8], b), alphabet).text).toBe("a b");
  expect(decode(steps([0.7, 0, 0, 0.3], a, b, [0.1, 0, 0, 0.9]), alphabet).text).toBe("ab");
});

test("a digit inside a word is the letter that it looks like; beside letters, it stays a digit", () => {
  const letters = ["a", "ó", "6"];
  const row = (...values: number[]) => ({
    data: Float32Array.from(values),
    steps: values.length / 5,
    classes: 5,
  });
  const six = [0, 0, 0.3, 0.6, 0];
  const between = [0, 0.95, 0, 0, 0];
  expect(decode(row(...between, ...six, ...between), letters).text).toBe("aóa");
  expect(decode(row(...between, ...six), letters).text).toBe("a6");
  expect(decode(row(...six, ...between), letters).text).toBe("6a");
});

test("what is likelier a letter that Brim does not know is not taken for one that it knows, and scores low", () => {
  const { text, score } = decode(steps(a, [0.1, 0.2, 0.1, 0]), alphabet);
  expect(text).toBe("a\ufffd");
  expect(score).toBeLessThan(0.6);
});
