import { arc, crossings, type Line, type NamedPoint, type Pair, rectangle, type Template, turnedRound } from './template.js';

/** Pitches, courts and rinks with the measures their federations lay down. The origin lies in the middle. */

/** A pitch with two equal halves: what is said for the left one holds, turned round, for the right one. */
function pitch(
  id: string,
  name: string,
  size: Pair,
  gridM: number,
  half: { points: readonly NamedPoint[]; lines: readonly Line[] },
  middle: Template['lines'],
  extra: readonly NamedPoint[],
  cornerM = 0,
): Template {
  const [x, y] = [size[0] / 2, size[1] / 2];
  const columns: readonly (readonly [string, number])[] = [
    ['Left end', -x],
    ['Halfway', 0],
    ['Right end', x],
  ];
  return {
    id,
    name,
    gridM,
    points: [
      // A round corner is no place to click.
      ...crossings(
        columns.filter(([, at]) => cornerM === 0 || at === 0),
        [
          ['near side', -y],
          ['far side', y],
        ],
      ),
      ...half.points.map((p) => ({ ...p, name: `Left ${p.name}` })),
      // Turned round, near is far: names follow the place.
      ...half.points.map(
        (p): NamedPoint => ({
          name: `Right ${p.name.replace(/(near|far)$/, (side) => (side === 'near' ? 'far' : 'near'))}`,
          ground: [-p.ground[0], -p.ground[1]],
        }),
      ),
      ...extra,
    ],
    lines: [
      outline(x, y, cornerM),
      [
        [0, -y],
        [0, y],
      ],
      ...middle,
      ...half.lines,
      ...turnedRound(half.lines),
    ],
  };
}

/** @param cornerM radius of the corners; 0: they are square */
function outline(x: number, y: number, cornerM: number): Line {
  if (cornerM === 0) return rectangle(-x, -y, 2 * x, 2 * y);
  const [cx, cy] = [x - cornerM, y - cornerM];
  return [
    ...arc(cx, cy, cornerM, 0, 90),
    ...arc(-cx, cy, cornerM, 90, 180),
    ...arc(-cx, -cy, cornerM, 180, 270),
    ...arc(cx, -cy, cornerM, 270, 360),
    [x, cy],
  ];
}

const both = (name: string, x: number, y: number): NamedPoint[] => [
  { name: `${name}, near`, ground: [x, -y] },
  { name: `${name}, far`, ground: [x, y] },
];

/** The IFAB, Laws of the Game, Law 1; 105 × 68 m as FIFA and UEFA ask of their competitions. */
const football = pitch(
  'football',
  'Football pitch',
  [105, 68],
  10,
  {
    points: [
      ...both('penalty area on the goal line', -52.5, 20.16),
      ...both('penalty area corner', -36, 20.16),
      ...both('goal area on the goal line', -52.5, 9.16),
      ...both('goal area corner', -47, 9.16),
      ...both('goal post', -52.5, 3.66),
      { name: 'penalty mark', ground: [-41.5, 0] },
    ],
    lines: [rectangle(-52.5, -20.16, 16.5, 40.32), rectangle(-52.5, -9.16, 5.5, 18.32), arc(-41.5, 0, 9.15, -53.05, 53.05)],
  },
  [arc(0, 0, 9.15, 0, 360)],
  [
    { name: 'Centre mark', ground: [0, 0] },
    { name: 'Centre circle on halfway, near', ground: [0, -9.15] },
    { name: 'Centre circle on halfway, far', ground: [0, 9.15] },
  ],
);

/** FIBA, Official Basketball Rules, Rule 2: 28 × 15 m to the inner edges of the lines. */
const basketball = pitch(
  'basketball',
  'Basketball court',
  [28, 15],
  2,
  {
    points: [
      ...both('restricted area on the end line', -14, 2.45),
      ...both('free-throw line', -8.2, 2.45),
      ...both('three-point line on the end line', -14, 6.6),
      { name: 'basket, on the floor', ground: [-12.425, 0] },
    ],
    lines: [
      rectangle(-14, -2.45, 5.8, 4.9),
      arc(-8.2, 0, 1.8, -90, 90),
      [
        [-14, -6.6],
        [-11.01, -6.6],
      ],
      arc(-12.425, 0, 6.75, -77.9, 77.9),
      [
        [-11.01, 6.6],
        [-14, 6.6],
      ],
      arc(-12.425, 0, 1.25, -90, 90),
    ],
  },
  [arc(0, 0, 1.8, 0, 360)],
  [{ name: 'Centre', ground: [0, 0] }],
);

/** FIH, Rules of Hockey, Field and Equipment Specifications: 91.40 × 55.00 m; circles of 14.63 m around goal posts 3.66 m apart. */
const hockey = pitch(
  'hockey',
  'Hockey pitch',
  [91.4, 55],
  10,
  {
    points: [
      ...both('23 m line', -22.8, 27.5),
      ...both('goal post', -45.7, 1.83),
      ...both('circle on the back line', -45.7, 16.46),
      ...both('circle, end of its straight', -31.07, 1.83),
      { name: 'penalty spot', ground: [-39.3, 0] },
    ],
    lines: [
      [
        [-22.8, -27.5],
        [-22.8, 27.5],
      ],
      arc(-45.7, -1.83, 14.63, -90, 0),
      [
        [-31.07, -1.83],
        [-31.07, 1.83],
      ],
      arc(-45.7, 1.83, 14.63, 0, 90),
    ],
  },
  [],
  [],
);

/**
 * IIHF, Official Rule Book, Section 2: 60 × 30 m, corners of 8.5 m, goal lines 4 m from the ends, blue lines 22.86 m from them to the line's middle, circles of
 * 4.5 m around spots 6 m before the goal line and 7 m beside the middle, spots 1.5 m before the blue lines. Other rinks are narrower: their ends and lines are the same.
 */
const RINK: Pair = [60, 30];
const RINK_CORNER_M = 8.5;
const GOAL_LINE_M = 26;
const BLUE_LINE_M = 7.14;
const SPOT: Pair = [20, 7];
const FACE_OFF_M = 4.5;
/** Where the goal line meets the boards: in the round of the corner. */
const GOAL_LINE_HALF_M = RINK[1] / 2 - RINK_CORNER_M + Math.sqrt(RINK_CORNER_M ** 2 - (GOAL_LINE_M - (RINK[0] / 2 - RINK_CORNER_M)) ** 2);

const rink: Template = {
  ...pitch(
    'rink',
    'Ice hockey rink',
    RINK,
    10,
    {
      points: [
        ...both('goal line at the boards', -GOAL_LINE_M, GOAL_LINE_HALF_M),
        ...both('goal post', -GOAL_LINE_M, 0.915),
        ...both('blue line at the boards', -BLUE_LINE_M, RINK[1] / 2),
        ...both('end face-off spot', -SPOT[0], SPOT[1]),
        ...both('end circle, towards the boards', -SPOT[0], SPOT[1] + FACE_OFF_M),
        ...both('end circle, towards the blue line', -SPOT[0] + FACE_OFF_M, SPOT[1]),
        ...both('spot before the blue line', -BLUE_LINE_M + 1.5, SPOT[1]),
      ],
      lines: [
        [
          [-GOAL_LINE_M, -GOAL_LINE_HALF_M],
          [-GOAL_LINE_M, GOAL_LINE_HALF_M],
        ],
        [
          [-BLUE_LINE_M, -RINK[1] / 2],
          [-BLUE_LINE_M, RINK[1] / 2],
        ],
        arc(-SPOT[0], -SPOT[1], FACE_OFF_M, 0, 360),
        arc(-SPOT[0], SPOT[1], FACE_OFF_M, 0, 360),
        arc(-GOAL_LINE_M, 0, 1.8, -90, 90),
      ],
    },
    [arc(0, 0, FACE_OFF_M, 0, 360)],
    [
      { name: 'Centre spot', ground: [0, 0] },
      { name: 'Centre circle on the centre line, near', ground: [0, -FACE_OFF_M] },
      { name: 'Centre circle on the centre line, far', ground: [0, FACE_OFF_M] },
    ],
    RINK_CORNER_M,
  ),
  // From end to end: reference lines and markers lie across it, the blue lines are its splits.
  course: {
    centreLine: [
      [-RINK[0] / 2, 0],
      [RINK[0] / 2, 0],
    ],
    startM: RINK[0] / 2 - GOAL_LINE_M,
    finishM: RINK[0] / 2 + GOAL_LINE_M,
    splitsM: [RINK[0] / 2 - BLUE_LINE_M, RINK[0] / 2 + BLUE_LINE_M],
    widthM: RINK[1],
    lanes: 0,
  },
};

export const pitches: readonly Template[] = [football, basketball, hockey, rink];
