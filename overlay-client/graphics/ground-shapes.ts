import { CanvasRenderer, Matrix, RenderContainer, type Renderer, type ViewContainer } from 'pixi.js';
import { releaseGraphics, takeGraphics } from './pool.js';
import { RAMP_LENGTH, type Ramp } from './ramp.js';

/** A polygon of one colour. Corners as x, y pairs. */
export interface PlainShape {
  readonly polygon: readonly number[];
  readonly colour: string;
  readonly alpha: number;
}

/** A polygon whose colours run along a line. */
export interface RampShape {
  readonly polygon: readonly number[];
  readonly ramp: Ramp;
  /** Where the ramp is 0, and where it is 1, x, y pairs. */
  readonly along: readonly number[];
  readonly alpha: number;
}

export type Shape = PlainShape | RampShape;

/** Draws polygons, the first at the bottom. */
export interface GroundShapes {
  readonly view: ViewContainer;
  draw(shapes: readonly Shape[]): void;
  destroy(): void;
}

/** On a GPU: ramps are textures. */
export class GpuShapes implements GroundShapes {
  readonly view = takeGraphics();

  draw(shapes: readonly Shape[]): void {
    this.view.clear();
    for (const shape of shapes) {
      const polygon = this.view.poly([...shape.polygon]);
      if ('colour' in shape) polygon.fill({ color: shape.colour, alpha: shape.alpha });
      else polygon.fill({ texture: shape.ramp.texture, matrix: rampMatrix(shape), textureSpace: 'global', alpha: shape.alpha });
    }
  }

  destroy(): void {
    releaseGraphics(this.view);
  }
}

/** On a canvas, with its own gradients: PixiJS fills with a texture where it fills with a ramp, for which Skia takes four times as long. */
export class CanvasShapes implements GroundShapes {
  readonly view = new RenderContainer((renderer) => this.#render(renderer));
  #shapes: readonly Shape[] = [];

  draw(shapes: readonly Shape[]): void {
    this.#shapes = shapes;
  }

  #render(renderer: Renderer): void {
    if (!(renderer instanceof CanvasRenderer)) return;
    const { canvasContext } = renderer;
    const context = canvasContext.activeContext;
    context.save();
    canvasContext.setContextTransform(this.view.groupTransform);
    canvasContext.setBlendMode('normal');
    for (const shape of this.#shapes) {
      const { polygon } = shape;
      context.globalAlpha = shape.alpha * this.view.groupAlpha;
      context.fillStyle = 'colour' in shape ? shape.colour : shape.ramp.gradient(context, shape.along);
      context.beginPath();
      context.moveTo(polygon[0]!, polygon[1]!);
      for (let i = 2; i < polygon.length; i += 2) context.lineTo(polygon[i]!, polygon[i + 1]!);
      context.closePath();
      context.fill();
    }
    context.restore();
  }

  destroy(): void {
    this.view.destroy();
  }
}

/** Lays a ramp's texture along its line. Across, it is the same everywhere: the second axis only has to be another than the first. */
function rampMatrix({ along: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }: RampShape): Matrix {
  const [vx, vy] = [(x1 - x0) / RAMP_LENGTH, (y1 - y0) / RAMP_LENGTH];
  const norm = Math.hypot(vx, vy) || 1;
  return new Matrix(vx, vy, (-vy / norm) * 64, (vx / norm) * 64, x0, y0);
}
