/** What is used of the package, which brings no types. */
declare module "play-sound" {
  import type { ChildProcess, SpawnOptions } from "node:child_process";

  export default function playSound(options: { player: string }): {
    /** @param options of `spawn`, and the player's arguments under the player's name */
    play(
      file: string,
      options: SpawnOptions & Record<string, unknown>,
      next: (error: unknown) => void,
    ): ChildProcess | null | undefined;
  };
}
