import { Matrix } from 'pixi.js';
import { apply, bend, bendSlope, invert, type Lens, type Mat3, type Point, type Size, unbend } from '../../protocol/index.js';
import { clipPolygon } from './bands.js';
import type { FlatPicture } from './flat-picture.js';
import type { GroundView } from './ground.js';
import type { PicturePiece } from './ground-paint.js';
import { boxAround } from './rects.js';

/** A parallelogram on the ground that a picture fills: its bottom-left corner, and its whole sides as offsets. */
export interface GroundQuad {
  readonly corner: Point;
  readonly right: Point;
  readonly up: Point;
}

/** How far any point of a flat picture may be drawn from where perspective puts it, picture pixels. */
const TOLERANCE = 0.45;
/** The same for pictures without edges. */
const SOFT_TOLERANCE = 1.5;
/** Smaller than this no piece is cut, whatever it is off by. */
const SMALLEST = 4;
/** Where parts of it are blank, pieces are cut at least this small to leave them out, picture pixels. */
const BLANK_SIDE = 160;

/** Tells whether a flat picture has nothing between two corners, its own units. */
export type IsBlank = (left: number, top: number, right: number, bottom: number) => boolean;

/**
 * A picture laid on the ground, cut at whole pixels into pieces so small that within each a plain affine mapping is as good as the true
 * perspective: both renderers draw those, and the cuts cannot be seen.
 * @param isBlank for large soft pictures: what it says is blank is not drawn, and what is not need not be as exact.
 */
export function picturePieces(
  view: GroundView,
  frame: Size,
  picture: FlatPicture,
  quad: GroundQuad,
  alpha: number,
  isBlank?: IsBlank,
): PicturePiece[] {
  const { corner, right, up } = quad;
  const { width: w, height: h } = picture;
  // The picture's units run down, the quad's side runs up.
  const toGround: Mat3 = [right.x / w, -up.x / h, corner.x + up.x, right.y / w, -up.y / h, corner.y + up.y, 0, 0, 1];
  const toImage = view.through(toGround);
  const back = invert(toImage);
  if (!back) return [];
  const { lens } = view;
  const toFlat: ToFlat = lens ? (place) => apply(back, unbend(lens, place)) : (place) => apply(back, place);
  const outline = clipPolygon(view.outline(corners(quad)), frame.width, frame.height);
  const pieces: PicturePiece[] = [];
  const waiting = outline.length >= 6 ? [outline] : [];
  for (let polygon = waiting.pop(); polygon; polygon = waiting.pop()) {
    const { matrix, error } = affineNear(toImage, lens, toFlat, polygon);
    const { x, y, width, height } = boxAround(polygon);
    if (isBlank && blank(toFlat, polygon, isBlank)) continue;
    const side = Math.max(width, height);
    if ((error <= (isBlank ? SOFT_TOLERANCE : TOLERANCE) && (!isBlank || side <= BLANK_SIDE)) || side <= SMALLEST) {
      pieces.push({ polygon, picture, matrix, alpha });
      continue;
    }
    for (const half of halves(polygon, { x, y, width, height })) if (half.length >= 6) waiting.push(half);
  }
  return pieces;
}

/** From the video picture to the flat one's own units. */
type ToFlat = (place: Point) => Point;

function blank(toFlat: ToFlat, polygon: readonly number[], isBlank: IsBlank): boolean {
  const places: number[] = [];
  for (let i = 0; i + 1 < polygon.length; i += 2) {
    const { x, y } = toFlat({ x: polygon[i]!, y: polygon[i + 1]! });
    places.push(x, y);
  }
  const { x, y, width, height } = boxAround(places);
  return isBlank(x, y, x + width, y + height);
}

export function corners({ corner, right, up }: GroundQuad): Point[] {
  const over = { x: corner.x + right.x, y: corner.y + right.y };
  return [corner, over, { x: over.x + up.x, y: over.y + up.y }, { x: corner.x + up.x, y: corner.y + up.y }];
}

/** The mapping onto the video picture as it is around a polygon, and how far off it is at worst on the polygon's edge. */
function affineNear(toImage: Mat3, lens: Lens | undefined, toFlat: ToFlat, polygon: readonly number[]): { matrix: Matrix; error: number } {
  const places: Point[] = [];
  const count = polygon.length / 2;
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    const [x0, y0, x1, y1] = [polygon[i * 2]!, polygon[i * 2 + 1]!, polygon[j * 2]!, polygon[j * 2 + 1]!];
    places.push({ x: x0, y: y0 }, { x: (x0 + x1) / 2, y: (y0 + y1) / 2 });
  }
  const { x, y, width, height } = boxAround(polygon);
  const middle = toFlat({ x: x + width / 2, y: y + height / 2 });
  const straight = jacobian(toImage, middle);
  const { a, b, c, d, tx, ty } = lens ? bentNear(straight, lens, middle) : straight;
  let [dx0, dx1, dy0, dy1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const place of places) {
    const { x: u, y: v } = toFlat(place);
    const offX = place.x - (a * u + c * v + tx);
    const offY = place.y - (b * u + d * v + ty);
    dx0 = Math.min(dx0, offX);
    dx1 = Math.max(dx1, offX);
    dy0 = Math.min(dy0, offY);
    dy1 = Math.max(dy1, offY);
  }
  // In the middle there is no error yet: shared out evenly between it and the edge, it is smallest.
  [dx0, dx1, dy0, dy1] = [Math.min(0, dx0), Math.max(0, dx1), Math.min(0, dy0), Math.max(0, dy1)];
  return {
    matrix: new Matrix(a, b, c, d, tx + (dx0 + dx1) / 2, ty + (dy0 + dy1) / 2),
    error: Math.hypot(dx1 - dx0, dy1 - dy0) / 2,
  };
}

/** The affine mapping that touches a projective one at a point. */
function jacobian(m: Mat3, at: Point): Matrix {
  const w = m[6] * at.x + m[7] * at.y + m[8];
  const { x, y } = apply(m, at);
  const a = (m[0] - m[6] * x) / w;
  const b = (m[3] - m[6] * y) / w;
  const c = (m[1] - m[7] * x) / w;
  const d = (m[4] - m[7] * y) / w;
  return new Matrix(a, b, c, d, x - a * at.x - c * at.y, y - b * at.x - d * at.y);
}

/** An affine mapping onto the straight view, followed by what touches the lens's bending at a point. */
function bentNear(straight: Matrix, lens: Lens, at: Point): Matrix {
  const { a, b, c, d, tx, ty } = straight;
  const there = { x: a * at.x + c * at.y + tx, y: b * at.x + d * at.y + ty };
  const [xx, xy, yx, yy] = bendSlope(lens, there);
  const seen = bend(lens, there);
  return straight.prepend(new Matrix(xx, yx, xy, yy, seen.x - xx * there.x - xy * there.y, seen.y - yx * there.x - yy * there.y));
}

/** A polygon cut across its longer side at a whole pixel near its middle. */
function halves(polygon: readonly number[], box: { x: number; y: number; width: number; height: number }): [number[], number[]] {
  const wide = box.width >= box.height;
  const cut = Math.round(wide ? box.x + box.width / 2 : box.y + box.height / 2);
  const low = { x: Math.floor(box.x) - 1, y: Math.floor(box.y) - 1 };
  const high = { x: Math.ceil(box.x + box.width) + 1, y: Math.ceil(box.y + box.height) + 1 };
  return wide
    ? [within(polygon, low, { x: cut, y: high.y }), within(polygon, { x: cut, y: low.y }, high)]
    : [within(polygon, low, { x: high.x, y: cut }), within(polygon, { x: low.x, y: cut }, high)];
}

function within(polygon: readonly number[], low: Point, high: Point): number[] {
  const cut = clipPolygon(
    polygon.map((value, i) => value - (i % 2 === 0 ? low.x : low.y)),
    high.x - low.x,
    high.y - low.y,
  );
  return cut.map((value, i) => value + (i % 2 === 0 ? low.x : low.y));
}
