/** How alike two embeddings of one network must be to be taken for the same, and what that costs. */
export interface Calibration {
  /** Cosine from which a name is said, and from which it is said with "perhaps", while few are enrolled. */
  sure: number;
  perhaps: number;
  /**
   * The most that strangers may be taken for somebody enrolled, surely and with "perhaps": a share of them, whatever
   * the number enrolled.
   */
  falseSure: number;
  falsePerhaps: number;
  /** Sure only when the second best entry is so much less alike; nearer than that, it is "perhaps". */
  margin: number;
  /** Views of two who are less alike than this are not of the same, whatever the person says who enrols them. */
  another: number;
  /**
   * Cosine, and log10 of the share of pairs of different ones that reach it; ascending. Between the points and beyond
   * the last two the logarithm is taken to be linear.
   */
  falseAlarms: readonly (readonly [cosine: number, log10: number])[];
}

/** The one table of thresholds, by the name of the network (the part of a view's model before the @). */
const calibrations: Record<string, Calibration> = {
  "face-embed": {
    sure: 0.45,
    perhaps: 0.35,
    falseSure: 1e-3,
    falsePerhaps: 1e-2,
    margin: 0.06,
    another: 0.2,
    // Labeled Faces in the Wild, official pairs.
    falseAlarms: [
      [0.335, -3],
      [0.408, -4],
      [0.468, -5],
    ],
  },
  // On 49 photos of ten things, three each learned, `brim models evaluate-things` tells what these thresholds make of
  // them. One thing from two sides may be as unlike as strangers are (.16).
  "thing-embed": {
    sure: 0.6,
    perhaps: 0.5,
    falseSure: 1e-2,
    falsePerhaps: 5e-2,
    margin: 0.05,
    another: 0.1,
    // 1.9 million pairs of 1,938 things in different photos of COCO, Clothing Co-Parsing, Oxford-IIIT Pet and ECSSD;
    // among things of one kind false alarms are six to thirty times as frequent.
    falseAlarms: [
      [0.204, -1],
      [0.405, -2],
      [0.556, -3],
      [0.67, -4],
      [0.76, -5],
    ],
  },
};

/** The calibration of a view's network, or undefined where it has none: such views cannot be matched. */
export function calibrationOf(model: string): Calibration | undefined {
  const name = model.split("@", 1)[0] ?? "";
  return Object.hasOwn(calibrations, name) ? calibrations[name] : undefined;
}

/**
 * The two thresholds with `enrolled` views in the gallery.
 *
 * A stranger is compared with every one of them, so that the chance that any fits is 1 − (1 − f)^n ≈ n·f, where f is
 * that of a single pair (Grother, Ngan, Hanaoka, "Face Recognition Vendor Test part 2: identification", NIST IR 8271,
 * on FPIR and FMR). To stay at a share F of strangers, a pair may be taken for the same in F/n of cases only. Views
 * of one person are alike, so n counts too many, which errs on the side of silence.
 */
export function thresholds(calibration: Calibration, enrolled: number): { sure: number; perhaps: number } {
  const n = Math.max(1, enrolled);
  const sure = Math.max(calibration.sure, cosineAt(calibration, Math.log10(calibration.falseSure / n)));
  const perhaps = Math.max(
    calibration.perhaps,
    cosineAt(calibration, Math.log10(calibration.falsePerhaps / n)),
  );
  return { sure, perhaps: Math.min(perhaps, sure) };
}

/** The cosine from which two views are taken for the same, when nobody else is compared: 1 in 1,000 pairs is not. */
export function sameFrom(calibration: Calibration): number {
  return cosineAt(calibration, -3);
}

/** The cosine that a share of 10^log10 of pairs of different ones reaches, by the calibration's points. */
function cosineAt({ falseAlarms }: Calibration, log10: number): number {
  const after = falseAlarms.findIndex(([, value]) => value <= log10);
  const high = Math.min(Math.max(1, after === -1 ? falseAlarms.length - 1 : after), falseAlarms.length - 1);
  const [x0, y0] = falseAlarms[high - 1] ?? [1, 0];
  const [x1, y1] = falseAlarms[high] ?? [1, 0];
  return Math.min(1, x0 + ((log10 - y0) * (x1 - x0)) / (y1 - y0));
}
