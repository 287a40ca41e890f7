import { describe, expect, test } from "vitest";
import { wordingOf } from "../../src/attention/wording/index.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { PictureConsent } from "../../src/menu/consent.ts";
import type { Utterance } from "../../src/voice/utterance.ts";

function asking(heard = true) {
  const clock = new SimulatedClock();
  const said: string[] = [];
  const say = (utterance: Utterance) => {
    said.push(utterance.text);
    if (heard) utterance.onBegin?.(clock.now());
  };
  const consent = new PictureConsent({ clock, wording: wordingOf("en"), speech: { say } });
  let answer: string | null = null;
  void consent.ask("Ben").then((how) => {
    answer = how;
  });
  const answered = async () => {
    await Promise.resolve();
    await Promise.resolve();
    return answer;
  };
  return { clock, said, consent, answered };
}

describe("a phone that asks for a picture", () => {
  test("gets it when the wearer clicks, and the question names the phone", async () => {
    const { consent, said, answered } = asking();
    expect(said[0]).toContain("Ben");
    consent.press("nothing");
    consent.gesture("click");
    expect(await answered()).toBe("allowed");
    expect(consent.busy).toBe(false);
  });

  test("gets none when the wearer holds, or says nothing for 20 seconds; both are told", async () => {
    const held = asking();
    held.consent.press("nothing");
    held.consent.gesture("hold");
    expect(await held.answered()).toBe("refused");
    expect(held.said).toHaveLength(2);
    const silent = asking();
    silent.clock.advance(19_000);
    expect(await silent.answered()).toBeNull();
    silent.clock.advance(1_500);
    expect(await silent.answered()).toBe("time");
    expect(silent.said).toHaveLength(2);
  });

  test("gets none by a click that only hushed, or that came before the question was heard", async () => {
    const hushed = asking();
    hushed.consent.press("speech");
    hushed.consent.gesture("click");
    expect(await hushed.answered()).toBeNull();
    const early = asking(false);
    early.consent.press("nothing");
    early.consent.gesture("click");
    expect(await early.answered()).toBeNull();
  });
});
