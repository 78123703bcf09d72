import { type Container, DOMAdapter, type ICanvas, type Matrix, Sprite, Texture } from 'pixi.js';
import { contextOf, type FlatPicture } from './flat-picture.js';
import { boxAround } from './rects.js';

/** A cut-out of a flat picture, put where perspective wants it. */
export interface SheetPiece {
  /** Corners in the sheet, x, y pairs. */
  readonly polygon: readonly number[];
  readonly picture: FlatPicture;
  /** Picture units → sheet pixels. */
  readonly matrix: Matrix;
  readonly alpha: number;
}

/** Canvases grow in these steps, so that a sheet that breathes keeps its canvas. */
const STEP = 64;

/**
 * A canvas that pieces of pictures are drawn on, shown as one sprite. Drawn here and not as textured shapes, because the server's canvas copies
 * a whole texture for every shape it fills with one.
 */
export class GroundSheet {
  readonly #sprite = new Sprite(Texture.EMPTY);
  readonly #resolution: number;
  #canvas: ICanvas | undefined;

  /** @param resolution canvas pixels a picture pixel. */
  constructor(parent: Container, resolution: number) {
    this.#resolution = resolution;
    parent.addChild(this.#sprite);
  }

  /** Draws pieces in order and nothing else. @param width @param height what of it is used, pixels. */
  draw(pieces: readonly SheetPiece[], width: number, height: number): void {
    this.#sprite.visible = pieces.length > 0;
    if (pieces.length === 0) return;
    const canvas = this.#fitting(width, height);
    const context = contextOf(canvas);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = true;
    for (const { polygon, picture, matrix, alpha } of pieces) {
      context.save();
      context.setTransform(this.#resolution, 0, 0, this.#resolution, 0, 0);
      // Cuts lie at whole pixels, and beyond its own edges a picture draws nothing: the box around a piece is as good as its outline, and far cheaper.
      const { x, y, width: wide, height: high } = boxAround(polygon);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      context.beginPath();
      context.rect(left, top, Math.ceil(x + wide) - left, Math.ceil(y + high) - top);
      context.clip();
      context.globalAlpha = alpha;
      context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.tx, matrix.ty);
      context.drawImage(picture.canvas, 0, 0, picture.width, picture.height);
      context.restore();
    }
    this.#sprite.texture.source.update();
  }

  #fitting(width: number, height: number): ICanvas {
    const [w, h] = [width, height].map((side) => Math.ceil((side * this.#resolution) / STEP) * STEP);
    const old = this.#canvas;
    // Much too large costs as much as too small: all of it is cleared and shown.
    if (old && w && h && old.width >= w && old.height >= h && old.width * old.height <= 3 * w * h) return old;
    const canvas = DOMAdapter.get().createCanvas(w, h);
    this.#release();
    this.#canvas = canvas;
    this.#sprite.texture = Texture.from({ resource: canvas, resolution: this.#resolution }, true);
    return canvas;
  }

  #release(): void {
    const { texture } = this.#sprite;
    this.#sprite.texture = Texture.EMPTY;
    if (texture !== Texture.EMPTY) texture.destroy(true);
  }

  destroy(): void {
    this.#release();
    this.#sprite.destroy();
  }
}
