import { Pattern, type PhraseName, phrases } from "./pattern.ts";

/** A sound of the buzzer, for those who learn them. */
export interface BuzzerSound {
  name: string;
  /** In words. */
  like: string;
  meaning: string;
  /** Length; of a train of beeps, so much as shows its rhythm. */
  ms: number;
  begin(pattern: Pattern): void;
}

const trainMs = 2_000;

const likePhrase: Record<PhraseName, string> = {
  ready: "short, short, long",
  stopping: "long, short, short",
  blind: "one long",
  mute: "long, long",
  alone: "one very long",
};

function train(name: string, rate: number, meaning: string): BuzzerSound {
  const like = rate < 2 ? "a beep a second" : `${rate} beeps a second`;
  return { name, like, meaning, ms: trainMs, begin: (pattern) => pattern.setRate(rate, 0) };
}

function pips(name: string, count: number, like: string, meaning: string): BuzzerSound {
  const pattern = new Pattern();
  pattern.pips(count, 0);
  return { name, like, meaning, ms: pattern.remaining(0), begin: (other) => other.pips(count, 0) };
}

function tick(name: string, like: string, meaning: string): BuzzerSound {
  const pattern = new Pattern();
  pattern.tick(0);
  return { name, like, meaning, ms: pattern.nextAt(0), begin: (other) => other.tick(0) };
}

/** Everything that the buzzer says. */
export const buzzerSounds: readonly BuzzerSound[] = [
  train("far", 1, "something comes nearer, more than two metres away"),
  train("caution", 2.5, "it is nearer than two metres"),
  train("warning", 5, "it is nearer than one metre, or contact is less than a second away"),
  train("danger", 8, "it is nearer than half a metre, or contact is less than 0.6 seconds away"),
  pips("pip", 1, "one pip", "something has appeared close by"),
  pips("pips", 3, "three pips", "something is near and does not come nearer"),
  tick("tick", "a very short tick", "the button was pressed: collision warning is on (no tick: it is not)"),
  tick("paused", "a very short tick once a minute", "the beeps are paused"),
  ...(Object.keys(phrases) as PhraseName[]).map((name) => ({
    name,
    like: likePhrase[name],
    meaning: phrases[name].meaning,
    ms: phrases[name].gaps.reduce((sum, gap) => sum + gap, 0),
    begin: (pattern: Pattern) => pattern.play(name, 0),
  })),
];

/** When the buzzer is on: for each millisecond of the sound, whether it sounds. */
export function rhythm({ ms, begin }: BuzzerSound): boolean[] {
  const pattern = new Pattern();
  begin(pattern);
  return Array.from({ length: ms }, (_, at) => pattern.on(at));
}
