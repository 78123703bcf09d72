import {
  apply,
  type ChannelScene,
  type Mat3,
  type Point,
  type Standing,
  type TrackedSubject,
  type TrackingFrame,
} from '../../protocol/index.js';

/** A moving scene for tests of pages and sockets: positions alone, no video. A pure function of the frame's number. */

export const FAKE_SIZE = { width: 1280, height: 720 } as const;
export const FAKE_FPS = { num: 50, den: 1 } as const;
const STEP_US = 20_000;
const NAMES = [
  'Ada Lindqvist',
  'Bea Okafor',
  'Chloé Martin',
  'Dana Kovač',
  'Elif Şahin',
  'Fumi Tanaka',
  'Gréta Jónsdóttir',
  'Hana Nováková',
];
const COLOURS = ['#ff5a5f', '#ffb400', '#7bd88f', '#1e90ff', '#b388ff', '#00c2c7', '#ff8ad8', '#c9d36a'];

const bend = (s: number): Point => ({ x: s, y: 6 * Math.sin(s / 16) });

export function fakeRace(channel: string): ChannelScene {
  return {
    channel,
    title: '100 m final',
    ...FAKE_SIZE,
    fps: FAKE_FPS,
    roster: NAMES.map((name, i) => ({ name, bib: `${i + 11}`, lane: i + 1, colour: COLOURS[i] ?? '#ffffff' })),
    course: {
      centreLine: Array.from({ length: 45 }, (_, i): [number, number] => [bend(i * 2.5 - 5).x, bend(i * 2.5 - 5).y]),
      startM: 5,
      finishM: 100,
      splitsM: [30, 60],
      widthM: 9.76,
      lanes: 8,
    },
    floor: null,
    look: { mode: 'dark' },
  };
}

export function fakeShop(channel: string): ChannelScene {
  const rect = (x: number, y: number, w: number, h: number): [number, number][] => [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ];
  return {
    channel,
    title: 'Corner shop',
    ...FAKE_SIZE,
    look: { mode: 'dark' },
    fps: FAKE_FPS,
    roster: [],
    course: null,
    floor: {
      outline: rect(0, 0, 14, 9),
      zones: [
        { id: 'fruit', name: 'Fruit & veg', polygon: rect(0.6, 0.6, 4, 2.6) },
        { id: 'bakery', name: 'Bakery', polygon: rect(9.4, 0.6, 4, 2.6) },
        { id: 'till', name: 'Tills', polygon: rect(9.4, 6, 4, 2.4) },
      ],
      fixtures: [
        { name: 'Shelf A', kind: 'shelf', polygon: rect(2, 4.1, 5, 0.7) },
        { name: 'Shelf B', kind: 'shelf', polygon: rect(2, 5.9, 5, 0.7) },
        { name: 'Till 1', kind: 'till', polygon: rect(10.4, 6.6, 0.8, 1.4) },
        { name: 'Till 2', kind: 'till', polygon: rect(12, 6.6, 0.8, 1.4) },
        { name: 'Flowers', kind: 'table', polygon: rect(6.3, 1.2, 1.5, 1.2) },
      ],
      entrances: [
        {
          name: 'Entrance',
          line: [
            [0.9, 9],
            [2.9, 9],
          ],
        },
      ],
    },
  };
}

/** Frame `index` of the scene: eight subjects along the course, or six shoppers about the floor. */
export function fakeFrame(scene: ChannelScene, index: number): TrackingFrame {
  const timeS = (index * STEP_US) / 1e6;
  const groundToImage = scene.floor ? camera({ x: 7, y: -9, z: 9 }, { x: 7, y: 4.5 }) : camera({ x: 50, y: -74, z: 38 }, { x: 50, y: 2 });
  const grounds = scene.floor ? shoppers(timeS) : runners(timeS);
  const subjects = grounds.map(({ at, velocity }, i): TrackedSubject => {
    const foot = apply(groundToImage, at);
    const height = scene.floor ? 120 : 42;
    return {
      trackId: 100 + i,
      rosterIndex: scene.floor ? -1 : i,
      state: 'visible',
      box: { x: foot.x - height / 5, y: foot.y - height, width: height / 2.5, height },
      foot,
      ground: at,
      velocity,
      confidence: 0.9,
      lane: scene.floor ? 0 : i + 1,
    };
  });
  return {
    mediaTimeUs: index * STEP_US,
    frameIndex: index,
    ...FAKE_SIZE,
    pose: { groundToImage: [...groundToImage], unit: 'm', state: 'held', confidence: 0.95 },
    predicted: false,
    discontinuity: index === 0,
    subjects,
    standings: scene.course ? standings(subjects, timeS) : [],
  };
}

interface Moving {
  readonly at: Point;
  readonly velocity: Point;
}

const paceMps = (i: number): number => 5.2 - 0.16 * ((i * 5) % 8);
const distanceAt = (i: number, timeS: number): number => ((timeS + 4) * paceMps(i)) % 96;

function runners(timeS: number): Moving[] {
  return NAMES.map((_, i) => {
    const s = distanceAt(i, timeS);
    const here = bend(s);
    return { at: { x: here.x, y: here.y + 4.27 - i * 1.22 }, velocity: { x: paceMps(i), y: 0 } };
  });
}

function shoppers(timeS: number): Moving[] {
  return Array.from({ length: 6 }, (_, i) => {
    const phase = timeS * (0.1 + 0.03 * i) + i * 1.3;
    const at = { x: 7 + 5.6 * Math.sin(phase + i), y: 4.5 + 3.7 * Math.sin(phase * 1.7) };
    return { at, velocity: { x: 5.6 * Math.cos(phase + i) * (0.1 + 0.03 * i), y: 0 } };
  });
}

function standings(subjects: readonly TrackedSubject[], timeS: number): Standing[] {
  const sorted = subjects
    .map((s, i) => ({ s, distanceM: distanceAt(i, timeS), speed: paceMps(i) }))
    .sort((a, b) => b.distanceM - a.distanceM);
  const leaderM = sorted[0]?.distanceM ?? 0;
  return sorted.map(({ s, distanceM, speed }, i) => ({
    trackId: s.trackId,
    rosterIndex: s.rosterIndex,
    rank: i + 1,
    distanceM: distanceM - 5,
    speedMps: speed,
    gapM: leaderM - distanceM,
    gapS: (leaderM - distanceM) / speed,
    finishedAtUs: null,
  }));
}

/** Ground to image of a pinhole camera at `eye` (metres) that looks at a point on the ground, 50° wide. */
function camera(eye: { x: number; y: number; z: number }, target: Point): Mat3 {
  const d = [target.x - eye.x, target.y - eye.y, -eye.z] as const;
  const length = Math.hypot(...d);
  const f = [d[0] / length, d[1] / length, d[2] / length] as const;
  const across = Math.hypot(f[0], f[1]);
  const right = [f[1] / across, -f[0] / across, 0] as const;
  const down = [-f[2] * right[1], f[2] * right[0], f[0] * right[1] - f[1] * right[0]] as const;
  const focal = FAKE_SIZE.width / 2 / Math.tan((55 / 2) * (Math.PI / 180));
  const row = (axis: readonly [number, number, number]): [number, number, number] => [
    axis[0],
    axis[1],
    -(axis[0] * eye.x + axis[1] * eye.y + axis[2] * eye.z),
  ];
  const [rx, ry, rt] = row(right);
  const [dx, dy, dt] = row([down[0], down[1], down[2]]);
  const [fx, fy, ft] = row([f[0], f[1], f[2]]);
  const cx = FAKE_SIZE.width / 2;
  const cy = FAKE_SIZE.height / 2;
  return [
    focal * rx + cx * fx,
    focal * ry + cx * fy,
    focal * rt + cx * ft,
    focal * dx + cy * fx,
    focal * dy + cy * fy,
    focal * dt + cy * ft,
    fx,
    fy,
    ft,
  ];
}
