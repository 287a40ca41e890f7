import type { LineDriver, LineOptions, OutputLine } from "../gpio/lines.ts";
import type { Buzzer } from "../ports.ts";

/** A buzzer that sounds, or a motor that shakes, while its pin is active. */
export class LineBuzzer implements Buzzer {
  readonly name = "buzzer";
  #line: OutputLine | null = null;

  constructor(
    private readonly driver: () => Promise<LineDriver>,
    private readonly options: LineOptions,
    readonly slow: boolean,
  ) {}

  async start(): Promise<void> {
    this.#line = await (await this.driver()).output(this.options);
    process.on("exit", this.#off);
  }

  async stop(): Promise<void> {
    process.off("exit", this.#off);
    const line = this.#line;
    this.#line = null;
    await line?.close();
  }

  set(on: boolean): void {
    this.#line?.set(on);
  }

  /** The last thing that a process does that ends by an error. */
  readonly #off = () => this.#line?.set(false);
}
