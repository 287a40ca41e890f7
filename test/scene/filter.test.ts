import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { asksForLeave, PromiseFilter, promises } from "../../src/scene/filter.ts";
import { quickest, timeOf } from "../quickest.ts";
import { askingForLeave, harmless, otherQuestions, promised } from "./sentences.ts";

const instead = "I can't judge that.";
const filter = (unheardQuestion = false) => new PromiseFilter({ instead, unheardQuestion });
const all = (sentences: readonly string[], unheard = false) => {
  const one = filter(unheard);
  return sentences.map((sentence) => one.take(sentence)).filter((said) => said !== null);
};

describe("what a model must not tell a wearer", () => {
  test.each(promised)("is dropped: %s", (sentence) => {
    expect(filter().take(sentence)).toBe(instead);
  });

  test.each(harmless)("what warns, describes or reads is heard: %s", (sentence) => {
    expect(filter().take(sentence)).toBe(sentence);
  });

  test("'I can't judge that.' is said once in an answer, and what is harmless around it is heard", () => {
    expect(all(["A car, 11 o'clock.", "The path is clear.", "It is safe.", "A dog, 1 o'clock."])).toEqual([
      "A car, 11 o'clock.",
      instead,
      "A dog, 1 o'clock.",
    ]);
  });

  test("a promise as question and answer is one, too", () => {
    expect(all(["Is the path clear?", "Yes."])).toEqual([instead]);
    expect(all(["Cars?", "None."])).toEqual(["Cars?", instead]);
    expect(all(["¿Coches?", "Ninguno."])).toEqual(["¿Coches?", instead]);
    expect(all(["What is this?", "A cup."])).toEqual(["What is this?", "A cup."]);
  });

  test("a promise in two pieces is one, too", () => {
    expect(all(["The path ahead...", "is clear."])).toEqual(["The path ahead...", instead]);
    expect(all(["The path ahead…", "is narrow."])).toEqual(["The path ahead…", "is narrow."]);
  });

  test("a bare yes may be leave to cross where the question was only spoken", () => {
    expect(all(["Yes.", "A dog."], true)).toEqual([instead, "A dog."]);
    expect(all(["Yes.", "A dog."])).toEqual(["Yes.", "A dog."]);
    expect(all(["Yes, a dog."], true)).toEqual(["Yes, a dog."]);
  });

  test("quoted text is left alone only where it is read from something", () => {
    for (const [open, close] of ['""', "“”", "«»", "‘’", "''"]) {
      expect(promises(`A sign says ${open}Path clear, go ahead${close}.`)).toBe(false);
      expect(promises(`The path is ${open}clear${close}.`)).toBe(true);
    }
    expect(promises('The sign says "EXIT')).toBe(false);
    expect(promises('The sign says "EXIT, and the path is clear.')).toBe(true);
  });
});

describe("a question whether to go", () => {
  test.each(askingForLeave)("is known: %s", (question) => {
    expect(asksForLeave(question)).toBe(true);
  });
  test.each(otherQuestions)("another one is asked: %s", (question) => {
    expect(asksForLeave(question)).toBe(false);
  });
});

/** Writes a sentence in another way that sounds the same. */
const disguise = fc.constantFrom<(text: string) => string>(
  (text) => text.toUpperCase(),
  (text) => text.replaceAll("'", "\u2019"),
  (text) => text.replaceAll(" ", "\u00a0"),
  (text) => text.replaceAll(" ", "  \n"),
  (text) => `**${text}**`,
  (text) => `- ${text}`,
  (text) => text.replaceAll("e", "e\u200b"),
  (text) => text.normalize("NFD"),
  (text) => text.replace(/[.!]$/, ""),
  (text) => text.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
);

describe("properties", () => {
  const some = fc.constantFrom(...promised.filter((sentence) => !/["“*]/.test(sentence)));
  /** What is leave to walk only when it stands alone: "Clear." but "Clear glass". */
  const longer = some.filter((sentence) => sentence.split(" ").length > 2);
  const other = fc.constantFrom(...harmless.filter((sentence) => !/["“«‘']/.test(sentence)));

  test("however it is written, a promise is dropped", () => {
    fc.assert(
      fc.property(some, fc.array(disguise, { maxLength: 3 }), (sentence, disguises) => {
        expect(promises(disguises.reduce((text, change) => change(text), sentence))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("put into any other sentence, at either end, it is dropped with it", () => {
    const joint = fc.constantFrom(", and ", "; ", ", so ", " - ", ", but ");
    fc.assert(
      fc.property(longer, other, joint, fc.boolean(), (promise, sentence, by, first) => {
        const [a, b] = first ? [promise, sentence] : [sentence, promise];
        expect(promises(`${a.replace(/[.!]+$/, "")}${by}${b.charAt(0).toLowerCase()}${b.slice(1)}`)).toBe(
          true,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("nothing that Brim itself says of the street is taken for a promise", () => {
    for (const text of [...english.tutorial.limits, english.nothingRecognised])
      expect(promises(text)).toBe(false);
  });

  test("no sentence, however odd, keeps the hat busy", async () => {
    const words = [...promised, ...harmless].join(" ").split(" ");
    const text = fc.array(fc.constantFrom(...words), { maxLength: 300 }).map((list) => list.join(" "));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.string({ maxLength: 2_000 })), async (sentence) => {
        expect(await quickest(150, () => timeOf(() => filter().take(sentence)))).toBeLessThan(150);
      }),
      { numRuns: 300 },
    );
    for (const word of ["completely ", "now ", "no ", "path ", "you can ", "cars, ", '"', "'", "not "]) {
      const both = () => {
        promises(word.repeat(500));
        asksForLeave(word.repeat(500));
      };
      expect(await quickest(300, () => timeOf(both))).toBeLessThan(300);
    }
  });
});
