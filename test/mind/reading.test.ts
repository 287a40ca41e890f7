import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import type { ReadText } from "../../src/base/eyes-protocol.ts";
import { partsOf, Reading } from "../../src/mind/reading.ts";
import type { Ending, Utterance } from "../../src/voice/utterance.ts";

/** Reading on a hat that says what it is told to, until the test ends it. */
class Hat {
  readonly clock = new SimulatedClock();
  readonly said: Utterance[] = [];
  thought = 0;
  asked = 0;
  blind: Utterance | null = null;
  answer: (read: ReadText | null) => void = () => {};
  readonly reading = new Reading({
    clock: this.clock,
    wording: english,
    read: () => {
      this.asked++;
      return new Promise((resolve) => {
        this.answer = resolve;
      });
    },
    blind: () => this.blind,
    say: (utterance) => this.said.push(utterance),
    thinking: () => this.thought++,
  });

  get newest(): string {
    return this.said.at(-1)?.text ?? "";
  }

  end(how: Ending): void {
    this.said.at(-1)?.onEnd?.(how);
  }

  async settle(): Promise<void> {
    await this.clock.advanceSettling(10);
  }

  async reads(read: Partial<ReadText> | null): Promise<void> {
    this.reading.next();
    this.answer(read && { paragraphs: [], cut: null, far: false, ...read });
    await this.settle();
  }
}

const sentence = (n: number) => `Sentence number ${n} ${"goes on and on ".repeat(16)}to its end.`;
const long = [1, 2, 3].map(sentence);

describe("reading aloud", () => {
  test("says the text ahead as an answer", async () => {
    const hat = new Hat();
    await hat.reads({ paragraphs: ["Platform 4", "Trains to the sea"] });
    expect(hat.newest).toBe("Platform 4. Trains to the sea.");
    expect(hat.said.at(-1)).toMatchObject({ priority: "answer", action: "interrupt" });
  });

  test("sounds while the text is looked for, and no longer", async () => {
    const hat = new Hat();
    hat.reading.next();
    await hat.clock.advanceSettling(4_000);
    expect(hat.thought).toBe(3);
    expect(hat.reading.busy).toBe(true);
    hat.answer({ paragraphs: ["Push"], cut: null, far: false });
    await hat.clock.advanceSettling(10_000);
    expect(hat.thought).toBe(3);
  });

  test("says what would help, before what could be read all the same", async () => {
    const hat = new Hat();
    await hat.reads({ paragraphs: ["tform 4"], cut: "left" });
    expect(hat.newest).toBe("Text cut off, left. Turn head left. tform 4.");
    hat.end("finished");
    await hat.reads({ far: true });
    expect(hat.newest).toBe("Text too far. Go nearer.");
    await hat.reads({});
    expect(hat.newest).toBe("No text.");
    await hat.reads(null);
    expect(hat.newest).toBe("Reading failed. Try again.");
    expect(hat.reading.busy).toBe(false);
  });

  test("goes on with a long text at each further gesture, and after its end reads anew", async () => {
    const hat = new Hat();
    await hat.reads({ paragraphs: long });
    expect(hat.newest).toBe(`${long[0]} Triple click: more.`);
    hat.end("finished");
    hat.reading.next();
    expect(hat.newest).toBe(`${long[1]} Triple click: more.`);
    hat.end("finished");
    hat.reading.next();
    expect(hat.newest).toBe(long[2]);
    hat.end("finished");
    expect(hat.asked).toBe(1);
    hat.reading.next();
    expect(hat.asked).toBe(2);
  });

  test("says the part again that was hushed", async () => {
    const hat = new Hat();
    await hat.reads({ paragraphs: long });
    hat.end("hushed");
    expect(hat.reading.busy).toBe(false);
    hat.reading.next();
    expect(hat.newest).toBe(`${long[0]} Triple click: more.`);
    expect(hat.asked).toBe(1);
  });

  test("reads what is ahead now when half a minute has gone by", async () => {
    const hat = new Hat();
    await hat.reads({ paragraphs: long });
    hat.end("hushed");
    await hat.clock.advanceSettling(31_000);
    hat.reading.next();
    expect(hat.asked).toBe(2);
  });

  test("goes back by a part, and not before the first", async () => {
    const hat = new Hat();
    expect(hat.reading.canGoBack).toBe(false);
    expect(hat.reading.back()).toBe(false);
    await hat.reads({ paragraphs: long });
    hat.end("finished");
    hat.reading.next();
    hat.end("finished");
    hat.reading.back();
    expect(hat.newest).toBe(`${long[0]} Triple click: more.`);
    hat.end("finished");
    hat.reading.back();
    expect(hat.newest).toBe(`${long[0]} Triple click: more.`);
  });

  test("a press takes away an answer that is still to come", async () => {
    const hat = new Hat();
    hat.reading.next();
    hat.reading.hush();
    hat.answer({ paragraphs: ["Push"], cut: null, far: false });
    await hat.clock.advanceSettling(5_000);
    expect(hat.said).toEqual([]);
    expect(hat.thought).toBe(1);
  });

  test("asks nothing of eyes that see nothing, and says why", async () => {
    const hat = new Hat();
    hat.blind = { text: "Too dark to see.", priority: "answer", action: "interrupt", ttl: 5_000 };
    hat.reading.next();
    await hat.settle();
    expect(hat.newest).toBe("Too dark to see.");
    expect(hat.asked).toBe(0);
  });

  test("leaves no word out, whatever the text", () => {
    const words = fc.array(fc.stringMatching(/^[A-Za-z0-9.,!?]{1,12}$/), { maxLength: 300 });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (paragraphs) => {
        const texts = paragraphs.map((paragraph) => paragraph.join(" ")).filter((text) => text !== "");
        const parts = partsOf(texts);
        const letters = (all: readonly string[]) => all.join("").replace(/[^A-Za-z0-9]/g, "");
        expect(letters(parts)).toBe(letters(texts));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(401);
      }),
    );
  });
});
