import { findProgram } from "../programs.ts";
import { asoundFolder, defaultDevice, soundCards } from "../sound-card.ts";
import { soundServers } from "../sound-server.ts";
import type { PlayerProgram } from "./player.ts";
import { sampleRate } from "./sound.ts";

interface Player {
  args: string;
  /** How a device is named to it. */
  device: (name: string) => string[];
  debian: string;
  /** See `PlayerProgram`. */
  ready?: RegExp;
  late?: RegExp;
}

/** Programs that play raw sound from stdin, with buffers short enough to be interrupted. */
export const players: Record<string, Player> = {
  "pw-play": {
    args: `--raw --rate ${sampleRate} --channels 1 --format s16 --latency 50ms`,
    device: (name) => ["--target", name],
    debian: "pipewire-bin",
  },
  paplay: {
    args: `--raw --rate=${sampleRate} --channels=1 --format=s16le --latency-msec=50 --client-name=Brim --verbose`,
    ready: /Stream successfully created/,
    late: /Stream underrun/,
    device: (name) => [`--device=${name}`],
    debian: "pulseaudio-utils",
  },
  aplay: {
    args: `-t raw -f S16_LE -c 1 -r ${sampleRate} --buffer-time=160000 --period-time=20000 --start-delay=40000`,
    ready: /Playing raw data/,
    late: /underrun/,
    device: (name) => ["-D", name],
    debian: "alsa-utils",
  },
};

/** The player of that name with its arguments, or null where it is not installed. ALSA's takes the card that is there. */
export function findPlayer(
  name: string,
  configured: string | undefined,
  env: NodeJS.ProcessEnv,
  asound = asoundFolder,
): PlayerProgram | null {
  const player = Object.hasOwn(players, name) ? players[name] : undefined;
  const program = findProgram(name, env);
  if (player === undefined || program === null) return null;
  const { args, device: choose, debian: _debian, ...words } = player;
  const device = configured ?? (name === "aplay" ? defaultDevice("playback", env, asound) : undefined);
  const all = [...args.split(" "), ...(device === undefined ? [] : choose(device))];
  // paplay takes a name to be a file's, others want to be told that it is stdin.
  return { name, program, args: name === "paplay" ? all : [...all, "-"], ...words };
}

/** The player for the sound system that runs here: PulseAudio (or PipeWire as such), PipeWire, bare ALSA with a card. */
export function choosePlayer(
  device: string | undefined,
  env: NodeJS.ProcessEnv,
  asound = asoundFolder,
): PlayerProgram | null {
  const servers = soundServers(env);
  const found = (name: string) => findPlayer(name, device, env, asound);
  return (
    (servers.includes("pulse") ? found("paplay") : null) ??
    (servers.includes("pipewire") ? found("pw-play") : null) ??
    (soundCards(asound).length > 0 ? found("aplay") : null)
  );
}
