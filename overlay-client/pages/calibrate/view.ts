import type { Point } from '../../../protocol/index.js';

const ZOOM_MAX = 40;
const DRAG_PX = 4;
/** A press this near to a mark means the mark, CSS pixels. */
const GRAB_PX = 14;

export interface ViewEvents {
  /** A click, source pixels. */
  readonly onClick: (at: Point) => void;
  /** Which mark a press there would take; undefined for none. `within` is the reach, source pixels. */
  readonly grab: (at: Point, within: number) => number | undefined;
  readonly onDrag: (mark: number, to: Point) => void;
  /** The pointer is over this place; undefined when it left. */
  readonly onHover: (at: Point | undefined) => void;
  readonly onChange: () => void;
}

/** The frozen frame as it is looked at: zoomed and moved. Clicks are told to fractions of a source pixel. */
export class View {
  /** Source size, pixels. */
  width = 0;
  height = 0;
  /** CSS pixels a source pixel, and the source pixel in the view's corner. */
  scale = 1;
  left = 0;
  top = 0;
  readonly #canvas: HTMLCanvasElement;
  readonly #events: ViewEvents;
  readonly #pressed = new Map<number, Point>();
  #start: Point | undefined;
  #dragged: number | undefined;
  #moved = false;

  constructor(canvas: HTMLCanvasElement, events: ViewEvents) {
    this.#canvas = canvas;
    this.#events = events;
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * 0.0022), this.#css(event));
    });
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#lift(event));
    canvas.addEventListener('pointercancel', () => this.#letGo());
    canvas.addEventListener('pointerleave', () => events.onHover(undefined));
    new ResizeObserver(() => this.whole()).observe(canvas);
  }

  setSize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.whole();
  }

  /** All of the frame. */
  whole(): void {
    if (this.width === 0) return;
    this.scale = this.#least();
    [this.left, this.top] = [0, 0];
    this.#bound();
    this.#events.onChange();
  }

  /** @param about CSS pixels that stay where they are; the middle when absent */
  zoom(by: number, about: Point = { x: this.#canvas.clientWidth / 2, y: this.#canvas.clientHeight / 2 }): void {
    const at = { x: this.left + about.x / this.scale, y: this.top + about.y / this.scale };
    this.scale = Math.max(this.#least(), Math.min(ZOOM_MAX, this.scale * by));
    [this.left, this.top] = [at.x - about.x / this.scale, at.y - about.y / this.scale];
    this.#bound();
    this.#events.onChange();
  }

  /** The source pixel in the middle of the view. */
  middle(): Point {
    return { x: this.left + this.#canvas.clientWidth / 2 / this.scale, y: this.top + this.#canvas.clientHeight / 2 / this.scale };
  }

  /** Moves so that a place can be seen. */
  show(at: Point): void {
    const [w, h] = [this.#canvas.clientWidth / this.scale, this.#canvas.clientHeight / this.scale];
    const inside = at.x > this.left && at.x < this.left + w && at.y > this.top && at.y < this.top + h;
    if (inside) return;
    [this.left, this.top] = [at.x - w / 2, at.y - h / 2];
    this.#bound();
    this.#events.onChange();
  }

  #least(): number {
    return Math.min(this.#canvas.clientWidth / this.width, this.#canvas.clientHeight / this.height) || 1;
  }

  #bound(): void {
    const bound = (value: number, size: number, shown: number): number =>
      shown >= size ? (size - shown) / 2 : Math.max(0, Math.min(size - shown, value));
    this.left = bound(this.left, this.width, this.#canvas.clientWidth / this.scale);
    this.top = bound(this.top, this.height, this.#canvas.clientHeight / this.scale);
  }

  #css(event: MouseEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #pixel(css: Point): Point {
    return { x: this.left + css.x / this.scale, y: this.top + css.y / this.scale };
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.width === 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    const css = this.#css(event);
    this.#pressed.set(event.pointerId, css);
    if (this.#pressed.size > 1) {
      this.#dragged = undefined;
      this.#moved = true;
      return;
    }
    this.#start = css;
    this.#moved = false;
    this.#dragged = this.#events.grab(this.#pixel(css), GRAB_PX / this.scale);
  }

  #move(event: PointerEvent): void {
    const css = this.#css(event);
    this.#events.onHover(this.#pixel(css));
    const before = this.#pressed.get(event.pointerId);
    if (!before || !this.#start) return;
    if (this.#pressed.size === 2) this.#pinch(event.pointerId, css);
    this.#pressed.set(event.pointerId, css);
    if (Math.hypot(css.x - this.#start.x, css.y - this.#start.y) > DRAG_PX) this.#moved = true;
    if (!this.#moved || this.#pressed.size > 1) return;
    if (this.#dragged !== undefined) this.#events.onDrag(this.#dragged, this.#pixel(css));
    else {
      this.left -= (css.x - before.x) / this.scale;
      this.top -= (css.y - before.y) / this.scale;
      this.#bound();
      this.#events.onChange();
    }
  }

  /** Both fingers keep what is under them. */
  #pinch(moving: number, to: Point): void {
    const from = this.#pressed.get(moving);
    const other = [...this.#pressed].find(([id]) => id !== moving)?.[1];
    if (!from || !other) return;
    const [before, after] = [Math.hypot(from.x - other.x, from.y - other.y), Math.hypot(to.x - other.x, to.y - other.y)];
    this.left -= (to.x - from.x) / 2 / this.scale;
    this.top -= (to.y - from.y) / 2 / this.scale;
    if (before > 0) this.zoom(after / before, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 });
  }

  #lift(event: PointerEvent): void {
    const alone = this.#pressed.size === 1;
    this.#pressed.delete(event.pointerId);
    if (!alone) return;
    if (!this.#moved) this.#events.onClick(this.#pixel(this.#css(event)));
    this.#letGo();
  }

  #letGo(): void {
    this.#pressed.clear();
    this.#start = undefined;
    this.#dragged = undefined;
  }
}
