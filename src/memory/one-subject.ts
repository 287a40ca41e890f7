import { cosine } from "./select.ts";
import type { View } from "./types.ts";

/**
 * Which of some views show the same subject: those that resemble a view that is known, or, where none is, the view that
 * resembles most others; and those that resemble these. One photo of somebody else would make the hat call two by one
 * name.
 * @param known views that are known to show the subject, of the same network
 * @param another cosine under which two views are of different subjects
 */
export function ofOneSubject(views: readonly View[], known: readonly View[], another: number): boolean[] {
  const accepted = views.map(() => false);
  const sure = [...known];
  if (sure.length === 0) {
    const first = mostTypical(views);
    accepted[first] = true;
    sure.push(...views.slice(first, first + 1));
  }
  for (let found = true; found; ) {
    found = false;
    for (const [i, view] of views.entries()) {
      if (accepted[i] || !sure.some((other) => cosine(other.embedding, view.embedding) >= another)) continue;
      accepted[i] = true;
      sure.push(view);
      found = true;
    }
  }
  return accepted;
}

function mostTypical(views: readonly View[]): number {
  const sums = views.map((view) =>
    views.reduce((sum, other) => sum + cosine(view.embedding, other.embedding), 0),
  );
  return sums.indexOf(Math.max(...sums));
}
