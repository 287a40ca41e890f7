// Copies the companion page, which needs no compiling, beside the compiled server.
import { cpSync, rmSync } from "node:fs";

const from = new URL("../src/companion/page/", import.meta.url);
const to = new URL("../dist/companion/page/", import.meta.url);
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
