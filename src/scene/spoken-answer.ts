import type { Words } from "../attention/wording/names.ts";
import type { Ending } from "../voice/utterance.ts";
import type { DescriberPorts } from "./ports.ts";

/** Sentences that are in the queue of speech at once; the others wait here, for that queue drops what is too much. */
const mostQueued = 2;
/** What comes before may be a safety sentence. */
const ttl = 30_000;

/** An answer on its way to speech, sentence by sentence. Where one of them is hushed or gives way, all the rest is. */
export class SpokenAnswer {
  readonly #waiting: Words[] = [];
  #queued = 0;
  #begun = false;
  #onEmpty: (() => void) | null = null;

  constructor(
    private readonly ports: Pick<DescriberPorts, "say">,
    private readonly abort: AbortController,
  ) {
    abort.signal.addEventListener("abort", () => {
      this.#waiting.length = 0;
      this.#onEmpty?.();
    });
  }

  say(words: Words): void {
    if (this.abort.signal.aborted) return;
    this.#waiting.push(words);
    this.#feed();
  }

  /** Resolves when all that was said so far was heard, or will not be: whether it was. */
  async heard(): Promise<boolean> {
    const { signal } = this.abort;
    if (!signal.aborted && (this.#queued > 0 || this.#waiting.length > 0)) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
    return !signal.aborted;
  }

  #feed(): void {
    while (this.#queued < mostQueued) {
      const words = this.#waiting.shift();
      if (words === undefined) return;
      this.#queued++;
      const action = this.#begun ? ("enqueue" as const) : ("interrupt" as const);
      this.#begun = true;
      this.ports.say({
        ...words,
        priority: "answer",
        action,
        ttl,
        stillTrue: () => !this.abort.signal.aborted,
        onEnd: (how) => this.#ended(how),
      });
    }
  }

  #ended(how: Ending): void {
    this.#queued--;
    // The wearer, or another answer, has ended it; a sentence that came too late is only left out.
    if (how === "hushed" || how === "interrupted" || how === "dropped") this.abort.abort();
    this.#feed();
    if (this.#queued === 0 && this.#waiting.length === 0) this.#onEmpty?.();
  }
}
