import { type Box, iou } from '../../protocol/index.js';
import { leastCost } from '../tracker/index.js';
import type { MotRow } from './mot-file.js';

/** One frame to be scored: people of the truth, boxes of the result, and how well each pair agrees. */
export interface ScoredFrame {
  /** Index of each identity, from 0 over the whole pair of files. */
  readonly truth: readonly number[];
  readonly result: readonly number[];
  /** Intersection over union, truth × result, row-major. */
  readonly similarity: Float64Array;
}

export interface ScoredFrames {
  readonly frames: readonly ScoredFrame[];
  readonly truthIds: number;
  readonly resultIds: number;
}

/**
 * Lines up truth and result frame by frame. Truth rows with consider 0, or of another class than pedestrian, are not asked for; in MOT16 and later files
 * a result that fits such a row best is not counted either.
 */
export function alignFrames(truth: ReadonlyMap<number, MotRow[]>, result: ReadonlyMap<number, MotRow[]>): ScoredFrames {
  const numbers = [...new Set([...truth.keys(), ...result.keys()])].sort((a, b) => a - b);
  const truthIndex = new Map<number, number>();
  const resultIndex = new Map<number, number>();
  const frames = numbers.map((number) => {
    const all = truth.get(number) ?? [];
    const asked = all.filter(isAsked);
    const counted = withoutIgnored(all, asked.length, result.get(number) ?? []);
    return {
      truth: asked.map((row) => indexOf(truthIndex, row.id)),
      result: counted.map((row) => indexOf(resultIndex, row.id)),
      similarity: similarities(asked, counted),
    };
  });
  return { frames, truthIds: truthIndex.size, resultIds: resultIndex.size };
}

function isAsked(row: MotRow): boolean {
  return row.consider !== 0 && (row.objectClass === undefined || row.objectClass === 1);
}

function withoutIgnored(truth: readonly MotRow[], asked: number, result: readonly MotRow[]): readonly MotRow[] {
  if (asked === truth.length || result.length === 0 || !truth.some((row) => row.objectClass !== undefined)) return result;
  const s = similarities(truth, result);
  const mate = leastCost(
    s.map((v) => (v >= 0.5 ? -v : 0)),
    truth.length,
    result.length,
  );
  const ignored = new Set<number>();
  for (const [i, j] of mate.entries()) if (j >= 0 && s[i * result.length + j] >= 0.5 && !isAsked(truth[i])) ignored.add(j);
  return result.filter((_, j) => !ignored.has(j));
}

function similarities(truth: readonly MotRow[], result: readonly MotRow[]): Float64Array {
  const out = new Float64Array(truth.length * result.length);
  let at = 0;
  for (const t of truth) for (const r of result) out[at++] = overlap(t.box, r.box);
  return out;
}

/** As {@link iou}, but 0 for boxes without area. */
function overlap(a: Box, b: Box): number {
  const value = iou(a, b);
  return Number.isFinite(value) ? value : 0;
}

function indexOf(indices: Map<number, number>, id: number): number {
  const known = indices.get(id);
  if (known !== undefined) return known;
  indices.set(id, indices.size);
  return indices.size - 1;
}
