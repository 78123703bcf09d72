import { associate, combine, report, type ScoreReport, scorePair } from '../../tracking/index.js';
import { byteTrack } from './byte-track.js';
import { readSuite, type Sequence } from './data.js';
import { signed, type Table, three } from './table.js';

interface Suite {
  readonly name: string;
  /** Its detections differ from the suite's other sequences'. */
  readonly leaveOut?: string;
  /** The best tracker known on these detections; scored from its published code. */
  readonly reference: { readonly name: string; readonly hota: number; readonly idf1: number; readonly mota: number };
  readonly goal: { readonly hota: number; readonly idf1?: number };
}

const SUITES: readonly Suite[] = [
  {
    name: 'mot17-yolox',
    reference: { name: 'UCMCTrack, camera by hand', hota: 71.14, idf1: 82.84, mota: 77.47 },
    goal: { hota: 71.7, idf1: 83 },
  },
  {
    name: 'mot15-frcnn',
    leaveOut: 'PETS09-S2L1',
    reference: { name: 'ByteTrack', hota: 38.74, idf1: 50.68, mota: 39.25 },
    goal: { hota: 40 },
  },
  { name: 'sportsmot-degraded', reference: { name: 'BoT-SORT', hota: 55.74, idf1: 57.66, mota: 83.81 }, goal: { hota: 60, idf1: 65 } },
  { name: 'sportsmot-boxes', reference: { name: 'OC-SORT', hota: 84.2, idf1: 81.07, mota: 98.06 }, goal: { hota: 86 } },
  { name: 'dancetrack-boxes', reference: { name: 'BoT-SORT', hota: 71.2, idf1: 69.95, mota: 98 }, goal: { hota: 74 } },
];

/** Detections in, tracks out: quality and speed over each suite. */
export function associationTable(data: string): Table {
  const figures: Record<string, number> = {};
  const absent: string[] = [];
  const rows = SUITES.flatMap((suite) => {
    const sequences = readSuite(data, suite.name).filter((s) => s.name !== suite.leaveOut);
    if (sequences.length === 0) {
      absent.push(`SKIPPED ${suite.name}: not among the data`);
      return [];
    }
    const ours = run(sequences, (s) => associate(s.detections, s.options));
    const byte = run(sequences, (s) => byteTrack(s.detections, { fps: s.options.fps, frames: s.frames }));
    const { reference, goal } = suite;
    Object.assign(figures, {
      [`${suite.name} HOTA`]: ours.report.hota,
      [`${suite.name} IDF1`]: ours.report.idf1,
      [`${suite.name} MOTA`]: ours.report.mota,
      [`${suite.name} frames/s`]: ours.framesPerS,
    });
    const row = [
      suite.name,
      reference.name,
      three(reference),
      three(byte.report),
      three(ours.report),
      signed(ours.report.hota - reference.hota),
      goal.idf1 === undefined ? `${goal.hota}` : `${goal.hota} / ${goal.idf1}`,
      byte.framesPerS.toFixed(0),
      ours.framesPerS.toFixed(0),
    ];
    return [row];
  });
  return {
    title: 'association: detections in, tracks out (HOTA / IDF1 / MOTA, all sequences of a suite together)',
    header: ['suite', 'reference', 'as published', 'ByteTrack here', 'Leaderline', 'HOTA ±', 'goal', 'ByteTrack f/s', 'Leaderline f/s'],
    rows,
    notes: [
      ...absent,
      'as published: what the reference’s own code scores on these detections, measured once; ByteTrack here: a short version of it, run just now.',
      'f/s: frames a CPU second of one core, reading and writing text included (goal on mot17-yolox: 2000).',
    ],
    figures,
  };
}

interface Run {
  readonly report: ScoreReport;
  readonly framesPerS: number;
}

function run(sequences: readonly Sequence[], track: (s: Sequence) => string): Run {
  for (const s of sequences.slice(0, 1)) track(s);
  const from = process.cpuUsage();
  const results = sequences.map(track);
  const { user, system } = process.cpuUsage(from);
  const frames = sequences.reduce((sum, s) => sum + s.frames, 0);
  return {
    report: report(combine(sequences.map((s, i) => scorePair(s.truth, results[i])))),
    framesPerS: frames / ((user + system) / 1e6),
  };
}
