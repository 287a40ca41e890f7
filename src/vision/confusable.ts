import type { Label } from "./labels.ts";

/** Classes that the network takes for each other from one frame to the next, although the thing is the same. */
const groups: readonly (readonly Label[])[] = [
  ["car", "truck", "bus", "train"],
  ["bicycle", "motorcycle"],
  ["chair", "couch", "bench", "bed"],
  ["cup", "bottle", "wine glass", "vase", "bowl"],
  ["backpack", "handbag", "suitcase"],
  ["tv", "laptop"],
  ["cell phone", "remote", "mouse"],
  ["cat", "dog", "teddy bear"],
  ["horse", "cow", "sheep"],
  ["knife", "fork", "spoon"],
  ["oven", "microwave", "refrigerator", "toaster"],
  ["apple", "orange", "sports ball"],
];

const groupOf = new Map<Label, number>(
  groups.flatMap((group, index) => group.map((label): [Label, number] => [label, index])),
);

/** Whether two detections with these labels may be the same thing. */
export function mayBeSame(a: Label, b: Label): boolean {
  if (a === b) return true;
  const group = groupOf.get(a);
  return group !== undefined && group === groupOf.get(b);
}
