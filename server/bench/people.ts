import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, Channel, iou, type ProjectInput, type TrackingFrame } from '../../protocol/index.js';
import { report, scorePair } from '../../tracking/index.js';
import { median } from './child.js';
import { groundPoints } from './pets-calibration.js';
import { signed, type Table, three } from './table.js';
import { trackClip } from './track-clip.js';

/** Its calibration is for a larger picture. */
const PETS_SCALE = 0.625;

interface Clip {
  readonly name: string;
  readonly folder: string;
  readonly video: string;
  readonly channel: (folder: string) => Partial<ProjectInput['channels'][number]>;
  /** Truth has feet in metres. */
  readonly metres: boolean;
  readonly reference?: {
    readonly name: string;
    readonly hota: number;
    readonly idf1: number;
    readonly mota: number;
    readonly cpuMs: number;
  };
  readonly goal?: string;
}

const BLOBS = { name: 'MOG2 + ByteTrack', hota: 39.2, idf1: 47, mota: 45.7, cpuMs: 25 };
const PETS = { folder: 'pets-s2l1', video: 'video.avi', reference: BLOBS, goal: '55 / 70 / 75' };

const CLIPS: readonly Clip[] = [
  { ...PETS, name: 'pets-s2l1, nothing known', channel: () => ({}), metres: false },
  {
    ...PETS,
    name: 'pets-s2l1, calibrated',
    channel: (folder) => {
      const points = groundPoints(readFileSync(join(folder, 'calibration-tsai-768x576.xml'), 'utf8'), PETS_SCALE);
      return { tracking: { camera: 'fixed' }, calibration: { size: [480, 360], points } };
    },
    metres: true,
  },
  { name: 'tud-campus', folder: 'tud-campus', video: 'video.mp4', channel: () => ({}), metres: false },
];

/** From pixels to people without a neural network, as `leaderline track` writes them. */
export async function peopleTable(data: string): Promise<Table> {
  const figures: Record<string, number> = {};
  const rows: string[][] = [];
  const absent: string[] = [];
  for (const clip of CLIPS) {
    const folder = join(data, 'video', clip.folder);
    const url = join(folder, clip.video);
    if (!existsSync(url)) {
      absent.push(`SKIPPED ${clip.name}: not among the data`);
      continue;
    }
    const channel = Channel.parse({ id: 'clip', title: clip.name, source: { url }, ...clip.channel(folder) });
    const tracked = await trackClip(channel);
    const truth = readFileSync(join(folder, 'gt.txt'), 'utf8');
    const ours = report(scorePair(truth, tracked.rows));
    const offM = clip.metres ? medianErrorM(truth, tracked.drawn) : undefined;
    Object.assign(figures, {
      [`${clip.name} HOTA`]: ours.hota,
      [`${clip.name} IDF1`]: ours.idf1,
      [`${clip.name} MOTA`]: ours.mota,
      [`${clip.name} CPU ms`]: tracked.cpuMsAFrame,
      ...(offM !== undefined && { [`${clip.name} median m`]: offM }),
    });
    const { reference } = clip;
    rows.push([
      clip.name,
      reference ? three(reference) : '–',
      three(ours),
      reference ? signed(ours.hota - reference.hota) : '–',
      clip.goal ?? '–',
      reference ? reference.cpuMs.toFixed(0) : '–',
      tracked.cpuMsAFrame.toFixed(1),
      offM?.toFixed(2) ?? '–',
    ]);
  }
  return {
    title: 'people from pixels, no neural network (HOTA / IDF1 / MOTA)',
    header: ['clip', `${BLOBS.name}, as measured`, 'Leaderline', 'HOTA ±', 'goal', 'its ms', 'our ms', 'median m'],
    rows,
    notes: [
      ...absent,
      'ms: CPU of all threads a frame, decoding included (goal: 20); median m: feet of people found (IoU of 0.5 or more) from truth (goal: 0.35).',
    ],
    figures,
  };
}

/** @param truth MOTChallenge rows with the foot in metres in columns 8 and 9 */
function medianErrorM(truth: string, drawn: readonly TrackingFrame[]): number {
  const errorsM: number[] = [];
  for (const line of truth.trim().split('\n')) {
    const [frame, , x, y, width, height, consider, xM, yM] = line.split(',').map(Number);
    const box: Box = { x, y, width, height };
    const seen = drawn[frame - 1]?.subjects.filter((s) => s.state === 'visible') ?? [];
    const best = seen.sort((a, b) => iou(b.box, box) - iou(a.box, box))[0];
    if (consider !== 0 && best && iou(best.box, box) >= 0.5) errorsM.push(Math.hypot(best.ground.x - xM, best.ground.y - yM));
  }
  return median(errorsM);
}
