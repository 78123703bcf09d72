import { Matrix, type Texture } from 'pixi.js';
import type { Box, Size } from '../../protocol/index.js';
import { clipPolygon } from './bands.js';
import type { FlatPicture } from './flat-picture.js';
import type { GraphicEnvironment } from './graphic.js';
import { GroundSheet, type SheetPiece } from './ground-sheet.js';
import { Part } from './part.js';
import { takeGraphics } from './pool.js';
import { moved, wholePixels } from './rects.js';
import { slices } from './slices.js';

/** A polygon of one colour. Corners in picture pixels, x, y pairs; they may lie outside the picture. */
export interface PlainPiece {
  readonly polygon: readonly number[];
  readonly colour: string;
  readonly alpha: number;
}

/** A polygon filled with a texture, which repeats. */
export interface TexturePiece {
  readonly polygon: readonly number[];
  readonly texture: Texture;
  /** Texture pixels → pixels of the video picture. */
  readonly matrix: Matrix;
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

export type Piece = PlainPiece | TexturePiece | PicturePiece;

/**
 * Draws pieces that lie on the ground as one part, of which slices are read that hold little else. One painter draws what lies together
 * (a line, a lane's name).
 */
export class GroundPaint {
  readonly #part: Part;
  readonly #g = takeGraphics();
  readonly #sheet: GroundSheet;

  constructor(env: GraphicEnvironment, key: string) {
    this.#part = new Part(key, { onGround: true });
    this.#part.view.addChild(this.#g);
    this.#sheet = new GroundSheet(this.#part.view, env.text.resolution);
  }

  /** @param pieces the first at the bottom, but pictures over all others. @returns one part, or none where nothing is seen. */
  draw(pieces: readonly Piece[], picture: Size): Part[] {
    const cut = pieces.flatMap((piece) => {
      const polygon = piece.alpha > 0 ? clipPolygon(piece.polygon, picture.width, picture.height) : [];
      return polygon.length >= 6 ? [{ piece, polygon }] : [];
    });
    const bounds = wholePixels(cut.flatMap(({ polygon }) => polygon));
    if (!(bounds.width > 0 && bounds.height > 0)) return [];
    const seen = cut.map(({ piece, polygon }): Seen => ({ piece, polygon: moved(polygon, bounds) }));
    this.#part.place(bounds.x, bounds.y, bounds.width, bounds.height);
    if (this.#part.changed(seen.flatMap(({ piece, polygon }) => signature(piece, polygon, bounds)))) this.#fill(seen, bounds);
    return [this.#part];
  }

  #fill(seen: readonly Seen[], bounds: Box): void {
    this.#g.clear();
    const cuts: SheetPiece[] = [];
    for (const { piece, polygon } of seen) {
      if ('colour' in piece) {
        this.#g.poly(polygon).fill({ color: piece.colour, alpha: piece.alpha });
        continue;
      }
      const { a, b, c, d, tx, ty } = piece.matrix;
      const matrix = new Matrix(a, b, c, d, tx - bounds.x, ty - bounds.y);
      if ('texture' in piece) this.#g.poly(polygon).fill({ texture: piece.texture, matrix, textureSpace: 'global', alpha: piece.alpha });
      else cuts.push({ ...piece, polygon, matrix });
    }
    this.#sheet.draw(cuts, bounds.width, bounds.height);
    this.#part.tight = slices(
      seen.map(({ polygon }) => polygon),
      bounds,
    );
  }

  destroy(): void {
    this.#sheet.destroy();
    this.#part.destroy();
  }
}

/** A piece with what of it lies in the picture, relative to the bounds of all. */
interface Seen {
  readonly piece: Piece;
  readonly polygon: number[];
}

/** The numbers a drawn piece follows from, fine enough for no change to be seen. */
function signature(piece: Piece, polygon: readonly number[], bounds: Box): number[] {
  const out = polygon.map((value) => Math.round(value * 64));
  out.push(Math.round(piece.alpha * 512));
  if ('colour' in piece) return [...out, Number.parseInt(piece.colour.slice(1), 16)];
  const { a, b, c, d, tx, ty } = piece.matrix;
  const id = 'picture' in piece ? piece.picture.id : piece.texture.uid;
  out.push(id, ...[a * 4096, b * 4096, c * 4096, d * 4096, (tx - bounds.x) * 64, (ty - bounds.y) * 64].map(Math.round));
  return out;
}
