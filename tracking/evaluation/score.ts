import { assign, leastCost } from '../tracker/index.js';
import { alignFrames, type ScoredFrame, type ScoredFrames } from './frames.js';
import { parseMotFile } from './mot-file.js';

/** Overlaps asked of a match, 0.05 to 0.95: HOTA is the mean over them. */
const ALPHAS = Array.from({ length: 19 }, (_, i) => 0.05 + i * 0.05);
const SLACK = 1e-9;
/** Overlap asked of a match by MOTA and IDF1. */
const MATCH = 0.5;

/** Sums that scores are made from; those of several pairs add up. Lists have an element an alpha. */
export interface PairScore {
  readonly tp: readonly number[];
  readonly fn: readonly number[];
  readonly fp: readonly number[];
  /** Association: every true positive's share of its two identities' common frames, summed. */
  readonly association: readonly number[];
  readonly idTp: number;
  readonly truthBoxes: number;
  readonly resultBoxes: number;
  readonly misses: number;
  readonly falsePositives: number;
  readonly switches: number;
}

/** In percent, but for the identity switches, which are counted. */
export interface ScoreReport {
  readonly hota: number;
  readonly detA: number;
  readonly assA: number;
  readonly mota: number;
  readonly idf1: number;
  readonly idSwitches: number;
}

/**
 * Scores tracks against the truth, both MOTChallenge text: HOTA (Luiten 2021), CLEAR MOT (Bernardin 2008), IDF1 (Ristani 2016).
 * @throws Error naming file and line where a row cannot be read
 */
export function scorePair(truthText: string, resultText: string, names = { truth: 'truth', result: 'tracks' }): PairScore {
  const data = alignFrames(parseMotFile(truthText, names.truth), parseMotFile(resultText, names.result));
  const truthCount = new Float64Array(data.truthIds);
  const resultCount = new Float64Array(data.resultIds);
  for (const frame of data.frames) {
    for (const g of frame.truth) truthCount[g]++;
    for (const t of frame.result) resultCount[t]++;
  }
  const { potential, together } = overall(data);
  return {
    ...hota(data, potential, truthCount, resultCount),
    ...clear(data.frames),
    idTp: identityTp(together, data.resultIds),
    truthBoxes: truthCount.reduce((s, v) => s + v, 0),
    resultBoxes: resultCount.reduce((s, v) => s + v, 0),
  };
}

/** Adds the sums of several pairs: the score over all of them as one. */
export function combine(scores: readonly PairScore[]): PairScore {
  const list = (pick: (s: PairScore) => readonly number[]) => ALPHAS.map((_, k) => scores.reduce((sum, s) => sum + pick(s)[k], 0));
  const one = (pick: (s: PairScore) => number) => scores.reduce((sum, s) => sum + pick(s), 0);
  return {
    tp: list((s) => s.tp),
    fn: list((s) => s.fn),
    fp: list((s) => s.fp),
    association: list((s) => s.association),
    idTp: one((s) => s.idTp),
    truthBoxes: one((s) => s.truthBoxes),
    resultBoxes: one((s) => s.resultBoxes),
    misses: one((s) => s.misses),
    falsePositives: one((s) => s.falsePositives),
    switches: one((s) => s.switches),
  };
}

export function report(score: PairScore): ScoreReport {
  const detA = ALPHAS.map((_, k) => score.tp[k] / Math.max(score.tp[k] + score.fn[k] + score.fp[k], 1));
  const assA = ALPHAS.map((_, k) => score.association[k] / Math.max(score.tp[k], 1));
  const percent = (values: readonly number[]) => (100 * values.reduce((s, v) => s + v, 0)) / values.length;
  return {
    hota: percent(detA.map((d, k) => Math.sqrt(d * assA[k]))),
    detA: percent(detA),
    assA: percent(assA),
    mota: 100 * (1 - (score.misses + score.falsePositives + score.switches) / Math.max(score.truthBoxes, 1)),
    idf1: (200 * score.idTp) / Math.max(score.truthBoxes + score.resultBoxes, 1),
    idSwitches: score.switches,
  };
}

/** Over all frames and by pair of identities (`truth · resultIds + result`): how much they overlap, and in how many frames enough. */
function overall(data: ScoredFrames): { potential: Map<number, number>; together: Map<number, number> } {
  const potential = new Map<number, number>();
  const together = new Map<number, number>();
  for (const { truth, result, similarity } of data.frames) {
    const columns = result.length;
    const rowSums = truth.map((_, i) => similarity.subarray(i * columns, (i + 1) * columns).reduce((s, v) => s + v, 0));
    const columnSums = result.map((_, j) => truth.reduce((s, _g, i) => s + similarity[i * columns + j], 0));
    // An identity that appears twice in a frame counts once, with its last box.
    const lastRow = new Map(truth.map((g, i) => [g, i]));
    const lastColumn = new Map(result.map((t, j) => [t, j]));
    for (const [g, i] of lastRow) {
      for (const [t, j] of lastColumn) {
        const s = similarity[i * columns + j];
        const all = rowSums[i] + columnSums[j] - s;
        if (!(s > 0 && all > SLACK)) continue;
        const key = g * data.resultIds + t;
        potential.set(key, (potential.get(key) ?? 0) + s / all);
        if (s >= MATCH) together.set(key, (together.get(key) ?? 0) + 1);
      }
    }
  }
  return { potential, together };
}

function hota(
  data: ScoredFrames,
  potential: ReadonlyMap<number, number>,
  truthCount: Float64Array,
  resultCount: Float64Array,
): Pick<PairScore, 'tp' | 'fn' | 'fp' | 'association'> {
  const tp = ALPHAS.map(() => 0);
  const fn = ALPHAS.map(() => 0);
  const fp = ALPHAS.map(() => 0);
  /** By pair of identities, the frames matched at each alpha. */
  const matched = new Map<number, Int32Array>();
  for (const { truth, result, similarity } of data.frames) {
    const columns = result.length;
    const cost = similarity.map((s, at) => {
      if (s === 0) return 0;
      const g = truth[Math.floor(at / columns)];
      const t = result[at % columns];
      const common = potential.get(g * data.resultIds + t) ?? 0;
      return -(common / Math.max(truthCount[g] + resultCount[t] - common, SLACK)) * s;
    });
    const levels = new Map<number, number>();
    const hits = ALPHAS.map(() => 0);
    for (const [i, j] of leastCost(cost, truth.length, columns).entries()) {
      if (j < 0) continue;
      const s = similarity[i * columns + j];
      const level = ALPHAS.filter((alpha) => s >= alpha - SLACK).length;
      for (let k = 0; k < level; k++) hits[k]++;
      const key = truth[i] * data.resultIds + result[j];
      levels.set(key, Math.max(levels.get(key) ?? 0, level));
    }
    for (const [key, level] of levels) {
      if (level === 0) continue;
      const counts = matched.get(key) ?? new Int32Array(ALPHAS.length);
      for (let k = 0; k < level; k++) counts[k]++;
      matched.set(key, counts);
    }
    for (const [k, n] of hits.entries()) {
      tp[k] += n;
      fn[k] += truth.length - n;
      fp[k] += columns - n;
    }
  }
  const association = ALPHAS.map(() => 0);
  for (const [key, counts] of matched) {
    const all = truthCount[Math.floor(key / data.resultIds)] + resultCount[key % data.resultIds];
    for (const [k, n] of counts.entries()) association[k] += (n * n) / Math.max(all - n, 1);
  }
  return { tp, fn, fp, association };
}

/** CLEAR MOT: a pair matched in the frame before stays matched while it overlaps enough. */
function clear(frames: readonly ScoredFrame[]): Pick<PairScore, 'misses' | 'falsePositives' | 'switches'> {
  let [misses, falsePositives, switches] = [0, 0, 0];
  const last = new Map<number, number>();
  let before = new Map<number, number>();
  for (const { truth, result, similarity } of frames) {
    const columns = result.length;
    const cost = similarity.map((s, at) => {
      if (s < MATCH) return 0;
      const kept = before.get(truth[Math.floor(at / columns)]) === result[at % columns];
      return -(s + (kept ? 1000 : 0));
    });
    const now = new Map<number, number>();
    for (const [i, j] of leastCost(cost, truth.length, columns).entries()) {
      if (j >= 0 && cost[i * columns + j] < 0) now.set(truth[i], result[j]);
    }
    for (const [g, t] of now) {
      if (last.has(g) && last.get(g) !== t) switches++;
      last.set(g, t);
    }
    before = now;
    misses += truth.length - now.size;
    falsePositives += columns - now.size;
  }
  return { misses, falsePositives, switches };
}

/** Frames in which identities agree, when each of the truth is given one of the result for good. */
function identityTp(together: ReadonlyMap<number, number>, resultIds: number): number {
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  const indexOf = (map: Map<number, number>, id: number) => map.get(id) ?? map.set(id, map.size).size - 1;
  const pairs = [...together].map(([key, frames]) => ({
    row: indexOf(rows, Math.floor(key / resultIds)),
    column: indexOf(columns, key % resultIds),
    frames,
  }));
  const gain = new Float64Array(rows.size * columns.size);
  for (const { row, column, frames } of pairs) gain[row * columns.size + column] = frames;
  return assign(gain, rows.size, columns.size).reduce((sum, c, r) => sum + (c >= 0 ? gain[r * columns.size + c] : 0), 0);
}
