import { readFileSync } from "node:fs";
import { join } from "node:path";
import { soundServers } from "./sound-server.ts";

/** Where the kernel tells of sound cards. */
export const asoundFolder = "/proc/asound";

export type SoundUse = "playback" | "capture";

/** A card of ALSA, as `cards` and `pcm` in /proc/asound tell of it. */
export interface SoundCard {
  /** Changes with the order in which cards are found; its id does not. */
  number: number;
  /** Such as "Headset", as in "hw:Headset". */
  id: string;
  /** Its name for people. */
  name: string;
  usb: boolean;
  hdmi: boolean;
  /** Numbers of its devices that play. */
  playback: number[];
  /** Numbers of its devices that record. */
  capture: number[];
}

/** The cards that are there, by their numbers; none where the kernel tells of none. */
export function soundCards(folder = asoundFolder): SoundCard[] {
  const devices = read(join(folder, "pcm"));
  // Such as " 1 [Headset        ]: USB-Audio - USB PnP Headset", and a second line with where it is.
  return [...read(join(folder, "cards")).matchAll(/^ *(\d+) \[(.*?) *\]: (.*?) - (.*)$/gm)].map(
    ([, digits, id = "", driver = "", name = ""]) => {
      const number = Number(digits);
      // Such as "01-00: USB Audio : USB Audio : playback 1 : capture 1".
      const lines = [...devices.matchAll(/^(\d+)-(\d+): (.*)$/gm)].filter(
        ([, card]) => Number(card) === number,
      );
      const that = (use: SoundUse) =>
        lines.flatMap(([, , device, words = ""]) =>
          new RegExp(` : ${use} \\d`).test(words) ? [Number(device)] : [],
        );
      return {
        number,
        id,
        name: name.trim(),
        usb: driver === "USB-Audio",
        hdmi: /hdmi/i.test(`${id} ${driver} ${name}`),
        playback: that("playback"),
        capture: that("capture"),
      };
    },
  );
}

/**
 * The card to use where none is configured: a headset on USB, else another card on USB (a camera has a microphone, too), else
 * the first that can and is not HDMI, which nobody hears. Null where there is none; then ALSA's own default is as good.
 */
export function chooseCard(use: SoundUse, cards: readonly SoundCard[] = soundCards()): SoundCard | null {
  // What `alsaDevice` opens is a card's device 0.
  const able = cards.filter((card) => card[use].includes(0) && (use === "capture" || !card.hdmi));
  const usb = able.filter((card) => card.usb);
  const headset = usb.find(({ playback, capture }) => playback.length > 0 && capture.length > 0);
  return headset ?? usb[0] ?? able[0] ?? null;
}

/**
 * A card's device by its name for ALSA. It mixes, so that several may play and record at once, where ALSA does so for the
 * card, as for all on USB. `default:CARD=…` is the same only until a package such as pipewire-alsa makes `default` its own;
 * then it takes no card.
 */
export function alsaDevice({ id }: Pick<SoundCard, "id">): string {
  return `sysdefault:CARD=${id}`;
}

/** ALSA's name of the device to use where none is configured; undefined for ALSA's own default, which is a sound server's. */
export function defaultDevice(
  use: SoundUse,
  env: NodeJS.ProcessEnv,
  folder = asoundFolder,
): string | undefined {
  if (soundServers(env).length > 0) return undefined;
  const card = chooseCard(use, soundCards(folder));
  return card === null ? undefined : alsaDevice(card);
}

/** The card that a device's name for ALSA names, by id or number: "Headset" in "plughw:Headset,0"; undefined where none. */
export function cardNamed(device: string): string | undefined {
  const named =
    /\bCARD=([^,'"]+)/.exec(device) ??
    /\b(?:hw|plughw|default|sysdefault|dmix|dsnoop):([^=,'"]+)(?:[,'"]|$)/.exec(device);
  return named?.[1];
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
