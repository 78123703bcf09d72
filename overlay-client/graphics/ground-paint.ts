import { Graphics, Matrix } from 'pixi.js';
import type { Box, Size } from '../../protocol/index.js';
import { clipPolygon } from './bands.js';
import type { FlatPicture } from './flat-picture.js';
import type { GraphicEnvironment } from './graphic.js';
import { GroundSheet, type SheetPiece } from './ground-sheet.js';
import { clamp } from './motion.js';
import { type Part, PartPool } from './part.js';
import { takeGraphics } from './pool.js';
import { boxAround, tooClose } from './rects.js';

/** A polygon of one colour. Corners in picture pixels, x, y pairs; they may lie outside the picture. */
export interface PlainPiece {
  readonly polygon: readonly number[];
  readonly colour: string;
  readonly alpha: number;
}

/** A polygon cut out of a picture. */
export interface PicturePiece {
  readonly polygon: readonly number[];
  readonly picture: FlatPicture;
  /** The flat picture's units → pixels of the video picture. */
  readonly matrix: Matrix;
  readonly alpha: number;
}

export type Piece = PlainPiece | PicturePiece;

/** Pixels that one more part costs, in time. */
const PART_COST_PX = 1800;
/** With pictures in them parts cost more: a sheet each, and pieces that are drawn twice where a cut goes through them. */
const SHEET_COST_PX = 9000;
const PARTS_MAX = 48;

/**
 * Draws pieces that lie on the ground, as parts that hold little else: the bounds of all pieces are cut at whole pixels, where cuts cannot be seen, and
 * each part spans only what crosses it. One painter draws what lies together (a line, a lane's name), so that its bounds are mostly full.
 */
export class GroundPaint {
  readonly #parts: PartPool;
  readonly #sheets = new Map<Part, GroundSheet>();

  constructor(env: GraphicEnvironment, key: string) {
    const make = (part: Part): void => {
      part.view.addChild(takeGraphics());
      this.#sheets.set(part, new GroundSheet(part.view, env.text.resolution));
    };
    this.#parts = new PartPool(key, make, { onGround: true });
  }

  /** @param pieces the first at the bottom, but pictures over all plain ones. */
  draw(pieces: readonly Piece[], picture: Size): Part[] {
    const seen = pieces.flatMap((piece) => {
      const polygon = piece.alpha > 0 ? clipPolygon(piece.polygon, picture.width, picture.height) : [];
      return polygon.length >= 6 ? [{ piece, polygon, box: boxAround(polygon) }] : [];
    });
    const parts: Part[] = [];
    const cost = seen.some(({ piece }) => 'picture' in piece) ? SHEET_COST_PX : PART_COST_PX;
    for (const strip of strips(
      seen.map(({ box }) => box),
      cost,
    )) {
      const inside = seen.flatMap(({ piece, polygon, box }) => {
        const cut = tooClose(box, strip, 0) ? clipTo(polygon, strip) : [];
        return cut.length >= 6 ? [{ piece, polygon: cut }] : [];
      });
      const tile = wholePixels(inside.map(({ polygon }) => polygon));
      if (!tile) continue;
      const part = this.#parts.at(parts.length);
      part.place(tile.x, tile.y, tile.width, tile.height);
      if (part.changed(inside.flatMap(({ piece, polygon }) => signature(piece, polygon, tile)))) this.#fill(part, inside, tile);
      parts.push(part);
    }
    return parts;
  }

  #fill(part: Part, inside: readonly Inside[], tile: Box): void {
    const g = part.view.children[0];
    if (!(g instanceof Graphics)) return;
    g.clear();
    const cuts: SheetPiece[] = [];
    for (const { piece, polygon } of inside) {
      const local = polygon.map((value, i) => value - (i % 2 === 0 ? tile.x : tile.y));
      if ('colour' in piece) {
        g.poly(local).fill({ color: piece.colour, alpha: piece.alpha });
        continue;
      }
      const { a, b, c, d, tx, ty } = piece.matrix;
      cuts.push({ ...piece, polygon: local, matrix: new Matrix(a, b, c, d, tx - tile.x, ty - tile.y) });
    }
    this.#sheets.get(part)?.draw(cuts, tile.width, tile.height);
  }

  destroy(): void {
    for (const sheet of this.#sheets.values()) sheet.destroy();
    this.#sheets.clear();
    this.#parts.destroy();
  }
}

/** A piece with what of it lies in one part. */
interface Inside {
  readonly piece: Piece;
  readonly polygon: readonly number[];
}

/** Rectangles at whole pixels that together hold all boxes, cut across the longer side of their bounds. */
function strips(boxes: readonly Box[], costPx: number): Box[] {
  const bounds = wholePixels(boxes.map(({ x, y, width, height }) => [x, y, x + width, y + height]));
  if (!bounds) return [];
  const upright = bounds.height > bounds.width;
  const length = upright ? bounds.height : bounds.width;
  const count = clamp(Math.round(Math.sqrt((bounds.width * bounds.height) / costPx)), 1, Math.min(PARTS_MAX, length));
  return Array.from({ length: count }, (_, i) => {
    const from = Math.round((length * i) / count);
    const size = Math.round((length * (i + 1)) / count) - from;
    return upright ? { ...bounds, y: bounds.y + from, height: size } : { ...bounds, x: bounds.x + from, width: size };
  });
}

/** The numbers a drawn piece follows from, fine enough for no change to be seen. */
function signature(piece: Piece, polygon: readonly number[], tile: Box): number[] {
  const out = polygon.map((value, i) => Math.round((value - (i % 2 === 0 ? tile.x : tile.y)) * 64));
  out.push(Math.round(piece.alpha * 512));
  if ('colour' in piece) return [...out, Number.parseInt(piece.colour.slice(1), 16)];
  const { a, b, c, d, tx, ty } = piece.matrix;
  out.push(piece.picture.id, ...[a * 4096, b * 4096, c * 4096, d * 4096, (tx - tile.x) * 64, (ty - tile.y) * 64].map(Math.round));
  return out;
}

function clipTo(polygon: readonly number[], { x, y, width, height }: Box): number[] {
  const cut = clipPolygon(
    polygon.map((value, i) => value - (i % 2 === 0 ? x : y)),
    width,
    height,
  );
  return cut.map((value, i) => value + (i % 2 === 0 ? x : y));
}

function wholePixels(polygons: readonly (readonly number[])[]): Box | undefined {
  const { x, y, width, height } = boxAround(polygons.flat());
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.ceil(x + width), Math.ceil(y + height)];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}
