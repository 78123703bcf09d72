import { associate, combine, report, scorePair } from '../../tracking/index.js';
import { byteTrack } from './byte-track.js';
import { readSuite, type Sequence } from './data.js';
import type { Table } from './table.js';

const SUITES = ['mot17-yolox', 'sportsmot-degraded'] as const;

/** Ways to lose frames: every so many is kept, or this share is lost at random. */
const LOSSES: readonly { readonly name: string; readonly lost: (frame: number) => boolean }[] = [
  { name: 'all', lost: () => false },
  { name: '1 of 2', lost: (frame) => frame % 2 !== 1 },
  { name: '1 of 3', lost: (frame) => frame % 3 !== 1 },
  { name: '1 of 4', lost: (frame) => frame % 4 !== 1 },
  { name: '30 % lost', lost: (frame) => frame > 1 && ((frame * 2654435761) % 2 ** 32) / 2 ** 32 < 0.3 },
];

/** The same settings with fewer frames: what is left of the quality, scored on the frames that came. */
export function frameRateTable(data: string): Table {
  const figures: Record<string, number> = {};
  const rows = SUITES.flatMap((suite) => {
    const sequences = readSuite(data, suite);
    if (sequences.length === 0) return [];
    return LOSSES.map(({ name, lost }) => {
      const kept = sequences.map((s) => withoutFrames(s, lost));
      const ours = score(kept, (s) => associate(s.detections, { ...s.options, dropped: s.dropped }));
      const byte = score(kept, (s) => byteTrack(s.detections, { fps: s.options.fps, frames: s.frames, dropped: s.dropped }));
      figures[`${suite} ${name} HOTA`] = ours.hota;
      const two = (r: typeof ours) => `${r.hota.toFixed(2)} / ${r.idf1.toFixed(2)}`;
      return [suite, name, two(byte), two(ours), (ours.hota - byte.hota).toFixed(2)];
    });
  });
  return {
    title: 'frame rates and dropped frames, one set of settings (HOTA / IDF1 on the frames that came; 30 and 25 frames a second are all)',
    header: ['suite', 'frames', 'ByteTrack here', 'Leaderline', 'HOTA ±'],
    rows,
    figures,
  };
}

type Thinned = Sequence & { readonly dropped: ReadonlySet<number> };

function withoutFrames(s: Sequence, lost: (frame: number) => boolean): Thinned {
  const dropped = new Set(Array.from({ length: s.frames }, (_, i) => i + 1).filter(lost));
  const keep = (text: string) =>
    text
      .split('\n')
      .filter((line) => !dropped.has(Number.parseInt(line, 10)))
      .join('\n');
  return { ...s, detections: keep(s.detections), truth: keep(s.truth), dropped };
}

function score(sequences: readonly Thinned[], track: (s: Thinned) => string) {
  return report(combine(sequences.map((s) => scorePair(s.truth, track(s)))));
}
