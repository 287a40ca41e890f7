/**
 * How much a kind of thing matters to somebody who walks: people first, then what moves, then what stands in the
 * way, then what one would only look for.
 */
export type Weight = "person" | "mover" | "obstacle" | "small";

export interface LabelFacts {
  weight: Weight;
  /** Typical height in metres, as it usually stands or lies. */
  height: number;
  /** Typical width in metres; for animals and vehicles the shorter side, for they may be seen from the front. */
  width: number;
}

const facts = (weight: Weight, height: number, width: number): LabelFacts => ({ weight, height, width });

/** The 80 labels of COCO with typical sizes, from which distance is judged when the range finder cannot tell. */
export const labels: Readonly<Record<string, LabelFacts>> = {
  person: facts("person", 1.65, 0.5),
  bicycle: facts("mover", 1.05, 0.6),
  car: facts("mover", 1.5, 1.8),
  motorcycle: facts("mover", 1.2, 0.8),
  airplane: facts("mover", 12, 35),
  bus: facts("mover", 3.1, 2.5),
  train: facts("mover", 3.8, 3),
  truck: facts("mover", 3, 2.4),
  boat: facts("mover", 2, 2.5),
  "traffic light": facts("obstacle", 0.9, 0.35),
  "fire hydrant": facts("obstacle", 0.75, 0.35),
  "stop sign": facts("obstacle", 0.75, 0.75),
  "parking meter": facts("obstacle", 1.3, 0.3),
  bench: facts("obstacle", 0.85, 1.5),
  bird: facts("small", 0.25, 0.2),
  cat: facts("mover", 0.3, 0.2),
  dog: facts("mover", 0.55, 0.3),
  horse: facts("mover", 1.7, 0.7),
  sheep: facts("mover", 0.9, 0.5),
  cow: facts("mover", 1.5, 0.8),
  elephant: facts("mover", 3, 2),
  bear: facts("mover", 1.2, 0.9),
  zebra: facts("mover", 1.5, 0.7),
  giraffe: facts("mover", 4.8, 1),
  backpack: facts("small", 0.5, 0.35),
  umbrella: facts("obstacle", 0.7, 1),
  handbag: facts("small", 0.3, 0.35),
  tie: facts("small", 0.5, 0.1),
  suitcase: facts("obstacle", 0.65, 0.45),
  frisbee: facts("small", 0.27, 0.27),
  skis: facts("small", 1.7, 0.2),
  snowboard: facts("small", 1.5, 0.3),
  "sports ball": facts("small", 0.22, 0.22),
  kite: facts("small", 0.8, 0.8),
  "baseball bat": facts("small", 0.8, 0.1),
  "baseball glove": facts("small", 0.3, 0.25),
  skateboard: facts("obstacle", 0.2, 0.5),
  surfboard: facts("obstacle", 1.9, 0.5),
  "tennis racket": facts("small", 0.68, 0.28),
  bottle: facts("small", 0.25, 0.08),
  "wine glass": facts("small", 0.2, 0.08),
  cup: facts("small", 0.1, 0.09),
  fork: facts("small", 0.19, 0.03),
  knife: facts("small", 0.22, 0.03),
  spoon: facts("small", 0.18, 0.04),
  bowl: facts("small", 0.08, 0.17),
  banana: facts("small", 0.12, 0.12),
  apple: facts("small", 0.08, 0.08),
  sandwich: facts("small", 0.08, 0.14),
  orange: facts("small", 0.08, 0.08),
  broccoli: facts("small", 0.15, 0.15),
  carrot: facts("small", 0.18, 0.03),
  "hot dog": facts("small", 0.06, 0.16),
  pizza: facts("small", 0.1, 0.32),
  donut: facts("small", 0.06, 0.1),
  cake: facts("small", 0.12, 0.25),
  chair: facts("obstacle", 0.9, 0.5),
  couch: facts("obstacle", 0.85, 1.9),
  "potted plant": facts("obstacle", 0.6, 0.4),
  bed: facts("obstacle", 0.8, 1.5),
  "dining table": facts("obstacle", 0.75, 1.4),
  toilet: facts("obstacle", 0.75, 0.4),
  tv: facts("obstacle", 0.6, 1),
  laptop: facts("small", 0.25, 0.35),
  mouse: facts("small", 0.04, 0.07),
  remote: facts("small", 0.17, 0.05),
  keyboard: facts("small", 0.15, 0.44),
  "cell phone": facts("small", 0.15, 0.075),
  microwave: facts("small", 0.3, 0.5),
  oven: facts("obstacle", 0.85, 0.6),
  toaster: facts("small", 0.2, 0.28),
  sink: facts("obstacle", 0.25, 0.55),
  refrigerator: facts("obstacle", 1.7, 0.65),
  book: facts("small", 0.22, 0.16),
  clock: facts("small", 0.3, 0.3),
  vase: facts("small", 0.3, 0.15),
  scissors: facts("small", 0.17, 0.08),
  "teddy bear": facts("small", 0.35, 0.25),
  "hair drier": facts("small", 0.22, 0.2),
  toothbrush: facts("small", 0.19, 0.02),
};

const unknown: LabelFacts = facts("small", 0.3, 0.3);

/** What people wear or carry, which is a part of them while they do. */
export const worn: ReadonlySet<string> = new Set(["tie", "handbag", "backpack"]);

/** What is known of a label; a label that is not in the table counts as something small. */
export function factsOf(label: string | null): LabelFacts {
  return label !== null && Object.hasOwn(labels, label) ? (labels[label] ?? unknown) : unknown;
}
