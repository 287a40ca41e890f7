import { setFlagsFromString } from "node:v8";

/**
 * Keeps the place for new objects at the 1 MB with which it begins (16 MB is as far as V8 lets it grow, and a process never
 * gives it back): a quarter less memory for the mind, a sixth for eyes and reader. It is swept more often, a fraction of a
 * millisecond each time. Call it first.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
