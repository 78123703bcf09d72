import type { Point, Size } from '../../protocol/index.js';
import { type Band, bandCorners, clipSegment } from './bands.js';
import { between, type GroundView } from './ground.js';

/** Straight lines on the ground as they are seen (curved, where a lens bends them): what the leader line, the record line and reference lines are made of. */

/** The line never looks thinner than this, design units across. */
const MIN_WIDTH = 3.2;
/** From the widest, faintest to the core: width over the line's own, and opacity. The eye reads a soft edge. */
const LAYERS = [
  { spread: 2.6, alpha: 0.12 },
  { spread: 1.7, alpha: 0.26 },
  { spread: 1, alpha: 0.94 },
] as const;
/** A line seen from near is wide, its soft edge never wider than this at either side, design units: it would be a fog. */
const EDGE_MAX = 14;

/** The drawn line in the picture: the band, and where along the whole line (0 to 1) its two ends lie. */
export interface LineInPicture {
  readonly band: Band;
  /** Picture pixels of a design unit. */
  readonly unit: number;
  readonly shareA: number;
  readonly shareB: number;
  /** Share of the whole line as a function of a share of the drawn part: perspective makes it uneven. */
  shareAt(drawn: number): number;
  /** The other way round; outside 0 to 1 where the line is not drawn. */
  drawnAt(share: number): number;
}

/**
 * The visible part of a ground line as a band of the picture.
 * @param widthM on the ground, square to the line.
 * @param unit picture pixels of a design unit.
 */
export function projectLine(view: GroundView, a: Point, b: Point, widthM: number, picture: Size, unit: number): LineInPicture | undefined {
  const lengthM = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const across = { x: (((a.y - b.y) / lengthM) * widthM) / 2, y: (((b.x - a.x) / lengthM) * widthM) / 2 };
  const straight = view.straight;
  const front = view.visibleShare(a, b);
  if (!front) return undefined;
  const nearA = between(a, b, front.from);
  const nearB = between(a, b, front.to);
  const imageA = straight.project(nearA);
  const imageB = straight.project(nearB);
  const halfMin = (MIN_WIDTH / 2) * unit;
  const clip = clipSegment(imageA, imageB, picture, view.rimPx + 40 * unit);
  if (!clip) return undefined;
  // Perspective along a straight line: share of the ground as a function of share of the image, from the two ends and the middle.
  const middle = straight.project(between(nearA, nearB, 0.5));
  const length = Math.hypot(imageB.x - imageA.x, imageB.y - imageA.y);
  const bend = length === 0 ? 0.5 : Math.hypot(middle.x - imageA.x, middle.y - imageA.y) / length;
  const groundShare = (image: number): number => {
    const s = (image * (1 - bend)) / (bend + image * (1 - 2 * bend));
    return front.from + (front.to - front.from) * s;
  };
  const imageShare = (ground: number): number => {
    const s = (ground - front.from) / (front.to - front.from);
    return (s * bend) / (1 - bend - s * (1 - 2 * bend));
  };
  const shareA = groundShare(clip.from);
  const shareB = groundShare(clip.to);
  return {
    unit,
    band: view.bent({
      a: between(imageA, imageB, clip.from),
      b: between(imageA, imageB, clip.to),
      halfA: Math.max(halfMin, straight.imageScale(between(a, b, shareA), across)),
      halfB: Math.max(halfMin, straight.imageScale(between(a, b, shareB), across)),
    }),
    shareA,
    shareB,
    drawnAt: (share) => (imageShare(share) - clip.from) / (clip.to - clip.from),
    shareAt: (drawn) => groundShare(clip.from + (clip.to - clip.from) * drawn),
  };
}

/** The line's layers, the lowest first; the last is its core. */
export function lineLayers({ band, unit }: LineInPicture): { readonly polygon: number[]; readonly alpha: number }[] {
  return LAYERS.map(({ spread, alpha }) => {
    const share = (spread - 1) / (LAYERS[0].spread - 1);
    const widened = (half: number): number => Math.min(half * spread, half + EDGE_MAX * unit * share);
    return { polygon: bandCorners({ ...band, halfA: widened(band.halfA), halfB: widened(band.halfB) }), alpha };
  });
}
