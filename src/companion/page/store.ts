import { useEffect, useState } from "preact/hooks";

/** A value that views follow. */
export class Store<T> {
  readonly #listeners = new Set<() => void>();

  constructor(public value: T) {}

  set(value: T): void {
    this.value = value;
    for (const listener of this.#listeners) listener();
  }

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The part of a store that a view shows; it is drawn anew only where that part is another. */
export function useStore<T, P>(store: Store<T>, select: (value: T) => P): P {
  const selected = select(store.value);
  const [, draw] = useState<{ is: P }>({ is: selected });
  useEffect(() => {
    let shown = select(store.value);
    // What has changed between drawing and now.
    if (!Object.is(shown, selected)) draw({ is: shown });
    return store.follow(() => {
      const next = select(store.value);
      if (Object.is(next, shown)) return;
      shown = next;
      draw({ is: next });
    });
  }, []);
  return selected;
}
