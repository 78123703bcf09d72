import { mix, type Pose, STANDING } from './body.js';

/** A cycle of joint angles (degrees) at phases 0–1: [phase, hip, knee]. Phase 0 is the foot's landing. */
type Cycle = readonly (readonly [phase: number, hip: number, knee: number])[];

const WALK: Cycle = [
  [0, 26, 4],
  [0.12, 20, 17],
  [0.3, 2, 6],
  [0.48, -15, 7],
  [0.61, -9, 38],
  [0.73, 13, 60],
  [0.87, 29, 26],
];

const SPRINT: Cycle = [
  [0, 28, 24],
  [0.11, 4, 32],
  [0.23, -26, 14],
  [0.36, -20, 82],
  [0.5, 22, 122],
  [0.66, 66, 96],
  [0.79, 60, 48],
  [0.91, 42, 18],
];

const JOG: Cycle = [
  [0, 24, 18],
  [0.14, 8, 34],
  [0.34, -20, 18],
  [0.46, -14, 62],
  [0.6, 16, 88],
  [0.74, 40, 66],
  [0.88, 36, 24],
];

const RADIANS = Math.PI / 180;

/** Periodic Catmull–Rom through the cycle. */
function sample(cycle: Cycle, phase: number, column: 1 | 2): number {
  const n = cycle.length;
  const p = phase - Math.floor(phase);
  let i = n - 1;
  while (i > 0 && (cycle[i] as Cycle[number])[0] > p) i--;
  const at = (j: number) => {
    const turns = Math.floor(j / n);
    const row = cycle[((j % n) + n) % n] as Cycle[number];
    return { phase: row[0] + turns, value: row[column] };
  };
  const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
  const width = c.phase - b.phase;
  const t = (p - b.phase) / width;
  const m0 = ((c.value - a.value) / (c.phase - a.phase)) * width;
  const m1 = ((d.value - b.value) / (d.phase - b.phase)) * width;
  const t2 = t * t;
  const t3 = t2 * t;
  return (2 * t3 - 3 * t2 + 1) * b.value + (t3 - 2 * t2 + t) * m0 + (-2 * t3 + 3 * t2) * c.value + (t3 - t2) * m1;
}

function cyclePose(
  cycle: Cycle,
  phase: number,
  rest: { lean: number; arm: number; fold: number; liftM: number; twist: number; spread: number },
): Pose {
  const swing = Math.sin(phase * 2 * Math.PI + 0.5);
  const bounce = Math.abs(Math.sin(phase * 2 * Math.PI + 0.9));
  return {
    lean: rest.lean,
    twist: swing * rest.twist,
    hipR: sample(cycle, phase, 1) * RADIANS,
    kneeR: sample(cycle, phase, 2) * RADIANS,
    hipL: sample(cycle, phase + 0.5, 1) * RADIANS,
    kneeL: sample(cycle, phase + 0.5, 2) * RADIANS,
    shoulderL: swing * rest.arm + 0.05,
    elbowL: rest.fold + swing * rest.arm * 0.35,
    shoulderR: -swing * rest.arm + 0.05,
    elbowR: rest.fold - swing * rest.arm * 0.35,
    spread: rest.spread,
    nod: rest.lean * 0.35,
    turn: 0,
    lift: rest.liftM * bounce ** 3,
  };
}

/** Length of one full cycle (two steps) at a speed, metres. */
export function strideM(speedMps: number): number {
  return 1 + 0.33 * Math.max(0, speedMps);
}

/** The pose of someone moving at a speed: standing, walking, jogging, sprinting, and all between. */
export function gait(phase: number, speedMps: number): Pose {
  if (speedMps < 1.2) {
    const walking = cyclePose(WALK, phase, { lean: 0.03, arm: 0.35, fold: 0.3, liftM: 0, twist: 0.05, spread: 0.12 });
    return mix(STANDING, walking, speedMps / 1.0);
  }
  const walk = cyclePose(WALK, phase, { lean: 0.05, arm: 0.42, fold: 0.35, liftM: 0, twist: 0.06, spread: 0.12 });
  if (speedMps < 2.4) return walk;
  const jog = cyclePose(JOG, phase, { lean: 0.1, arm: 0.5, fold: 1.45, liftM: 0.05, twist: 0.08, spread: 0.16 });
  if (speedMps < 5) return mix(walk, jog, (speedMps - 2.4) / 1.2);
  const sprint = cyclePose(SPRINT, phase, { lean: 0.12, arm: 0.85, fold: 1.5, liftM: 0.07, twist: 0.12, spread: 0.14 });
  return mix(jog, sprint, (speedMps - 5) / 2.5);
}
