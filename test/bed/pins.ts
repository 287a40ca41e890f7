import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { performance } from "node:perf_hooks";

/** The pins of the default configuration. */
const buzzerPin = 18;
const buttonPin = 17;

const config = "/sys/kernel/config/gpio-sim/hat";

/** A simulated GPIO chip that is called as a Pi 4's, with the hat's buzzer and button (to ground) on it. */
export class Pins {
  readonly #lines: string;
  readonly edges: { at: number; on: boolean }[] = [];
  #watch: NodeJS.Timeout | null = null;

  constructor() {
    execFileSync("modprobe", ["gpio-sim"]);
    mkdirSync(`${config}/bank0`, { recursive: true });
    writeFileSync(`${config}/bank0/num_lines`, "58");
    writeFileSync(`${config}/bank0/label`, "pinctrl-bcm2711");
    writeFileSync(`${config}/live`, "1");
    const read = (file: string) => readFileSync(`${config}/${file}`, "utf8").trim();
    this.#lines = `/sys/devices/platform/${read("dev_name")}/${read("bank0/chip_name")}`;
    this.press(false);
  }

  /** The number that sysfs gives to the first pin. */
  get base(): number {
    const chips = readdirSync("/sys/class/gpio").filter((name) => name.startsWith("gpiochip"));
    const ours = chips.find(
      (name) => readFileSync(`/sys/class/gpio/${name}/label`, "utf8").trim() === "pinctrl-bcm2711",
    );
    return Number(readFileSync(`/sys/class/gpio/${ours}/base`, "utf8"));
  }

  /** Presses or lets go of the button. */
  press(pressed: boolean): void {
    writeFileSync(`${this.#lines}/sim_gpio${buttonPin}/pull`, pressed ? "pull-down" : "pull-up");
  }

  /** Whether the buzzer's line is high. */
  get buzzing(): boolean {
    return readFileSync(`${this.#lines}/sim_gpio${buzzerPin}/value`, "utf8").trim() === "1";
  }

  /** Lets a user drive the pins through sysfs, as udev's rules let the group gpio on a Pi. */
  lend(user: string): void {
    const files = ["active_low", "direction", "edge", "value"];
    for (const number of [buzzerPin, buttonPin].map((pin) => this.base + pin)) {
      writeFileSync("/sys/class/gpio/export", String(number));
      execFileSync("chown", [user, ...files.map((file) => `/sys/class/gpio/gpio${number}/${file}`)]);
    }
    execFileSync("chown", [user, "/sys/class/gpio/export"]);
  }

  /** Takes from sysfs what it still holds: a line that is closed there stays exported. */
  free(): void {
    for (const number of [buzzerPin, buttonPin].map((pin) => this.base + pin)) {
      if (existsSync(`/sys/class/gpio/gpio${number}`))
        writeFileSync("/sys/class/gpio/unexport", String(number));
    }
  }

  /** Looks at the buzzer's line every few milliseconds and keeps its edges; before all others, for a tick is short. */
  listen(): void {
    setPriority(constants.priority.PRIORITY_HIGHEST);
    let was = this.buzzing;
    this.#watch = setInterval(() => {
      const on = this.buzzing;
      if (on !== was) this.edges.push({ at: performance.now(), on });
      was = on;
    }, 4);
  }

  silence(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
  }

  /** Whether one long sound, such as that of blindness, has ended since then. */
  longSince(at: number): boolean {
    return this.edges.some((edge, i) => {
      const on = this.edges[i - 1];
      return !edge.on && on !== undefined && on.at >= at && edge.at - on.at > 400;
    });
  }

  /** How often the buzzer sounded in its last four beeps since then, in times a second; 0 before there are four. */
  rateSince(at: number): number {
    const begun = this.edges.filter((edge) => edge.on && edge.at >= at).slice(-4);
    const [first, last] = [begun[0], begun[3]];
    return first === undefined || last === undefined ? 0 : 3000 / (last.at - first.at);
  }
}
