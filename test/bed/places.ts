import { join } from "node:path";

/** The checkout. What runs is bundled, and does not lie where its source does. */
export const brimRoot = process.env.BRIM_ROOT ?? process.cwd();
export const brimMain = join(brimRoot, "dist/cli/main.js");
/** The bed's own programs, bundled by test/bed/run. */
export const programs = process.env.BRIM_BED ?? "";
