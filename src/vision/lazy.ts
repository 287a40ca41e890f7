/** Something that is costly to open and is opened when it is first needed. A failure is tried again the next time. */
export class Lazy<T> {
  #opening: Promise<T> | null = null;

  constructor(private readonly open: () => Promise<T>) {}

  get(): Promise<T> {
    this.#opening ??= this.open().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }
}
