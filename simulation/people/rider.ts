import type { Vec3 } from '../camera.js';
import type { Colour } from '../raster/raster.js';
import type { Limb, Looks } from './body.js';

type Local = readonly [forward: number, left: number, up: number];

const TYRE: Colour = [28, 28, 30];
const RIM: Colour = [110, 112, 118];
const WHEEL_M = 0.335;
const AXLE_M = 0.5;

/**
 * A rider on a racing bicycle at (x, y): `turns` of the cranks, `bank` (radians, left positive) and `steer` in bends.
 * @returns the limbs of both, bicycle first.
 */
export function rider(
  looks: Looks,
  frame: Colour,
  x: number,
  y: number,
  heading: number,
  turns: number,
  bank: number,
  sway: number,
): Limb[] {
  const cos = Math.cos(heading);
  const sin = Math.sin(heading);
  const lean = Math.sin(bank);
  const upright = Math.cos(bank);
  const place = ([f, l, u]: Local): Vec3 => {
    const side = l * upright + u * lean;
    return { x: x + f * cos - side * sin, y: y + f * sin + side * cos, z: Math.max(0.01, u * upright - l * lean) };
  };
  const limbs: Limb[] = [];
  const add = (a: Local, b: Local, ra: number, rb: number, colour: Colour, more: Partial<Limb> = {}) =>
    limbs.push({ a: place(a), b: place(b), ra, rb, colour, ...more });

  for (const axle of [-AXLE_M, AXLE_M]) {
    const at = (i: number): Local => {
      const angle = (i / 14) * 2 * Math.PI;
      return [axle + Math.cos(angle) * WHEEL_M, 0, WHEEL_M + 0.01 + Math.sin(angle) * WHEEL_M];
    };
    for (let i = 0; i < 14; i++) add(at(i), at(i + 1), 0.017, 0.017, TYRE);
    const spin = turns * 2 * Math.PI * 2.4;
    for (let k = 0; k < 3; k++) {
      const angle = -spin + (k * Math.PI) / 3;
      const [c, s] = [Math.cos(angle) * (WHEEL_M - 0.03), Math.sin(angle) * (WHEEL_M - 0.03)];
      add([axle + c, 0, WHEEL_M + s], [axle - c, 0, WHEEL_M - s], 0.004, 0.004, RIM, { alpha: 0.6 });
    }
  }
  const crank: Local = [-0.06, 0, 0.29];
  const seat: Local = [-0.22, 0, 0.93];
  const head: Local = [0.38, 0, 0.9];
  const bar: Local = [0.44, 0, 0.95];
  for (const [a, b] of [
    [crank, seat],
    [crank, [0.37, 0, 0.78]],
    [[-0.17, 0, 0.82], head],
    [crank, [-AXLE_M, 0, WHEEL_M]],
    [
      [-0.18, 0, 0.8],
      [-AXLE_M, 0, WHEEL_M],
    ],
    [head, [AXLE_M, 0, WHEEL_M]],
  ] as const) {
    add(a, b, 0.022, 0.02, frame);
  }
  add([-0.32, 0, 0.95], [-0.1, 0, 0.95], 0.05, 0.022, TYRE);
  add([bar[0], 0.2, bar[2]], [bar[0], -0.2, bar[2]], 0.016, 0.016, TYRE);

  const hip: Local = [-0.22, sway * 0.02, 1.0];
  const chest: Local = [0.16, sway * 0.03, 1.3];
  for (const side of [1, -1]) {
    const angle = -(turns * 2 * Math.PI) + (side < 0 ? Math.PI : 0);
    const pedal: Local = [crank[0] + Math.cos(angle) * 0.17, side * 0.11, crank[2] + Math.sin(angle) * 0.17];
    const ankle: Local = [pedal[0] - 0.1, side * 0.1, pedal[2] + 0.11];
    const root: Local = [hip[0], side * 0.08, hip[2]];
    const knee = bendForward(root, ankle, 0.44, 0.44, side * 0.1);
    const mid: Local = [(root[0] + knee[0]) / 2, (root[1] + knee[1]) / 2, (root[2] + knee[2]) / 2];
    add(root, knee, 0.085, 0.058, looks.skin);
    add(root, [mid[0] * 0.6 + knee[0] * 0.4, mid[1], mid[2] * 0.6 + knee[2] * 0.4], 0.092, 0.074, looks.shorts, { lift: 0.03 });
    add(knee, ankle, 0.056, 0.036, looks.skin);
    add(ankle, [pedal[0] + 0.09, side * 0.11, pedal[2] + 0.01], 0.04, 0.034, looks.shoes);
    const shoulder: Local = [chest[0] + 0.02, side * 0.17, chest[2]];
    const hand: Local = [bar[0] + 0.05, side * 0.2, bar[2] + 0.03];
    const elbow: Local = [(shoulder[0] + hand[0]) / 2 - 0.05, side * 0.22, (shoulder[2] + hand[2]) / 2 - 0.06];
    add(shoulder, elbow, 0.055, 0.042, looks.shirt);
    add(elbow, hand, 0.038, 0.032, looks.skin);
  }
  add([hip[0], 0.06, hip[2]], [hip[0], -0.06, hip[2]], 0.115, 0.115, looks.shorts);
  const up: Vec3 = { x: -cos * 0.5, y: -sin * 0.5, z: 0.87 };
  add([hip[0] + 0.02, hip[1], hip[2] + 0.03], chest, 0.122, 0.138, looks.shirt, {
    patch: { colour: looks.trim, from: 0.3, to: 0.75, half: 0.6, facing: up },
  });
  add([chest[0], 0.11, chest[2]], [chest[0], -0.11, chest[2]], 0.1, 0.1, looks.shirt);
  add([chest[0] + 0.08, chest[1], chest[2] + 0.04], [chest[0] + 0.18, chest[1], chest[2] + 0.12], 0.055, 0.06, looks.skin);
  const skull: Local = [chest[0] + 0.22, chest[1], chest[2] + 0.2];
  add(skull, [skull[0] + 0.03, skull[1], skull[2] - 0.06], 0.09, 0.078, looks.skin);
  add([skull[0] - 0.06, skull[1], skull[2] + 0.03], [skull[0] + 0.05, skull[1], skull[2] + 0.055], 0.105, 0.098, looks.hair, {
    lift: 0.02,
    patch: { colour: looks.trim, from: 0, to: 1, half: 0.22, facing: up },
  });
  return limbs;
}

/** The joint between two ends for limb lengths a and b, bent forwards. */
function bendForward(from: Local, to: Local, a: number, b: number, left: number): Local {
  const dx = to[0] - from[0];
  const dz = to[2] - from[2];
  const reach = Math.min(Math.hypot(dx, dz), (a + b) * 0.999);
  const along = (a * a - b * b + reach * reach) / (2 * reach);
  const out = Math.sqrt(Math.max(0, a * a - along * along));
  const [ux, uz] = [dx / reach, dz / reach];
  return [from[0] + ux * along - uz * out, left, from[2] + uz * along + ux * out];
}
