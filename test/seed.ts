import fc from "fast-check";

/*
 * The same examples in every run, so that a red suite is red because of what was changed. `BRIM_SEED=random` looks for new
 * ones; `BRIM_SEED=N` goes back to those of a run.
 */
const wanted = process.env.BRIM_SEED ?? "20261123";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
