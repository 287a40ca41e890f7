import { modelPath, samplePhotosFolder } from "../../src/models/registry.ts";

/** Whether the models are built; without them the tests that need real networks are skipped. */
export const built = isBuilt();

/** Name of a group of tests that needs the models, with the reason where it is skipped. */
export function needingModels(name: string): string {
  return built ? name : `${name} (skipped: run \`brim models build\` first)`;
}

function isBuilt(): boolean {
  try {
    for (const name of ["nanodet", "face-detect", "face-landmark", "face-embed", "thing-embed", "squeezesam"])
      modelPath(name);
    samplePhotosFolder();
    return true;
  } catch {
    return false;
  }
}
