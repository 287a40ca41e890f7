import type { Clock } from "../../base/clock.ts";
import { BrimError, nearest } from "../../base/errors.ts";
import type { Speaker } from "../ports.ts";
import { findProgram } from "../programs.ts";
import { FileSink } from "./file.ts";
import { PlayerProcess } from "./player.ts";
import { choosePlayer, findPlayer, players } from "./players.ts";
import { SilentSink } from "./silent.ts";
import { StreamSpeaker } from "./stream.ts";

export interface SpeakerDeps {
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** The player's name of the device to play on; without one, the card of the headset, or a sound server's default. */
  device?: string | undefined;
  /** Where the driver `file` writes. */
  file?: string | undefined;
}

/** Drivers besides the players, which are drivers too, by their names. */
const others = ["auto", "stream", "play-sound", "file", "silent", "none"];

/**
 * Makes the speaker of that name: `stream` is one long-lived process of the player that fits the sound system (or
 * of the one that is named), `play-sound` starts a player a sentence, `file` writes a WAV file, `silent` (or `none`)
 * takes as long as the sound would. `auto` is `stream`, or `play-sound` where there is no player for a stream.
 * @throws BrimError CONFIG for an unknown name, DEVICE when the player that was asked for is not installed
 */
export async function createSpeaker(name: string, deps: SpeakerDeps): Promise<Speaker> {
  const { clock, env, device, file } = deps;
  switch (name) {
    case "auto":
      if (Object.keys(players).some((player) => findProgram(player, env) !== null)) {
        return createSpeaker("stream", deps);
      }
      return (await createPlaySound(deps)) ?? createSpeaker("stream", deps);
    case "stream":
      return new StreamSpeaker(clock, new PlayerProcess(clock, () => choosePlayer(device, env)));
    case "play-sound": {
      const speaker = await createPlaySound(deps);
      if (speaker !== null) return speaker;
      throw new BrimError("DEVICE", "play-sound finds no program that plays files: apt install alsa-utils");
    }
    case "file":
      if (file !== undefined) return new StreamSpeaker(clock, new FileSink(file));
      throw new BrimError("CONFIG", 'speech.player = "file": say where in speech.file');
    case "silent":
    case "none":
      return new StreamSpeaker(clock, new SilentSink());
  }
  const player = Object.hasOwn(players, name) ? players[name] : undefined;
  if (player === undefined) {
    const known = [...others, ...Object.keys(players)];
    const near = nearest(name, known);
    const hint = near ? `; did you mean ${near}?` : "";
    throw new BrimError("CONFIG", `speech.player = "${name}": expected ${known.join(", ")}${hint}`);
  }
  if (findProgram(name, env) === null) {
    throw new BrimError("DEVICE", `${name} is not installed: apt install ${player.debian}`);
  }
  return new StreamSpeaker(clock, new PlayerProcess(clock, () => findPlayer(name, device, env)));
}

/** Null where there is nothing that plays files. */
async function createPlaySound({ clock, env, device }: SpeakerDeps): Promise<Speaker | null> {
  const { choosePlayerOfFiles, PlaySoundSpeaker } = await import("./play-sound.ts");
  const find = () => choosePlayerOfFiles(device, env);
  const player = find();
  return player === null ? null : new PlaySoundSpeaker(clock, player, () => find() ?? player);
}
