import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Attention } from "../../src/attention/attention.ts";
import { english } from "../../src/attention/wording/en.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { type Box, sightSchema } from "../../src/base/eyes-protocol.ts";
import { noLog } from "../../src/base/log.ts";
import { statusSchema } from "../../src/base/protocol.ts";
import type { Verbosity } from "../../src/base/settings.ts";
import { Agreement } from "../../src/memory/agreement.ts";
import type { Match } from "../../src/memory/types.ts";
import { SpeechQueue } from "../../src/voice/queue.ts";
import { type Sentence, wordsOf } from "../../src/voice/sentences.ts";
import type { Priority } from "../../src/voice/utterance.ts";

export const walkFolder = resolve(import.meta.dirname, "../fixtures/walk");
export const fieldOfView = 66;

export interface Entity {
  key: string;
  label: string | null;
  name: string | null;
  central: boolean;
  stays: { from: number; to: number; mark: boolean }[];
}
/** Who or what was really there in a frame: key, degrees to the right, metres. */
export type Truth = [key: string, angle: number, metres: number];
export interface Frame {
  t: number;
  sight?: { tracks: { id: number; label: string; box: Box }[] };
  looks?: [track: number, match: Match | null][];
  central?: [box: Box, match: Match | null];
  truth?: Truth[];
  status?: { level: string };
}
export interface Walk {
  entities: Entity[];
  frames: Frame[];
}

/** The recorded walk; see its generator. */
export function loadWalk(): Walk {
  return parse(gunzipSync(readFileSync(resolve(walkFolder, "walk.jsonl.gz"))).toString());
}

/** Another walk, from a seed. */
export function anotherWalk(seed: number): Walk {
  const generator = resolve(walkFolder, "generate.mjs");
  return parse(execFileSync(process.execPath, [generator, String(seed)], { maxBuffer: 2 ** 25 }).toString());
}

function parse(text: string): Walk {
  const [first, ...frames] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { entities: first.entities, frames };
}

export interface Heard {
  text: string;
  priority: Priority;
  /** When its first syllable was heard, and when its last; ms of the walk. */
  at: number;
  until: number;
  /** To its end. */
  whole: boolean;
}

/** From the decision to the first syllable: what is urgent is often said, and so cached. */
const latencyMs = 150;
const urgentLatencyMs = 70;
/** 220 words a minute: "Chair, 12 o'clock, a few steps." takes two seconds. */
const letterMs = 65;

/** Walks the walk with the real speech queue, and a voice that takes as long as a voice does. */
export async function hearWalk({ frames }: Walk, verbosity: Verbosity = "normal"): Promise<Heard[]> {
  const clock = new SimulatedClock();
  const heard: Heard[] = [];
  const voice = {
    async speak(sentence: Sentence, signal: AbortSignal, onBegin: () => void, urgent = false) {
      try {
        await clock.sleep(urgent ? urgentLatencyMs : latencyMs, signal);
        onBegin();
        await clock.sleep(wordsOf(sentence).length * letterMs, signal);
        const last = heard.at(-1);
        if (last !== undefined) last.whole = true;
      } catch {
        // Cut off.
      }
      const last = heard.at(-1);
      if (last !== undefined) last.until = clock.now();
    },
    release: () => clock.sleep(30),
  };
  const attention = new Attention({
    wording: english,
    fieldOfView,
    nameOf: (id) => {
      const kind = id === "keys" ? ("thing" as const) : ("person" as const);
      return { kind, name: { text: english.name({ kind, name: id, number: 1 }), clip: null } };
    },
  });
  attention.verbosity = verbosity;
  const queue = new SpeechQueue(clock, voice, noLog);
  queue.onSaid = ({ text, priority, at }) => heard.push({ text, priority, at, until: at, whole: false });
  const attend = () => {
    for (const utterance of attention.due(clock.now(), queue.silent)) queue.say(utterance);
  };
  queue.onSilent = attend;
  clock.every(100, attend);
  const agreement = new Agreement();
  for (const { t, sight, looks, central, status } of frames) {
    while (clock.now() < t) await clock.advanceSettling(Math.min(10, t - clock.now()));
    if (sight !== undefined) {
      attention.sight(sightSchema.parse({ type: "sight", at: t, central: null, ms: 60, ...sight }));
    }
    for (const [track, match] of looks ?? []) {
      attention.recognised(track, agreement.look(track, t, match), t);
    }
    if (central !== undefined) {
      const [box, match] = central;
      attention.recognisedCentral(box, agreement.look(-1, t, match), t);
    }
    if (status !== undefined) {
      attention.guard(statusSchema.parse({ type: "status", at: t, ...status }));
      queue.setUrgentOnly(attention.urgentOnly);
      attend();
    }
  }
  return heard;
}
