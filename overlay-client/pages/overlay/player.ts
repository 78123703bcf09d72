import type { ChannelScene, ChannelState, GraphicState, SourceHealth, TrackingFrame } from '../../../protocol/index.js';
import { FrameShelf } from '../shared/frame-shelf.js';

/** What draws; the browser host is one. */
export interface Drawer {
  /** Draws this frame's scene on a transparent ground. */
  render(frame: TrackingFrame, graphics: readonly GraphicState[]): void;
  /** Takes note of a frame that is not drawn: histories need every one. */
  observe(frame: TrackingFrame): void;
  resize(width: number, height: number): void;
  destroy(): void;
}

/** No frame this long after a change: none is coming, and animations would stand still. */
const SETTLE_AFTER_MS = 150;

/**
 * Shows frames through a drawer, and does nothing while there is nothing new: it asks for an animation frame only when a frame waits or the
 * graphics changed. What it needs of the browser is handed in.
 */
export class OverlayPlayer {
  framesDrawn = 0;
  lastMediaTimeUs = -1;
  readonly #shelf: FrameShelf;
  #drawer: Drawer | undefined;
  #graphics: readonly GraphicState[] = [];
  /** What `#graphics` was set from. */
  #told = '';
  #last: TrackingFrame | undefined;
  #changed = false;
  #requested = false;
  #onAir = true;
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(delayMs: number) {
    this.#shelf = new FrameShelf(delayMs);
  }

  /** A new drawer, for a new scene; the old one is destroyed. */
  use(drawer: Drawer): void {
    this.#drawer?.destroy();
    this.#drawer = drawer;
    this.redraw();
  }

  push(frame: TrackingFrame): void {
    clearTimeout(this.#settle);
    this.#shelf.push(frame, performance.now());
    this.#request();
  }

  setGraphics(graphics: readonly GraphicState[]): void {
    const told = JSON.stringify(graphics);
    if (told === this.#told) return;
    this.#told = told;
    this.#graphics = graphics;
    this.redraw();
    this.#settleLater();
  }

  /** Without a picture there is nothing for graphics to lie on: they go, rather than freeze on air. */
  setSource(source: SourceHealth): void {
    const onAir = source === 'live' || source === 'opening';
    if (onAir === this.#onAir) return;
    this.#onAir = onAir;
    this.redraw();
  }

  /** Draws the last frame again: after a change of size or of graphics. */
  redraw(): void {
    this.#changed = true;
    this.#request();
  }

  #request(): void {
    if (this.#requested) return;
    this.#requested = true;
    requestAnimationFrame(() => {
      this.#requested = false;
      this.#draw();
      if (this.#shelf.waiting > 0) this.#request();
    });
  }

  #draw(): void {
    const drawer = this.#drawer;
    if (!drawer) return;
    const due = this.#shelf.take(performance.now());
    for (const frame of due.slice(0, -1)) drawer.observe(frame);
    const show = due.at(-1) ?? (this.#changed ? this.#last : undefined);
    if (!show) return;
    this.#changed = false;
    this.#last = show;
    drawer.render(show, this.#onAir ? this.#graphics : []);
    this.framesDrawn++;
    this.lastMediaTimeUs = show.mediaTimeUs;
  }

  /**
   * Animations run on media time. Where none passes (a stopped channel), a graphic that was taken off would stay on air for ever: the
   * change is drawn as if it had always been so.
   */
  #settleLater(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.#graphics = this.#graphics.map((g) => ({ ...g, changedAtUs: -1, steppedAtUs: -1 }));
      this.redraw();
    }, SETTLE_AFTER_MS);
  }
}

/** True when two states describe the same scene, so that the drawer can stay. */
export function sameScene(a: ChannelScene | undefined, b: ChannelState['scene']): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
