import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { RangeConfig } from "../../base/device-config.ts";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";
import type { RangeFinder, RangeReading } from "../ports.ts";

/** From here on, drivers of the kernel mean that nothing came back (8190 mm of a VL53L0X). */
const nothingMetres = 8.1;
const againMs = 250;

export const iioRoot = "/sys/bus/iio/devices";

/** Devices of the kernel that measure distance: their folders and names. */
export async function listIioRangeFinders(root = iioRoot): Promise<{ folder: string; name: string }[]> {
  const found: { folder: string; name: string }[] = [];
  const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
  for (const entry of (await list(root)).sort()) {
    const folder = join(root, entry);
    const files = await list(folder);
    const measures = ["in_distance_raw", "in_distance_input"].some((file) => files.includes(file));
    if (measures)
      found.push({ folder, name: (await readFile(join(folder, "name"), "utf8").catch(() => "")).trim() });
  }
  return found;
}

/**
 * Any range finder that has a driver in the kernel (IIO: in_distance_*, in metres once scaled), such as srf04, vl53l0x or
 * a lidar on a serial port. The kernel tells no more than the distance: not when a sensor is stuck, nor its light.
 */
export class IioRangeFinder implements RangeFinder {
  readonly name: string;
  onReading: (reading: RangeReading) => void = () => {};
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: { config: RangeConfig; clock: Clock; onProblem: (why: string) => void },
    private readonly root?: string,
  ) {
    this.name = options.config.name;
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController();
    const first = await this.#open();
    await first();
    this.#loop = this.#run(first);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** Finds the device; what it returns reads a distance in metres, or null for none. */
  async #open(): Promise<() => Promise<number | null>> {
    const { device } = this.options.config;
    const all = await listIioRangeFinders(this.root);
    const found = all.find(({ name }) => device === undefined || name === device);
    if (found === undefined) {
      const there = all.length === 0 ? "there is none" : `there is ${all.map(({ name }) => name).join(", ")}`;
      const what = device === undefined ? "range finder" : `range finder ${device}`;
      throw new BrimError(
        "DEVICE",
        `the kernel has no ${what} (IIO): ${there}; load its overlay in config.txt, or set range.device`,
      );
    }
    const read = async (file: string) => Number((await readFile(join(found.folder, file), "utf8")).trim());
    const raw = await read("in_distance_scale").then(
      (scale) => async () => (await read("in_distance_raw")) * scale,
      () => () => read("in_distance_input"),
    );
    return async () => {
      try {
        const metres = await raw();
        return metres > 0 && metres < nothingMetres ? metres : null;
      } catch (error) {
        // No echo came in time.
        if (systemCode(error) === "EIO") return null;
        throw error;
      }
    };
  }

  async #run(first: () => Promise<number | null>): Promise<void> {
    const { clock, config, onProblem } = this.options;
    const { signal } = this.#stopping;
    const period = 1000 / config.rate;
    let read = first;
    let told = "";
    let due = clock.now();
    while (!signal.aborted) {
      try {
        due = Math.max(due + period, clock.now());
        await clock.sleep(due - clock.now(), signal);
        const metres = await read();
        const at = clock.now();
        told = "";
        this.onReading(metres === null ? { kind: "noEcho", at } : { kind: "range", metres, at });
      } catch (error) {
        if (signal.aborted) return;
        const why = messageOf(error);
        if (why !== told) onProblem(why);
        told = why;
        this.onReading({ kind: "fault", reason: "sensor not answering", at: clock.now() });
        await clock.sleep(againMs, signal).catch(() => {});
        // It may be back under another number.
        read = await this.#open().catch(() => read);
      }
    }
  }
}
