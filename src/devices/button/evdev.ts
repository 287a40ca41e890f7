import type { Timer } from "../../base/clock.ts";
import type { ButtonConfig } from "../../base/device-config.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { type Helper, startHelper } from "../helper-process.ts";
import type { Button } from "../ports.ts";
import { evdevProgram } from "./evdev-program.ts";
import type { ButtonOptions } from "./index.ts";

const againMs = 1_000;

/** A key that went down or up: "key 164 1 123456789", its code, whether it is down, CLOCK_MONOTONIC in ns. */
export function parseKey(line: string): { code: number; down: boolean; at: number } | null {
  const found = /^key (\d{1,5}) ([01]) (\d{1,19})$/.exec(line);
  if (found === null) return null;
  return { code: Number(found[1]), down: found[2] === "1", at: Number(found[3]) / 1e6 };
}

/** @throws BrimError CONFIG when nobody has said which input device is the button */
export function wantedDevice({ device }: ButtonConfig): string {
  if (device !== undefined) return device;
  throw new BrimError(
    "CONFIG",
    'button.driver = "evdev": say in button.device which one, by a part of its name in /proc/bus/input/devices',
  );
}

/**
 * A headset's button or a Bluetooth remote: any of its keys is the button. It may come and go; while it is gone it is looked
 * for.
 */
export class EvdevButton implements Button {
  readonly name = "button";
  onChange: (pressed: boolean, at: number) => void = () => {};
  #helper: Helper | null = null;
  #timer: Timer | null = null;
  readonly #down = new Set<number>();

  constructor(
    private readonly options: Pick<ButtonOptions, "config" | "clock" | "onProblem">,
    private readonly python?: string,
  ) {}

  async start(): Promise<void> {
    const { config, clock, onProblem } = this.options;
    const wanted = wantedDevice(config);
    this.#helper = await startHelper({
      ...{ program: evdevProgram, args: [wanted, config.grab ? "grab" : "share"], clock },
      python: this.python,
      onLine: (line) => this.#take(line),
      onLost: (why) => {
        onProblem(`the input device is not read any more (${why}); trying again`);
        this.#release();
        this.#again();
      },
      failure: (words) =>
        words[0] === "nopython"
          ? new BrimError("DEVICE", "python3 is not installed, which reads the button: apt install python3")
          : new BrimError("DEVICE", `the input device cannot be read: ${words.join(" ")}`),
    });
  }

  #again(): void {
    const { clock, onProblem } = this.options;
    this.#timer = clock.after(againMs, () => {
      this.start().catch((error) => {
        onProblem(messageOf(error));
        this.#again();
      });
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#helper?.close();
    this.#helper = null;
  }

  #take(line: string): void {
    const { config, onProblem } = this.options;
    const key = parseKey(line);
    if (key !== null) {
      const before = this.#down.size > 0;
      if (key.down) this.#down.add(key.code);
      else this.#down.delete(key.code);
      const now = this.#down.size > 0;
      if (now !== before) this.onChange(now, key.at);
      return;
    }
    const [word, ...rest] = line.split(" ");
    const file = rest.join(" ");
    if (word === "lost") {
      onProblem(`no input device ${config.device} is there; it is looked for`);
      this.#release();
    } else if (word === "denied") {
      onProblem(`no permission for ${file}: add the user to the group input (sudo usermod -aG input USER)`);
    } else if (word === "busy") {
      onProblem(`${file} is held by something else: end that, or set button.grab = false`);
    }
  }

  /** A button that is gone is not held. */
  #release(): void {
    if (this.#down.size === 0) return;
    this.#down.clear();
    this.onChange(false, this.options.clock.now());
  }
}
