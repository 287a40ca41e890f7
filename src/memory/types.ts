/** What can be remembered. */
export type Kind = "person" | "thing";
export const kinds: readonly Kind[] = ["person", "thing"];

/** One look at a person or thing, as a network saw it. */
export interface View {
  /** The network that made the embedding, `name@hash`; embeddings of different networks are never compared. */
  model: string;
  /** Of length 1, so that the dot product of two is their cosine. */
  embedding: Float32Array;
  /** How good a look it was, 0 to 1: size, sharpness, light. Says which views are kept when there are too many. */
  quality: number;
}

/** A person or thing that is remembered. Times are wall time in ms since 1970. */
export interface Entry {
  /** 16 hexadecimal digits, never given again to another. */
  readonly id: string;
  readonly kind: Kind;
  /** The typed name. */
  readonly name: string | null;
  /** "New person 3": differs from that of every other entry of its kind without a typed name. */
  readonly number: number;
  /** Whether the spoken name was recorded. */
  readonly hasClip: boolean;
  /** How many views there are of each network. */
  readonly views: Readonly<Record<string, number>>;
  readonly createdAt: number;
  /** To within minutes once the hat was off. */
  readonly seenAt: number | null;
}

/** Without a typed and without a spoken name; such an entry is forgotten after a week. */
export function isUnnamed(entry: Entry): boolean {
  return entry.name === null && !entry.hasClip;
}

/** What is asked to be remembered. */
export interface NewEntry {
  kind: Kind;
  /** At least one. */
  views: readonly View[];
  name?: string | null;
  /** The spoken name, a WAV file. */
  clip?: Uint8Array | null;
}

/** What was done, so that it can be said and taken back (`Memory.undo`). */
export interface Change {
  readonly entry: Entry;
  /** Whether the entry is new. */
  readonly created: boolean;
  /** Views that were kept, of those that were given. */
  readonly added: number;
  /** What undoing puts back in place of what was added. */
  readonly undo: { readonly remove: readonly number[]; readonly restore: readonly View[] };
}

/** The entry that a view looks most like. */
export interface Match {
  readonly id: string;
  /** Cosine with its most similar view. */
  readonly similarity: number;
  /** Enough to say the name; otherwise "perhaps". */
  readonly sure: boolean;
}
