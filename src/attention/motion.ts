/** Whether somebody or something moves by itself, towards the wearer or away. */
export type Motion = "coming" | "going";

/** Where something was in one frame. */
export interface Sample {
  /** ms */
  at: number;
  metres: number;
  /** Degrees from straight ahead, right positive. */
  angle: number;
}

/** Judged over this time, and not before so much of it was seen in so many frames. */
export const motionMs = 2_000;
const leastMs = 1_200;
const leastSamples = 5;
/** Who walks comes nearer to all that stands: only what closes faster than a brisk walk (1.5 m/s) comes by itself. */
const comingSpeed = 2;
const goingSpeed = 0.7;
/** The slope must be so many times its standard error, for a box that flickers has a slope too. */
const certainty = 4;

/** The slope of a least-squares line through the distances, where it tells of motion; else null. */
export function motionOf(samples: readonly Pick<Sample, "at" | "metres">[]): Motion | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return null;
  if (samples.length < leastSamples || last.at - first.at < leastMs) return null;
  const n = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / n;
  const meanMetres = samples.reduce((sum, { metres }) => sum + metres, 0) / n;
  let [spread, shared, whole] = [0, 0, 0];
  for (const { at, metres } of samples) {
    spread += ((at - meanAt) / 1_000) ** 2;
    shared += ((at - meanAt) / 1_000) * (metres - meanMetres);
    whole += (metres - meanMetres) ** 2;
  }
  const speed = shared / spread;
  const error = Math.sqrt(Math.max(0, whole - speed * shared) / (n - 2) / spread);
  if (Math.abs(speed) < certainty * error) return null;
  if (speed <= -comingSpeed) return "coming";
  return speed >= goingSpeed ? "going" : null;
}
