import { Container, Graphics } from 'pixi.js';
import type { Box } from '../../protocol/index.js';
import { releaseGraphics } from './pool.js';

/**
 * One independently placed piece of a graphic. Its `view` draws in local coordinates, (0, 0) the top-left corner of its bounds; hosts
 * put it at (x, y) of the picture. It must draw nothing outside its bounds: the server draws parts side by side. A part that only moves keeps its revision, and is then neither drawn nor read again by the server.
 */
export class Part {
  readonly key: string;
  readonly view = new Container();
  /** Whole picture pixels. */
  x = 0;
  y = 0;
  width = 0;
  height = 0;
  /** Lies on the ground, under people: see `OverlayRegion.onGround`. */
  readonly onGround: boolean;
  /** Grows with every change of what is drawn. */
  revision = 0;
  /** Disjoint rectangles, local, that hold everything drawn; null: the whole bounds. */
  tight: readonly Box[] | null = null;
  #signature: readonly number[] = [];

  constructor(key: string, { onGround = false } = {}) {
    this.key = key;
    this.onGround = onGround;
  }

  /** Moves and sizes the part. A new size is a change of what is drawn. */
  place(x: number, y: number, width: number, height: number): void {
    this.x = x;
    this.y = y;
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.revision++;
  }

  /** True, and a new revision, when the numbers that the drawing follows from differ from last time. */
  changed(signature: readonly number[]): boolean {
    const old = this.#signature;
    if (old.length === signature.length && old.every((value, i) => value === signature[i])) return false;
    this.#signature = signature;
    this.revision++;
    return true;
  }

  touch(): void {
    this.revision++;
  }

  destroy(): void {
    for (const child of [...this.view.children]) if (child instanceof Graphics) releaseGraphics(child);
    this.view.destroy({ children: true });
  }
}

/** A fixed-purpose list of parts that grows on demand and is reused from frame to frame. */
export class PartPool {
  readonly #parts: Part[] = [];
  readonly #key: string;
  readonly #make: (part: Part) => void;
  readonly #options: { readonly onGround?: boolean };

  constructor(key: string, make: (part: Part) => void = () => {}, options: { readonly onGround?: boolean } = {}) {
    this.#key = key;
    this.#make = make;
    this.#options = options;
  }

  at(index: number): Part {
    for (let i = this.#parts.length; i <= index; i++) {
      const part = new Part(`${this.#key}/${i}`, this.#options);
      this.#make(part);
      this.#parts.push(part);
    }
    return this.#parts[index]!;
  }

  destroy(): void {
    for (const part of this.#parts) part.destroy();
    this.#parts.length = 0;
  }
}
