import { combine, type PairScore, report, scorePair } from '../../tracking/index.js';
import { UsageError } from '../usage-error.js';
import { readInput } from './files.js';

/** `leaderline eval`: one line a pair, then COMBINED. */
export function evalFiles(files: readonly string[], o: { json?: boolean }): void {
  if (files.length === 0 || files.length % 2 !== 0) {
    throw new UsageError(`eval takes pairs GT.txt TRACKS.txt; got ${files.length} file${files.length === 1 ? '' : 's'}`);
  }
  const scores: { name: string; score: PairScore }[] = [];
  for (let i = 0; i < files.length; i += 2) {
    const gt = String(files[i]);
    const tracks = String(files[i + 1]);
    const texts = { gt: readInput(gt, 'ground truth'), tracks: readInput(tracks, 'tracks') };
    try {
      scores.push({ name: tracks, score: scorePair(texts.gt, texts.tracks, { truth: gt, result: tracks }) });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }
  const rows = scores.map(({ name, score }) => ({ name, ...figuresOf(score) }));
  const combined = figuresOf(combine(scores.map((s) => s.score)));
  if (o.json) console.log(JSON.stringify({ pairs: rows, combined }));
  else {
    for (const row of rows) console.log(line(row.name, row));
    if (rows.length > 1) console.log(line('COMBINED', combined));
  }
}

function line(name: string, r: Figures): string {
  const figures = (['HOTA', 'DetA', 'AssA', 'MOTA', 'IDF1'] as const).map((key) => `${key} ${r[key].toFixed(2)}`);
  return `${name} ${figures.join(' ')} IDSW ${r.IDSW}`;
}

type Figures = ReturnType<typeof figuresOf>;

/** Under the names the field uses. */
function figuresOf(score: PairScore) {
  const r = report(score);
  return { HOTA: r.hota, DetA: r.detA, AssA: r.assA, MOTA: r.mota, IDF1: r.idf1, IDSW: r.idSwitches };
}
