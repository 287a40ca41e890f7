import { join } from "node:path";
import { findProgram } from "../devices/programs.ts";
import {
  alsaDevice,
  asoundFolder,
  cardNamed,
  chooseCard,
  type SoundCard,
  type SoundUse,
  soundCards,
} from "../devices/sound-card.ts";
import { soundServers } from "../devices/sound-server.ts";
import { choosePlayer, findPlayer, players } from "../devices/speaker/players.ts";
import { bad, type Check, type Finding, good } from "./doctor-world.ts";

/** What plays, and on which card. */
export const sound: Check = async ({ config, root, env }) => {
  const { player: name, device } = config.speech;
  if (["silent", "none", "file"].includes(name)) return [];
  const asound = join(root, asoundFolder);
  const cards = soundCards(asound);
  const named = Object.hasOwn(players, name) ? players[name] : undefined;
  const player = named ? findPlayer(name, device, env, asound) : choosePlayer(device, env, asound);
  if (player === null) {
    if (cards.length === 0) return [noSound("there is no sound card and no sound server")];
    return [
      bad(
        "there is a sound card, and no program to play with",
        `sudo apt install ${named?.debian ?? "alsa-utils"}`,
      ),
    ];
  }
  if (player.name === "aplay" && device !== undefined) {
    return [
      wrongDevice("playback", "speech.device", device, cards) ?? good(`sound through aplay on ${device}`),
    ];
  }
  if (player.name !== "aplay" || soundServers(env).length > 0) return [good(`sound through ${player.name}`)];
  const card = chooseCard("playback", cards);
  if (card !== null) return [good(`sound through aplay on ${card.name}`)];
  const plays = cards.some(({ playback }) => playback.length > 0);
  return [noSound(plays ? "there is only HDMI" : "no sound card plays")];
};

const noSound = (why: string) =>
  bad(`no sound: ${why}`, "plug in the headset, or set speech.device; aplay -L lists what there is");

/** What records, and with which card. */
export const mic: Check = async ({ config, root, env }) => {
  const { driver, device } = config.microphone;
  if (driver !== "auto" && driver !== "node-record-lpcm16") return [];
  if (!["arecord", "sox"].some((name) => findProgram(name, env) !== null)) {
    return [bad("there is no program to record with", "sudo apt install alsa-utils")];
  }
  const cards = soundCards(join(root, asoundFolder));
  if (device !== undefined) {
    return [wrongDevice("capture", "microphone.device", device, cards) ?? good(`microphone ${device}`)];
  }
  // It decides itself what it records from.
  if (soundServers(env).length > 0) return [good("microphone of the sound server")];
  const card = chooseCard("capture", cards);
  if (card !== null) return [good(`microphone of ${card.name}`)];
  return [
    bad(
      "no microphone: no sound card records",
      "plug in a headset with one; without it names come from the phone alone, and questions cannot be asked",
    ),
  ];
};

/** What is wrong with a device that is configured; null where nothing is, or where it names no card. */
function wrongDevice(
  use: SoundUse,
  setting: string,
  device: string,
  cards: readonly SoundCard[],
): Finding | null {
  const named = cardNamed(device);
  if (named === undefined) return null;
  const does = use === "playback" ? "plays" : "records";
  const card = cards.find(({ id, number }) => id === named || String(number) === named);
  if (card !== undefined && card[use].length > 0) return null;
  const able = cards.filter((one) => one[use].length > 0).map(alsaDevice);
  return bad(
    `${setting} = "${device}": there is no sound card ${named}${card === undefined ? "" : ` that ${does}`}`,
    able.length === 0
      ? `plug it in: no sound card ${does}`
      : `plug it in, or set ${setting} to one that ${does}: ${able.join(", ")}`,
  );
}
