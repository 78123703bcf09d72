import { Matrix } from 'pixi.js';
import type { Box, Size } from '../../protocol/index.js';
import { clipBetween, clipPolygon } from './bands.js';
import type { FlatPicture } from './flat-picture.js';
import type { GraphicEnvironment } from './graphic.js';
import type { GroundShapes, Shape } from './ground-shapes.js';
import { GroundSheet, type SheetPiece } from './ground-sheet.js';
import { clamp } from './motion.js';
import { type Part, PartPool } from './part.js';
import { moved, wholePixels } from './rects.js';
import { slices } from './slices.js';

/** A polygon cut out of a picture. */
export interface PicturePiece {
  readonly polygon: readonly number[];
  readonly picture: FlatPicture;
  /** The flat picture's units → pixels of the video picture. */
  readonly matrix: Matrix;
  readonly alpha: number;
}

/** Corners and places in picture pixels; they may lie outside the picture. */
export type Piece = Shape | PicturePiece;

/** Pixels of bounds that one more part is worth: all of them are cleared and copied, whether something is drawn there or not, but each part is a drawing. */
const PART_COST_PX = 40_000;
const PARTS_MAX = 16;

/**
 * Draws pieces that lie on the ground, as parts that hold little else: the bounds of all pieces are cut at whole pixels, where cuts cannot be seen, and
 * of each part slices are read. One painter draws what lies together (a line, a lane's name), so that its bounds are mostly full.
 */
export class GroundPaint {
  readonly #parts: PartPool;
  readonly #painted = new Map<Part, { readonly shapes: GroundShapes; readonly sheet: GroundSheet }>();

  constructor(env: GraphicEnvironment, key: string) {
    const make = (part: Part): void => {
      const shapes = env.groundShapes();
      part.view.addChild(shapes.view);
      this.#painted.set(part, { shapes, sheet: new GroundSheet(part.view, env.text.resolution) });
    };
    this.#parts = new PartPool(key, make, { onGround: true });
  }

  /** @param pieces the first at the bottom, but pictures over all others. */
  draw(pieces: readonly Piece[], picture: Size): Part[] {
    const seen = pieces.flatMap((piece) => {
      const polygon = piece.alpha > 0 ? clipPolygon(piece.polygon, picture.width, picture.height) : [];
      return polygon.length >= 6 ? [{ piece, polygon }] : [];
    });
    const parts: Part[] = [];
    for (const { axis, from, to } of strips(seen)) {
      const inside = seen.flatMap(({ piece, polygon }) => {
        const cut = clipBetween(polygon, axis, from, to);
        return cut.length >= 6 ? [{ piece, polygon: cut }] : [];
      });
      const bounds = wholePixels(inside.flatMap(({ polygon }) => polygon));
      if (!(bounds.width > 0 && bounds.height > 0)) continue;
      const part = this.#parts.at(parts.length);
      part.place(bounds.x, bounds.y, bounds.width, bounds.height);
      const local = inside.map(({ piece, polygon }): Inside => ({ piece, polygon: moved(polygon, bounds) }));
      if (part.changed(local.flatMap((one) => signature(one, bounds)))) this.#fill(part, local, bounds);
      parts.push(part);
    }
    return parts;
  }

  #fill(part: Part, inside: readonly Inside[], bounds: Box): void {
    const shapes: Shape[] = [];
    const cuts: SheetPiece[] = [];
    for (const { piece, polygon } of inside) {
      if ('picture' in piece) {
        const { a, b, c, d, tx, ty } = piece.matrix;
        cuts.push({ ...piece, polygon, matrix: new Matrix(a, b, c, d, tx - bounds.x, ty - bounds.y) });
      } else if ('ramp' in piece) shapes.push({ ...piece, polygon, along: moved(piece.along, bounds) });
      else shapes.push({ ...piece, polygon });
    }
    const painted = this.#painted.get(part);
    painted?.shapes.draw(shapes);
    painted?.sheet.draw(cuts, bounds.width, bounds.height);
    part.tight = slices(
      inside.map(({ polygon }) => polygon),
      bounds,
    );
  }

  destroy(): void {
    for (const { shapes, sheet } of this.#painted.values()) {
      shapes.destroy();
      sheet.destroy();
    }
    this.#painted.clear();
    this.#parts.destroy();
  }
}

/** A piece with what of it lies in one part. */
interface Inside {
  readonly piece: Piece;
  readonly polygon: number[];
}

interface Strip {
  readonly axis: 0 | 1;
  readonly from: number;
  readonly to: number;
}

/** Cuts at whole pixels across the longer side of the bounds of all pieces. */
function strips(pieces: readonly Inside[]): Strip[] {
  const { x, y, width, height } = wholePixels(pieces.flatMap(({ polygon }) => polygon));
  const axis = height > width ? 1 : 0;
  const [start, length] = axis === 1 ? [y, height] : [x, width];
  if (!(width > 0 && height > 0)) return [];
  const count = clamp(Math.round(Math.sqrt((width * height) / PART_COST_PX)), 1, Math.min(PARTS_MAX, length));
  const at = (i: number): number => start + Math.round((length * i) / count);
  return Array.from({ length: count }, (_, i) => ({ axis, from: at(i), to: at(i + 1) }));
}

/** The numbers a drawn piece follows from, fine enough for no change to be seen. */
function signature({ piece, polygon }: Inside, bounds: Box): number[] {
  const out = polygon.map((value) => Math.round(value * 64));
  out.push(Math.round(piece.alpha * 512));
  if ('colour' in piece) return [...out, Number.parseInt(piece.colour.slice(1), 16)];
  if ('ramp' in piece) return [...out, piece.ramp.id, ...moved(piece.along, bounds).map((value) => Math.round(value * 64))];
  const { a, b, c, d, tx, ty } = piece.matrix;
  out.push(piece.picture.id, ...[a * 4096, b * 4096, c * 4096, d * 4096, (tx - bounds.x) * 64, (ty - bounds.y) * 64].map(Math.round));
  return out;
}
