import { selectViews } from "./select.ts";
import type { Store } from "./store.ts";
import type { Change, View } from "./types.ts";

/**
 * Keeps the best and most varied of an entry's views, old and new, of each network. To be used inside of `Store.write`.
 * @returns what undoes it
 */
export function keepViews(store: Store, id: string, views: readonly View[]): Change["undo"] {
  const remove: number[] = [];
  const restore: View[] = [];
  const old = store.viewsOf(id);
  for (const model of new Set(views.map((view) => view.model))) {
    const ofModel = (view: View) => view.model === model;
    const before = old.filter(ofModel);
    const kept = new Set<View>(selectViews([...before, ...views.filter(ofModel)]));
    for (const view of before) {
      if (kept.delete(view)) continue;
      store.deleteView(view.key);
      restore.push(view);
    }
    for (const view of kept) remove.push(store.insertView(id, view));
  }
  return { remove, restore };
}
