import type { ToPage } from "./messages.ts";
import { pageFrameLimit } from "./messages.ts";
import type { Phone } from "./phones.ts";
import type { CompanionHandlers } from "./ports.ts";

/** An open page that may lend its camera. */
export interface Lender {
  readonly phone: Phone;
  send(message: ToPage): void;
}

/** The page whose camera is the hat's, at most one, and its frames: one at a time, what comes faster is thrown away. */
export class CameraLoan {
  readonly #handlers: Pick<CompanionHandlers, "lend" | "frame">;
  readonly #onChange: (lender: Phone | null) => void;
  #lender: Lender | null = null;
  #busy = false;

  /** @param onChange is told whose camera it is from now on */
  constructor(handlers: Pick<CompanionHandlers, "lend" | "frame">, onChange: (lender: Phone | null) => void) {
    this.#handlers = handlers;
    this.#onChange = onChange;
  }

  begin(lender: Lender): void {
    if (this.#lender !== null && this.#lender !== lender) {
      this.#lender.send({ type: "camera", on: false, why: "taken" });
    }
    this.#hold(lender);
    lender.send({ type: "camera", on: true });
  }

  /** The page gives it back, or is gone. */
  end(lender: Lender): void {
    if (this.#lender !== lender) return;
    this.#hold(null);
    lender.send({ type: "camera", on: false });
  }

  /** Takes a frame, unless one is being looked at. Returns false when the page has lent no camera. */
  frame(lender: Lender, jpeg: Buffer): boolean {
    if (this.#lender !== lender) return false;
    if (!this.#busy) void this.#give(lender, jpeg);
    return true;
  }

  async #give(lender: Lender, jpeg: Buffer): Promise<void> {
    // A JPEG begins like this; whether it is one is for the eyes to say.
    const fits = jpeg.length <= pageFrameLimit && jpeg[0] === 0xff && jpeg[1] === 0xd8;
    this.#busy = true;
    try {
      lender.send({ type: "frame", taken: fits && (await this.#handlers.frame(jpeg)) });
    } finally {
      this.#busy = false;
    }
  }

  #hold(lender: Lender | null): void {
    this.#lender = lender;
    this.#handlers.lend(lender?.phone ?? null);
    this.#onChange(lender?.phone ?? null);
  }
}
