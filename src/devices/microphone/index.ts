import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Microphone } from "../ports.ts";

export interface MicrophoneOptions {
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** The recorder's name of the device to record from; without one, the card that records, or a sound server's default. */
  device?: string | undefined;
  /** Where the kernel tells of sound cards, if not in /proc/asound. */
  asound?: string | undefined;
  /** For the simulated driver: a WAV file with the name to be heard. */
  file?: string | undefined;
}

const drivers: Drivers<MicrophoneOptions, Microphone> = {
  // It looks for a program and a card each time: a headset may be plugged in later.
  auto: (options) => createMicrophone("node-record-lpcm16", options),
  "node-record-lpcm16": async (options) => {
    const { RecorderMicrophone } = await import("./node-record-lpcm16.ts");
    return new RecorderMicrophone(options);
  },
  simulated: async (options) => new (await import("./simulated.ts")).SimulatedMicrophone(options),
  none: async () => new (await import("./none.ts")).NoMicrophone(),
};

/**
 * Makes the microphone of a driver; its owner starts it. None is opened before somebody records.
 * @throws BrimError CONFIG for an unknown name, listing the valid ones
 */
export function createMicrophone(driver: string, options: MicrophoneOptions): Promise<Microphone> {
  return createDevice("microphone", driver, drivers, options);
}
