import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is plugged into a Pi, in the order in which its kernel found it. */
export const jack = "bcm2835_headpho - bcm2835 Headphones";
export const hdmi = "vc4-hdmi - vc4-hdmi-0";
export const headset = "USB-Audio - Open Ear Headset";
export const camera = "USB-Audio - UVC Camera";
export const loudspeaker = "USB-Audio - Loudspeaker";

const kinds: Record<string, { id: string; pcm: string }> = {
  [jack]: { id: "Headphones", pcm: "bcm2835 Headphones : bcm2835 Headphones : playback 8" },
  [hdmi]: { id: "vc4hdmi0", pcm: "MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1" },
  [headset]: { id: "Headset", pcm: "USB Audio : USB Audio : playback 1 : capture 1" },
  [camera]: { id: "Camera", pcm: "USB Audio : USB Audio : capture 1" },
  [loudspeaker]: { id: "Speaker", pcm: "USB Audio : USB Audio : playback 1" },
};

/** Writes what the kernel tells of these cards into a folder that stands for /proc/asound; returns the folder. */
export function plugIn(folder: string, ...cards: string[]): string {
  mkdirSync(folder, { recursive: true });
  const lines = cards.map(
    (card, i) =>
      ` ${i} [${kinds[card]?.id.padEnd(15)}]: ${card}\n                      somewhere, full speed\n`,
  );
  writeFileSync(join(folder, "cards"), lines.join("") || "--- no soundcards ---\n");
  writeFileSync(join(folder, "pcm"), cards.map((card, i) => `0${i}-00: ${kinds[card]?.pcm}\n`).join(""));
  return folder;
}
