import { pitches } from './pitches.js';
import { crossings, type Line, type NamedPoint, oval, rectangle, type Template } from './template.js';

/** Tracks, pools and ovals with the measures their federations lay down. The origin lies in the middle unless a template says otherwise. */

/** World Athletics, Technical Rule 14.4: lanes 1.22 m wide, the line on the right counted in. */
const LANE_M = 1.22;
const LANES = 8;
const TRACK_WIDTH_M = LANES * LANE_M;

/** Lines between lanes, from the left of lane 1, looking along the course. */
const laneLines: readonly (readonly [string, number])[] = Array.from({ length: LANES + 1 }, (_, i) => [
  i === 0 ? 'left of lane 1' : `right of lane ${i}`,
  TRACK_WIDTH_M / 2 - i * LANE_M,
]);

/** x along from the start, y to the left from the middle of the eight lanes. Hurdle marks: Technical Rule 22 (100 m: 13.00 m, then every 8.50 m). */
const straight: Template = {
  id: 'straight',
  name: 'Track, 100 m straight',
  gridM: 10,
  points: crossings(
    [
      ['Start', 0],
      ['Finish', 100],
    ],
    laneLines,
  ).concat(
    Array.from(
      { length: 10 },
      (_, i): NamedPoint => ({ name: `Hurdle mark ${i + 1}, left of lane 1`, ground: [13 + 8.5 * i, TRACK_WIDTH_M / 2] }),
    ),
  ),
  lines: [
    ...laneLines.map(
      ([, y]): Line => [
        [-5, y],
        [115, y],
      ],
    ),
    ...[0, 100].map(
      (x): Line => [
        [x, -TRACK_WIDTH_M / 2],
        [x, TRACK_WIDTH_M / 2],
      ],
    ),
  ],
  course: course(
    [
      [-10, 0],
      [125, 0],
    ],
    10,
    110,
  ),
};

/** World Athletics, Track and Field Facilities Manual, 400 m standard track: straights 84.39 m, kerb radius 36.50 m. Finish at the end of the home straight. */
const STRAIGHT_M = 84.39;
const KERB_M = 36.5;
const HALF_M = STRAIGHT_M / 2;

const oval400: Template = {
  id: 'oval',
  name: 'Track, 400 m',
  gridM: 10,
  points: [
    ...crossings(
      [
        ['Home straight begins', -HALF_M],
        ['Finish', HALF_M],
      ],
      [
        ['kerb', -KERB_M],
        ['outer edge of lane 8', -KERB_M - TRACK_WIDTH_M],
      ],
    ),
    ...crossings(
      [
        ['Back straight begins', HALF_M],
        ['Back straight ends', -HALF_M],
      ],
      [
        ['kerb', KERB_M],
        ['outer edge of lane 8', KERB_M + TRACK_WIDTH_M],
      ],
    ),
    { name: '100 m start, left of lane 1', ground: [HALF_M - 100, -KERB_M] },
    { name: '100 m start, outer edge of lane 8', ground: [HALF_M - 100, -KERB_M - TRACK_WIDTH_M] },
  ],
  lines: [
    ...Array.from({ length: LANES + 1 }, (_, i) => oval(STRAIGHT_M, KERB_M + i * LANE_M)),
    ...[HALF_M, HALF_M - 100].map(
      (x): Line => [
        [x, -KERB_M],
        [x, -KERB_M - TRACK_WIDTH_M],
      ],
    ),
  ],
  course: course(
    [
      [HALF_M - 110, -KERB_M - TRACK_WIDTH_M / 2],
      [HALF_M + 15, -KERB_M - TRACK_WIDTH_M / 2],
    ],
    10,
    110,
  ),
};

/** World Aquatics, Facilities Rules 2 and 3: 50 × 25 m, ten lanes of 2.50 m, ropes marked at 5 and 15 m from each end. x along from the start. */
const ropes: readonly (readonly [string, number])[] = Array.from({ length: 11 }, (_, i) => [
  i === 0 ? 'edge at lane 0' : i === 10 ? 'edge at lane 9' : `rope between lanes ${i - 1} and ${i}`,
  12.5 - 2.5 * i,
]);

const pool: Template = {
  id: 'pool',
  name: 'Pool, 50 m',
  gridM: 5,
  points: [
    ...crossings(
      [
        ['Start wall', 0],
        ['Turn wall', 50],
      ],
      ropes,
    ),
    ...crossings(
      [5, 15, 25, 35, 45].map((x) => [`${x} m`, x] as const),
      ropes.filter((_, i) => i === 1 || i === 5 || i === 9),
    ),
  ],
  lines: [
    rectangle(0, -12.5, 50, 25),
    ...ropes.map(
      ([, y]): Line => [
        [0, y],
        [50, y],
      ],
    ),
    ...[5, 15, 25, 35, 45].map(
      (x): Line => [
        [x, -12.5],
        [x, 12.5],
      ],
    ),
  ],
  course: {
    ...course(
      [
        [0, 0],
        [50, 0],
      ],
      0,
      50,
    ),
    widthM: 25,
    lanes: 10,
  },
};

/**
 * ISU, Special Regulations Speed Skating, Rule 203: 400 m, curves with an inner radius of 26 m, two lanes of 4 m. A lap, measured half a metre from the inner
 * edge of the lane skated in, is one inner and one outer curve, one straight and one crossing: that gives the straight's length.
 */
const ICE_RADIUS_M = 26;
const ICE_LANE_M = 4;
const ICE_REST_M = 400 - Math.PI * (2 * ICE_RADIUS_M + ICE_LANE_M + 1);
/** L + √(L² + lane²) = rest, solved for L. */
const ICE_STRAIGHT_M = (ICE_REST_M ** 2 - ICE_LANE_M ** 2) / (2 * ICE_REST_M);
const iceEdges: readonly (readonly [string, number])[] = [
  ['inner edge', ICE_RADIUS_M],
  ['between the lanes', ICE_RADIUS_M + ICE_LANE_M],
  ['outer edge', ICE_RADIUS_M + 2 * ICE_LANE_M],
];

const ice: Template = {
  id: 'ice',
  name: 'Ice oval, 400 m',
  gridM: 10,
  points: [
    ...crossings(
      [
        ['Finish straight begins', -ICE_STRAIGHT_M / 2],
        ['Finish straight, middle', 0],
        ['Finish straight ends', ICE_STRAIGHT_M / 2],
      ],
      iceEdges.map(([name, y]) => [name, -y] as const),
    ),
    ...crossings(
      [
        ['Crossing straight begins', ICE_STRAIGHT_M / 2],
        ['Crossing straight ends', -ICE_STRAIGHT_M / 2],
      ],
      iceEdges,
    ),
  ],
  lines: iceEdges.map(([, radius]) => oval(ICE_STRAIGHT_M, radius)),
  course: {
    ...course(
      [
        [-ICE_STRAIGHT_M / 2, -ICE_RADIUS_M - ICE_LANE_M],
        [ICE_STRAIGHT_M / 2, -ICE_RADIUS_M - ICE_LANE_M],
      ],
      0,
      ICE_STRAIGHT_M,
    ),
    widthM: 2 * ICE_LANE_M,
    lanes: 2,
  },
};

function course(centreLine: [number, number][], startM: number, finishM: number): NonNullable<Template['course']> {
  return { centreLine, startM, finishM, splitsM: [], widthM: TRACK_WIDTH_M, lanes: LANES };
}

export const sports: readonly Template[] = [straight, oval400, pool, ice, ...pitches];
