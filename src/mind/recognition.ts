import type { Box, View as SentView, Sight } from "../base/eyes-protocol.ts";
import { vectorOf } from "../base/eyes-protocol.ts";
import type { Learned } from "../enrol/ports.ts";
import { Agreement, type Verdict } from "../memory/agreement.ts";
import type { Kind, Match, View } from "../memory/types.ts";

export interface RecognitionOptions {
  match(kind: Kind, view: View): Match | null;
  /** Whom or what a track shows, on each look at it; null: nobody who is known. */
  onTrack(track: number, who: Verdict | null, at: number): void;
  /** What is held or at the centre, on each look at it. */
  onCentral(box: Box, who: Verdict | null, at: number): void;
  /** An entry was met. */
  onMet(id: string): void;
  /** The eyes need not look at a track so often any more. */
  onKnown(track: number, sure: boolean): void;
}

/** What is at the centre is followed under this number, which no track has. */
const central = -1;
/** After so long without a look, something else may be at the centre. */
const centralMs = 3_000;

/** Says of each look that the eyes send whom or what it shows, by the looks before it. */
export class Recognition {
  readonly #options: RecognitionOptions;
  readonly #agreement = new Agreement();
  #centralAt = Number.NEGATIVE_INFINITY;
  #central: { id: string; box: Box; at: number } | null = null;

  constructor(options: RecognitionOptions) {
    this.#options = options;
  }

  sight({ at, tracks, central: ahead }: Sight): void {
    for (const { id, face, thing } of tracks) {
      const look = face?.view ? ("person" as const) : thing ? ("thing" as const) : null;
      const view = face?.view ?? thing;
      if (look === null || view === null || view === undefined) continue;
      const who = this.#look(id, at, look, view);
      this.#options.onTrack(id, who, at);
      if (who !== null) this.#options.onKnown(id, who.sure);
    }
    // A thing that has a track was looked at with it.
    if (ahead === null || tracks.some(({ thing }) => thing?.embedding === ahead.view.embedding)) return;
    if (at - this.#centralAt > centralMs) this.#agreement.end(central);
    this.#centralAt = at;
    const who = this.#look(central, at, "thing", ahead.view);
    this.#central = who && { id: who.id, box: ahead.box, at };
    this.#options.onCentral(ahead.box, who, at);
  }

  /** Whom or what a track shows, by the looks so far. */
  verdict(track: number): Verdict | null {
    return this.#agreement.verdict(track);
  }

  /** Where an entry was seen at the centre in the frame of this time, or null. */
  centralBox(id: string, at: number): Box | null {
    return this.#central?.id === id && this.#central.at === at ? this.#central.box : null;
  }

  /** The wearer has said whom or what a track shows. */
  learned({ id, how, track }: Learned, at: number): void {
    if (track === null || how === "undone") return;
    const who = { id, sure: true };
    this.#agreement.learned(track, at, id);
    this.#options.onTrack(track, who, at);
    this.#options.onKnown(track, true);
  }

  forgotten(ids: readonly string[]): void {
    for (const id of ids) this.#agreement.forget(id);
  }

  #look(track: number, at: number, kind: Kind, sent: SentView): Verdict | null {
    const match = this.#options.match(kind, { ...sent, embedding: vectorOf(sent) });
    const who = this.#agreement.look(track, at, match);
    // One who turns away is held by name; what is at the centre may be another thing at every look.
    if (who === null || (track === central && match?.id !== who.id)) return null;
    if (who.sure && match?.id === who.id) this.#options.onMet(who.id);
    return who;
  }
}
