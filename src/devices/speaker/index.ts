import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { BrimError, nearest } from "../../base/errors.ts";
import type { Speaker } from "../ports.ts";
import { PacedSpeaker } from "./paced.ts";
import { PlayerProcess } from "./player.ts";
import { findProgram } from "./programs.ts";
import { sampleRate } from "./sound.ts";

export interface SpeakerDeps {
  clock: Clock;
  env: NodeJS.ProcessEnv;
}

interface Player {
  args: string[];
  debian: string;
}

const rate = String(sampleRate);

/** Programs that play raw sound from stdin, with buffers short enough to be interrupted. */
const players: Record<string, Player> = {
  "pw-play": {
    args: ["--raw", "--rate", rate, "--channels", "1", "--format", "s16", "--latency", "50ms", "-"],
    debian: "pipewire-bin",
  },
  paplay: {
    args: ["--raw", `--rate=${rate}`, "--channels=1", "--format=s16le", "--latency-msec=50"],
    debian: "pulseaudio-utils",
  },
  aplay: {
    args: `-q -t raw -f S16_LE -c 1 -r ${rate} --buffer-time=200000 --start-delay=40000 -`.split(" "),
    debian: "alsa-utils",
  },
};

/**
 * Makes the speaker of that name; `auto` takes the player of the sound system that is there, else `silent`, which
 * takes as long as the sound would.
 * @throws BrimError CONFIG for an unknown name, DEVICE when the player that was asked for is not installed
 */
export function createSpeaker(name: string, deps: SpeakerDeps): Speaker {
  const chosen = name === "auto" ? choosePlayer(deps.env) : name;
  if (chosen === "silent") return new PacedSpeaker("silent", deps.clock, null);
  const player = Object.hasOwn(players, chosen) ? players[chosen] : undefined;
  if (player === undefined) {
    const known = ["auto", ...Object.keys(players), "silent"];
    const near = nearest(name, known);
    const hint = near ? `; did you mean ${near}?` : "";
    throw new BrimError("CONFIG", `speech.player = "${name}": expected ${known.join(", ")}${hint}`);
  }
  const program = findProgram(chosen, deps.env);
  if (program === null) {
    throw new BrimError("DEVICE", `${chosen} is not installed: apt install ${player.debian}`);
  }
  return new PacedSpeaker(chosen, deps.clock, new PlayerProcess(deps.clock, program, player.args));
}

/** The player for the sound system that runs here: PipeWire, PulseAudio, or bare ALSA with a card. */
function choosePlayer(env: NodeJS.ProcessEnv): string {
  const runtime = env.XDG_RUNTIME_DIR;
  const pulse = env.PULSE_SERVER !== undefined || (runtime && existsSync(join(runtime, "pulse/native")));
  if (pulse && findProgram("paplay", env) !== null) return "paplay";
  if (runtime && existsSync(join(runtime, "pipewire-0")) && findProgram("pw-play", env) !== null)
    return "pw-play";
  return hasCard() && findProgram("aplay", env) !== null ? "aplay" : "silent";
}

function hasCard(): boolean {
  try {
    return /^\s*\d+ \[/m.test(readFileSync("/proc/asound/cards", "utf8"));
  } catch {
    return false;
  }
}
