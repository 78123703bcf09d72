/** Who wants to hear of something. One that throws is logged and does not disturb the others. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Calls back until the returned function is called. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (error) {
        this.#log(`a listener failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
