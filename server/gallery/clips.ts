import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphicTypes } from '../../overlay-client/index.js';
import type { Calibration, GraphicState } from '../../protocol/index.js';
import { groundPoints } from '../bench/pets-calibration.js';
import type { Reel, Setup } from './gallery.js';
import { LOGO } from './logo.js';
import { SHOTS, type Shot, TEST_SIGNALS } from './shots.js';

/** Real clips of the research data, from the air, across a street, and a square with a fixed camera, as reels. None shows a race: courses are laid where people walk. */

interface Clip {
  readonly folder: string;
  readonly title: string;
  /** When most people are in the picture, media time. */
  readonly atS: number;
  setup(folder: string): Setup;
  /** A place on the ground in the middle of the picture, metres, and what fits there. */
  readonly middle: readonly [number, number];
  readonly sizeM: number;
}

/** A camera over level ground that is guessed from how tall people are in its picture: right by eye, not in metres. */
interface GuessedCamera {
  readonly size: readonly [number, number];
  readonly focalPx: number;
  readonly heightM: number;
  /** Below the horizon. */
  readonly pitchDeg: number;
}

const CLIP_SHARE = 0.85;

const ROSTER = ['Ana Kovač', 'Bruno Silva', 'Chidi Okafor', 'Δάφνη Ρήγα'].map((name, i) => ({ name, bib: String(11 + i), lane: i + 1 }));

const CLIPS: readonly Clip[] = [
  {
    ...{ folder: 'uav-person11', title: 'drone, ground guessed', atS: 8, middle: [0, 12], sizeM: 5 },
    setup: () => ({
      calibration: guessed({ size: [1280, 720], focalPx: 1000, heightM: 10.7, pitchDeg: 40 }),
      ...walk([-14, 13], [14, 13], 6),
    }),
  },
  {
    ...{ folder: 'tud-campus', title: 'street, ground guessed', atS: 2, middle: [0, 6], sizeM: 2.4 },
    setup: () => ({
      tracking: { camera: 'fixed' },
      calibration: guessed({ size: [640, 480], focalPx: 700, heightM: 1.24, pitchDeg: -0.74 }),
      ...walk([-7, 6], [7, 6], 4),
    }),
  },
  {
    ...{ folder: 'pets-s2l1', title: 'square, surveyed', atS: 12, middle: [-4, -7], sizeM: 4 },
    setup: (folder) => ({
      tracking: { camera: 'fixed' },
      calibration: { size: [480, 360], points: groundPoints(readFileSync(join(folder, 'calibration-tsai-768x576.xml'), 'utf8'), 0.625) },
      ...walk([-13, -7], [5, -7], 8),
    }),
  },
];

/** @param data folder of the research data. @returns a reel for each clip that is there, every graphic in it. */
export function clipReels(data: string): Reel[] {
  return CLIPS.flatMap((clip) => {
    const folder = join(data, 'video', clip.folder);
    const video = existsSync(folder) && readdirSync(folder).find((entry) => /\.(mp4|mkv|avi|webm)$/.test(entry));
    if (!video) return [];
    const shots = graphicTypes
      .filter((type) => !TEST_SIGNALS.includes(type))
      .map(
        (type): Shot => ({
          type,
          scene: clip.folder,
          atS: clip.atS,
          ...(SHOTS.find((s) => s.type === type)?.step && { step: 1 }),
          data: dataFor(type, clip),
          // Where people walk is seldom where a card stands: both are to be seen.
          share: CLIP_SHARE,
        }),
      );
    return [{ url: join(folder, video), setup: clip.setup(folder), title: clip.title, shots, timeShots: [] }];
  });
}

/** A course where people walk, its lanes and its surroundings. */
function walk(from: readonly [number, number], to: readonly [number, number], widthM: number): Setup {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const lengthM = Math.hypot(dx, dy);
  const [ax, ay] = [(-dy / lengthM) * (widthM / 2), (dx / lengthM) * (widthM / 2)];
  const at = (share: number, side: number): [number, number] => [from[0] + dx * share + ax * side, from[1] + dy * share + ay * side];
  const area = (start: number, end: number) => [at(start, -1), at(end, -1), at(end, 1), at(start, 1)];
  return {
    roster: ROSTER,
    course: { centreLine: [[...from], [...to]], startM: 0, finishM: lengthM, splitsM: [lengthM / 2], widthM, lanes: 4, painted: false },
    floor: {
      outline: area(0, 1),
      zones: [
        { id: 'left', name: 'Left', polygon: area(0.2, 0.45) },
        { id: 'right', name: 'Right', polygon: area(0.55, 0.8) },
      ],
    },
  };
}

function dataFor(type: Shot['type'], { middle: [x, y], sizeM, atS }: Clip): GraphicState['data'] {
  switch (type) {
    case 'leader-line':
      // Who leads may be outside the picture.
      return { reference: 'fixed', distanceM: sizeM * 2 };
    case 'record-line':
      return { label: 'WR', name: 'A. Lindqvist', totalS: atS * 2, startAtS: 0.01 };
    case 'reference-lines':
      return { lines: [{ kind: 'finish' }, { kind: 'distance', distanceM: sizeM * 2.2, label: 'Half way' }] };
    case 'ground-logo':
      return { image: LOGO, x, y, widthM: sizeM };
    case 'telestrator':
      return {
        strokes: [
          { tool: 'ring', points: [x, y, x + sizeM / 4, y] },
          { tool: 'arrow', points: [x - sizeM, y, x - sizeM * 0.4, y] },
        ],
      };
    case 'lower-third':
      return { name: 'Ana Kovač', line: 'Live from the square' };
    case 'paths':
      return { colourBy: 'speed' };
    case 'name-tags':
      // Nobody has a name here, and a card for each of a crowd is a heap.
      return { show: 'top', top: 4, speed: true };
    case 'lanes':
      return { place: 'fixed', distanceM: sizeM * 2 };
    case 'distance-markers':
      return { everyM: 5, side: 'middle', capM: sizeM / 6 };
    default:
      return {};
  }
}

/** Points of the ground all over the lower part of the picture, and where the camera sees them. */
function guessed({ size, focalPx, heightM, pitchDeg }: GuessedCamera): Calibration {
  const [sin, cos] = [Math.sin((pitchDeg * Math.PI) / 180), Math.cos((pitchDeg * Math.PI) / 180)];
  const points = [0.55, 0.7, 0.85, 0.98].flatMap((down) =>
    [0.05, 0.35, 0.65, 0.95].map((across) => {
      const [u, v] = [(across - 0.5) * size[0], (down - 0.5) * size[1]];
      // The ray through a pixel falls by `fall` for each metre it goes ahead on the level.
      const [ahead, fall] = [focalPx * cos - v * sin, v * cos + focalPx * sin];
      const times = heightM / fall;
      return { image: [across * size[0], down * size[1]] as const, ground: [u * times, ahead * times] as const };
    }),
  );
  return { size: [...size], atMediaTimeUs: 0, points: points.map(({ image, ground }) => ({ image: [...image], ground: [...ground] })) };
}
