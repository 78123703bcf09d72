/**
 * A bounded queue between two stages. When full, `wait` makes the producer wait (files: nothing may be lost); `drop` disposes of the oldest
 * item and counts it (live: the newest picture matters).
 */
export class BoundedQueue<T> {
  private readonly items: T[] = [];
  private ended = false;
  private failure: Error | null = null;
  private wakeTaker: (() => void) | null = null;
  private wakeGiver: (() => void) | null = null;
  /** Items disposed of because nobody took them in time. */
  dropped = 0;

  constructor(
    private readonly limit: number,
    private readonly whenFull: 'wait' | 'drop',
    private readonly dispose: (dropped: T, next: T | undefined) => void,
  ) {}

  /** Resolves when there is room for more. An item pushed after the end is disposed of. */
  async push(item: T): Promise<void> {
    if (this.ended) return this.dispose(item, undefined);
    this.items.push(item);
    this.wakeTaker?.();
    if (this.whenFull === 'drop') {
      while (this.items.length > this.limit) {
        this.dispose(this.items.shift()!, this.items[0]);
        this.dropped++;
      }
      return;
    }
    while (this.items.length >= this.limit && !this.ended) await new Promise<void>((resolve) => (this.wakeGiver = resolve));
  }

  /** No more items. What is queued is still delivered; then the failure, if any, is thrown to the taker. */
  end(failure?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure ?? null;
    this.wakeTaker?.();
    this.wakeGiver?.();
  }

  /** Ends and disposes of everything queued. */
  clear(): void {
    this.end();
    for (const item of this.items.splice(0)) this.dispose(item, undefined);
  }

  /** @returns the next item, or null after the end. One taker at a time. */
  async take(): Promise<T | null> {
    while (this.items.length === 0) {
      if (this.ended) {
        if (this.failure) throw this.failure;
        return null;
      }
      await new Promise<void>((resolve) => (this.wakeTaker = resolve));
    }
    const item = this.items.shift()!;
    this.wakeGiver?.();
    return item;
  }
}
