/** One thing that was done: how it was before and after, in one line, and by whom. */
export interface Step<T> {
  readonly before: T;
  readonly line: string;
  readonly by: string;
  /** Steps in a row with the same key are one: typing in a field is not undone letter by letter. */
  readonly key?: string | undefined;
}

const MOST_STEPS = 50;

/** What can be undone and done again: a bounded list of whole states. */
export class History<T> {
  #done: Step<T>[] = [];
  #undone: Step<T>[] = [];

  add(step: Step<T>): void {
    this.#undone = [];
    const last = this.#done.at(-1);
    if (step.key !== undefined && last?.key === step.key) this.#done[this.#done.length - 1] = { ...step, before: last.before };
    else this.#done.push(step);
    if (this.#done.length > MOST_STEPS) this.#done.shift();
  }

  /** @returns the state before the last step and its line, or undefined when there is none. */
  undo(now: T): Step<T> | undefined {
    const step = this.#done.pop();
    if (step) this.#undone.push({ ...step, before: now });
    return step;
  }

  /** @returns the state after the last step that was undone, and its line. */
  redo(now: T): Step<T> | undefined {
    const step = this.#undone.pop();
    if (step) this.#done.push({ ...step, before: now, key: undefined });
    return step;
  }

  /** Lines of what would be undone and done again next, and whose it was. */
  get next(): { undo: string | null; redo: string | null } {
    return { undo: told(this.#done.at(-1)), redo: told(this.#undone.at(-1)) };
  }
}

function told(step: Pick<Step<unknown>, 'line' | 'by'> | undefined): string | null {
  return step ? `${step.line}${step.by && ` (${step.by})`}` : null;
}
