import type { GraphicState, Size } from '../../../protocol/index.js';
import { HOSTED } from '../../graphics/registry.js';
import { ForeignFrame, type Report } from './foreign-frame.js';

/** Told how a hosted graphic fares: its id on the channel, and what is wrong in one line, '' once it works, null once it is gone. */
export type ForeignReport = (graphic: string, line: Parameters<Report>[0] | null) => void;

/**
 * Others' OGraf graphics in a page, each in a sandboxed frame of its own over what is there, in the order of the rundown. The channel's state is the
 * truth: what a graphic is told follows from how its state changed, and a page that reloads brings it to where it was, without animation.
 */
export class ForeignGraphics {
  readonly #container: HTMLElement;
  readonly #picture: Size;
  readonly #report: ForeignReport;
  readonly #live = new Map<string, ForeignFrame>();

  constructor(container: HTMLElement, picture: Size, report: ForeignReport) {
    this.#container = container;
    this.#picture = picture;
    this.#report = report;
  }

  set(graphics: readonly GraphicState[]): void {
    const wanted = graphics.filter(({ type }) => type.startsWith(HOSTED));
    for (const [id, foreign] of this.#live) {
      if (wanted.some((state) => state.id === id && state.type === foreign.state.type)) continue;
      foreign.close();
      this.#live.delete(id);
      this.#report(id, null);
    }
    for (const [order, state] of wanted.entries()) {
      const foreign = this.#live.get(state.id);
      if (foreign) foreign.follow(state, order + 1);
      else {
        const report: Report = (line) => this.#report(state.id, line);
        this.#live.set(state.id, new ForeignFrame(this.#container, state, order + 1, this.#picture, report));
      }
    }
  }

  /** Looks at once whether every graphic still answers; those that do not are hidden when this resolves. */
  async check(): Promise<void> {
    await Promise.all([...this.#live.values()].map((foreign) => foreign.check()));
  }

  close(): void {
    for (const foreign of this.#live.values()) foreign.close();
    this.#live.clear();
  }
}
