/** Lets the tasks of one key run one after another, in the order in which they came; those of other keys do not wait. */
export class TurnsByKey<Key> {
  readonly #last = new Map<Key, Promise<void>>();

  /** Runs `task` when those before it have ended, well or not. */
  take<T>(key: Key, task: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(task);
    const ended = () => {};
    this.#last.set(key, mine.then(ended, ended));
    return mine;
  }
}
