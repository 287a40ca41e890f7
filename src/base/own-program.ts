import { fileURLToPath } from "node:url";

/** The command that runs one of our own programs with its options. */
export function ownProgram(name: "guard" | "eyes", options: object): string[] {
  return [
    process.execPath,
    fileURLToPath(new URL(`../${name}.js`, import.meta.url)),
    JSON.stringify(options),
  ];
}
