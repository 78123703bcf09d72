import { type Band, bandAt, bandCorners } from './bands.js';
import type { PlainShape } from './ground-shapes.js';
import { type LineInPicture, lineLayers } from './line.js';

/** Dashes on the ground, metres along the line. */
export interface Dashes {
  readonly dashM: number;
  readonly gapM: number;
  /** How far a dash's ends lean, as a share of half its width. */
  readonly slant: number;
}

/** Between its dashes a line stays felt. */
const BETWEEN_ALPHA = 0.3;
const GLOW_ALPHA = 0.75;
const DASHES_MAX = 200;

/** A line as a soft edge around a core. @param lengthM of the whole line on the ground. */
export function linePieces(line: LineInPicture, colour: string, opacity: number, lengthM: number, dashes?: Dashes): PlainShape[] {
  const pieces: PlainShape[] = lineLayers(line).map(({ polygon, alpha }, i, layers) => ({
    polygon,
    colour,
    alpha: opacity * (dashes ? (i < layers.length - 1 ? alpha * GLOW_ALPHA : BETWEEN_ALPHA) : alpha),
  }));
  if (dashes) pieces.push(...dashPieces(line, colour, opacity, lengthM, dashes));
  return pieces;
}

function dashPieces(line: LineInPicture, colour: string, opacity: number, lengthM: number, dashes: Dashes): PlainShape[] {
  const period = Math.max(dashes.dashM + dashes.gapM, lengthM / DASHES_MAX);
  const count = Math.max(1, Math.round((lengthM + dashes.gapM) / period));
  const share = dashes.dashM / (dashes.dashM + dashes.gapM);
  // A dash stands at either end of the line.
  const step = 1 / (count - 1 + share);
  const pieces: PlainShape[] = [];
  for (let i = 0; i < count; i++) {
    const from = line.drawnAt(Math.max(i * step, Math.min(line.shareA, line.shareB)));
    const to = line.drawnAt(Math.min((i + share) * step, Math.max(line.shareA, line.shareB)));
    if (!(to > from)) continue;
    pieces.push({ polygon: bandCorners(part(line.band, from, to), 1, dashes.slant), colour, alpha: 0.96 * opacity });
  }
  return pieces;
}

/** A part of a band, between two shares of its length. */
function part(band: Band, from: number, to: number): Band {
  const [start, end] = [bandAt(band, from), bandAt(band, to)];
  const ends = { a: start.at, b: end.at, halfA: start.half, halfB: end.half };
  const cuts = (band.via?.length ?? -1) + 1;
  if (cuts === 0) return ends;
  const via = Array.from({ length: cuts - 1 }, (_, i) => (i + 1) / cuts).filter((share) => share > from && share < to);
  return { ...ends, via: via.map((share) => bandAt(band, share)) };
}
