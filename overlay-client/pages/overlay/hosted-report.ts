import type { HostedReport } from '../../../protocol/index.js';

/** The server takes two reports a second. */
const REPORT_EVERY_MS = 1000;
/** Of one line, in a report; the server cuts it further. */
const LINE_MAX = 400;
const GRAPHICS_MAX = 200;

/** Tells the server how hosted graphics fare: all of them after a change, at most once a second, so that the last word always gets there. */
export class HostedReporter {
  readonly #send: (report: HostedReport) => void;
  readonly #lines = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(send: (report: HostedReport) => void) {
    this.#send = send;
  }

  /** @param line '': it works; null: it is no longer here */
  set(graphic: string, line: string | null): void {
    const cut = line?.slice(0, LINE_MAX);
    if (this.#lines.get(graphic) === cut) return;
    if (cut === undefined) this.#lines.delete(graphic);
    else this.#lines.set(graphic, cut);
    this.tell();
  }

  /** Soon, whether anything changed or not: the server forgets what a page said once it is gone. */
  tell(): void {
    if (this.#lines.size === 0) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#sentAtMs = performance.now();
        this.#send([...this.#lines].slice(0, GRAPHICS_MAX).map(([graphic, line]) => ({ graphic, line })));
      },
      Math.max(50, this.#sentAtMs + REPORT_EVERY_MS - performance.now()),
    );
  }
}
