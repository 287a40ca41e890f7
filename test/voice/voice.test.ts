import { expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { Voice } from "../../src/voice/voice.ts";

const never = new AbortController().signal;

test("without a synthesiser and a sound card, sentences begin and take their time", async () => {
  const clock = new SimulatedClock();
  const voice = new Voice({
    clock,
    log: noLog,
    env: {},
    synthesiser: "none",
    player: "silent",
    wordsPerMinute: 120,
    language: "en",
  });
  await voice.start(never);
  expect(voice.drivers).toEqual({ synthesiser: "none", player: "silent" });
  let begun = -1;
  let ended = -1;
  void voice
    .speak(["one two three four"], never, () => {
      begun = clock.now();
    })
    .then(() => {
      ended = clock.now();
    });
  await clock.advanceSettling(5_000);
  expect(begun).toBeGreaterThanOrEqual(0);
  expect(begun).toBeLessThan(50);
  expect(ended).toBeGreaterThanOrEqual(2_000);
  expect(ended).toBeLessThan(2_400);
  await voice.stop();
});

test("a voice that is asked for by a wrong name does not start", async () => {
  const options = { clock: new SimulatedClock(), log: noLog, env: {}, wordsPerMinute: 220, language: "en" };
  await expect(new Voice({ ...options, synthesiser: "nne", player: "silent" }).start(never)).rejects.toThrow(
    /did you mean none\?/,
  );
  await expect(new Voice({ ...options, synthesiser: "none", player: "loud" }).start(never)).rejects.toThrow(
    /speech.player/,
  );
});
