import { WebSocket } from "ws";
import { systemClock } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";

const everyMs = 1_000;
const files = ["", "page.js", "shared.js", "style.css"];

/** Somebody who loads the page of a simulated hat again and again, and listens to what it shows. */
export class PageVisitor {
  /** How often the page was loaded whole, and how often the hat showed something new. */
  loads = 0;
  shown = 0;
  readonly #origin: string;
  readonly #cookie: string;
  readonly #socket: WebSocket;

  private constructor(origin: string, cookie: string) {
    this.#origin = origin;
    this.#cookie = cookie;
    this.#socket = new WebSocket(`${origin.replace(/^http/, "ws")}/socket`, { origin, headers: { cookie } });
    this.#socket.on("message", () => this.shown++);
    this.#socket.on("error", () => {});
  }

  /** @param url with the token of a simulation's link */
  static async at(url: string): Promise<PageVisitor> {
    const answer = await fetch(url);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0];
    if (cookie === undefined) throw new BrimError("DEVICE", "the hat's page let nobody in");
    return new PageVisitor(new URL(url).origin, cookie);
  }

  /** Visits until the signal is aborted. */
  async visit(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const headers = { cookie: this.#cookie };
      const answers = await Promise.all(
        files.map(async (file) => {
          const answer = await fetch(`${this.#origin}/${file}`, { headers });
          await answer.arrayBuffer();
          return answer.ok;
        }),
      );
      if (answers.every(Boolean)) this.loads++;
      await systemClock.sleep(everyMs, signal).catch(() => {});
    }
    this.#socket.terminate();
  }
}
