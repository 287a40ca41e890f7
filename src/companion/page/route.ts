import { Store, useStore } from "./store.ts";

export const viewNames = [
  "now",
  "ask",
  "people",
  "picture",
  "settings",
  "health",
  "privacy",
  "phones",
  "camera",
  "hat",
] as const;
export type ViewName = (typeof viewNames)[number];

/** Where the page is: `#/people/0123456789abcdef` is one person's view. */
export interface Route {
  view: ViewName;
  id: string | null;
}

function read(): Route {
  const [, name, id] = location.hash.split("/");
  const view = viewNames.find((each) => each === name) ?? "now";
  return { view, id: id || null };
}

const route = new Store<Route>(read());
addEventListener("hashchange", () => route.set(read()));

export function useRoute(): Route {
  return useStore(route, (value) => value);
}

export function hrefOf(view: ViewName, id?: string): string {
  return id === undefined ? `#/${view}` : `#/${view}/${id}`;
}

export function go(view: ViewName, id?: string): void {
  location.hash = hrefOf(view, id);
}
