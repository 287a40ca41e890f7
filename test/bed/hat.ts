import { type ChildProcess, spawn } from "node:child_process";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";
import { brimMain } from "./places.ts";
import { until } from "./report.ts";

/** A line of `brim start --json`. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the event it waits for
export type Event = Record<string, any>;

/** Our own hat, whole: mind, guard and eyes. */
export class Hat {
  readonly events: (Event & { came: number })[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;

  constructor(config: string, path: string) {
    this.child = spawn(process.execPath, [brimMain, "start", "--json", "--config", config], {
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Not that of who listens to the pins.
    if (this.child.pid !== undefined) setPriority(this.child.pid, 0);
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error("there are no pipes");
    createInterface({ input: stdout }).on("line", (line) =>
      this.events.push({ ...JSON.parse(line), came: performance.now() }),
    );
    createInterface({ input: stderr }).on("line", (line) => this.errors.push(line));
  }

  /** The first event that fits, of those after the first `from`. */
  async wait(what: string, fits: (event: Event) => boolean, from = 0): Promise<Event> {
    try {
      return await until(what, () => this.events.slice(from).find(fits), 120_000);
    } catch (error) {
      const last = this.events.slice(-14).map(({ came, ...event }) => JSON.stringify(event));
      throw new Error(`${error instanceof Error ? error.message : error}; last came:
${[...last, ...this.errors.slice(-6)].join("\n")}`);
    }
  }

  said(text: RegExp, from = 0): Promise<Event> {
    return this.wait(String(text), (event) => event.event === "said" && text.test(event.text), from);
  }

  /** Resolves when nothing was said for a while, so that a press does more than hush. */
  async silence(): Promise<void> {
    const last = () => this.events.findLast(({ event }) => event === "said")?.came ?? 0;
    await until("silence", () => performance.now() - last() > 3_500, 120_000);
  }

  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    await until("the hat's end", () => this.child.exitCode !== null || this.child.signalCode !== null);
    return this.child.exitCode;
  }
}
