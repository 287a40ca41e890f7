import { existsSync } from "node:fs";
import { join } from "node:path";

export type SoundServer = "pulse" | "pipewire";

/**
 * The sound servers of this session, by their sockets; PipeWire is both where it stands in for PulseAudio. Where there is one,
 * it decides what plays and records, and ALSA's default leads to it.
 */
export function soundServers({
  PULSE_SERVER,
  XDG_RUNTIME_DIR: runtime = "",
}: NodeJS.ProcessEnv): SoundServer[] {
  const there = (socket: string) => runtime !== "" && existsSync(join(runtime, socket));
  return [
    ...(PULSE_SERVER !== undefined || there("pulse/native") ? (["pulse"] as const) : []),
    ...(there("pipewire-0") ? (["pipewire"] as const) : []),
  ];
}
