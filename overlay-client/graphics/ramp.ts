import { DOMAdapter, type ICanvasRenderingContext2D, Texture } from 'pixi.js';
import { contextOf } from './flat-picture.js';

/** Texture pixels along a whole ramp. */
export const RAMP_LENGTH = 256;
const HEIGHT = 4;

/** A colour as a canvas takes it, at a place from 0 to 1. */
export interface RampStop {
  readonly at: number;
  readonly colour: string;
}

let ramps = 0;

/** Colours along a line, for either host to draw with. */
export class Ramp {
  /** No other ramp has it. */
  readonly id = ++ramps;
  readonly #stops: readonly RampStop[];
  #texture: Texture | undefined;

  constructor(stops: readonly RampStop[]) {
    this.#stops = stops;
  }

  /** For a canvas: from one of its places to another, x, y pairs. */
  gradient(
    context: ICanvasRenderingContext2D,
    [x0 = 0, y0 = 0, x1 = 0, y1 = 0]: readonly number[],
  ): ReturnType<ICanvasRenderingContext2D['createLinearGradient']> {
    const gradient = context.createLinearGradient(x0, y0, x1, y1);
    for (const { at, colour } of this.#stops) gradient.addColorStop(at, colour);
    return gradient;
  }

  /** For a GPU: from left to right. */
  get texture(): Texture {
    if (!this.#texture) {
      const canvas = DOMAdapter.get().createCanvas(RAMP_LENGTH, HEIGHT);
      const context = contextOf(canvas);
      context.fillStyle = this.gradient(context, [0, 0, RAMP_LENGTH, 0]);
      context.fillRect(0, 0, RAMP_LENGTH, HEIGHT);
      this.#texture = Texture.from({ resource: canvas, addressMode: 'repeat' }, true);
    }
    return this.#texture;
  }

  destroy(): void {
    this.#texture?.destroy(true);
    this.#texture = undefined;
  }
}
