import { DOMAdapter, type ICanvas, type ICanvasRenderingContext2D } from 'pixi.js';

/** A picture to be laid on the ground, drawn upright on a canvas of its own. */
export interface FlatPicture {
  /** No other picture has it. */
  readonly id: number;
  readonly canvas: ICanvas;
  /** Size in its own units; the canvas may be finer. */
  readonly width: number;
  readonly height: number;
}

let pictures = 0;

/** @param draw gets the canvas' context in the picture's own units. @param resolution canvas pixels a unit. */
export function flatPicture(
  width: number,
  height: number,
  draw: (context: ICanvasRenderingContext2D) => void,
  resolution = 1,
): FlatPicture {
  const canvas = DOMAdapter.get().createCanvas(Math.ceil(width * resolution), Math.ceil(height * resolution));
  const context = contextOf(canvas);
  context.scale(resolution, resolution);
  draw(context);
  return { id: ++pictures, canvas, width: canvas.width / resolution, height: canvas.height / resolution };
}

/** @throws Error with one line where the host's canvas cannot draw. */
export function contextOf(canvas: ICanvas): ICanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('overlay: this canvas has no 2d context to draw with');
  return context;
}
