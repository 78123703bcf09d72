import { DOMAdapter, type ICanvas, type ICanvasRenderingContext2D } from 'pixi.js';
import { contextOf, type FlatPicture, flatPicture } from './flat-picture.js';

/** What a canvas can draw. */
type Drawable = Parameters<ICanvasRenderingContext2D['drawImage']>[0];

/** Pictures that graphics show by file name, from the project's `images/`; the host finds them. */
export interface Images {
  /** @returns undefined while it is not there: still loading, or missing, which the host says in its warnings. */
  get(name: string): GroundImage | undefined;
}

export const NO_IMAGES: Images = { get: () => undefined };

/** Transparent pixels around every level: its edges are then smooth however it lies. */
export const IMAGE_BORDER = 1;
/** Finer than this no picture is kept. */
const LARGEST = 1024;

/**
 * A picture to lay on the ground, in finer and coarser levels, each axis for itself: seen at a slant, it is far smaller one way than the other, and would
 * flicker if it were drawn from too many pixels.
 */
export class GroundImage {
  readonly width: number;
  readonly height: number;
  readonly #base: ICanvas;
  readonly #levels = new Map<string, FlatPicture>();

  /** @param source a canvas, or what a canvas can draw. @param width, @param height its own pixels. */
  constructor(source: Drawable, width: number, height: number) {
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    this.width = Math.max(1, Math.round(width * scale));
    this.height = Math.max(1, Math.round(height * scale));
    this.#base = scaled(source, width, height, this.width, this.height);
  }

  /**
   * The coarsest level that still has a pixel for each one seen.
   * @param seenWide @param seenTall size in the picture, pixels.
   * @returns a picture with {@link IMAGE_BORDER} around it.
   */
  level(seenWide: number, seenTall: number): FlatPicture {
    const width = halved(this.width, seenWide);
    const height = halved(this.height, seenTall);
    const key = `${width} ${height}`;
    let level = this.#levels.get(key);
    if (!level) {
      const small = scaled(this.#base, this.width, this.height, width, height);
      level = flatPicture(width + 2 * IMAGE_BORDER, height + 2 * IMAGE_BORDER, (context) => {
        context.drawImage(small, IMAGE_BORDER, IMAGE_BORDER);
      });
      this.#levels.set(key, level);
    }
    return level;
  }
}

function halved(size: number, seen: number): number {
  let out = size;
  while (out > 4 && out / 2 >= seen) out = Math.ceil(out / 2);
  return out;
}

/** Drawn smaller in halves, each of which is the mean of what it replaces. */
function scaled(source: Drawable, fromWidth: number, fromHeight: number, width: number, height: number): ICanvas {
  let [from, w, h] = [source, fromWidth, fromHeight];
  for (;;) {
    const [nextW, nextH] = [Math.max(width, Math.ceil(w / 2)), Math.max(height, Math.ceil(h / 2))];
    const canvas = DOMAdapter.get().createCanvas(nextW, nextH);
    const context = contextOf(canvas);
    context.imageSmoothingEnabled = true;
    context.drawImage(from, 0, 0, w, h, 0, 0, nextW, nextH);
    if (nextW === width && nextH === height) return canvas;
    [from, w, h] = [canvas, nextW, nextH];
  }
}
