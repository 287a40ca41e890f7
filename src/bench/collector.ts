/**
 * Loaded into each process of a hat that is soaked: SIGUSR2 collects its garbage, so that what stays in memory can be told
 * from what would have been thrown away a little later. Between two full collections of its own, which on a quiet hat are
 * more than half an hour apart, the mind goes up by some per cent.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  process.on("SIGUSR2", () => collect());
}
