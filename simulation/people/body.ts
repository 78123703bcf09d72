import type { Vec3 } from '../camera.js';
import type { Colour } from '../raster/raster.js';

/** A limb in the world: a capsule between two points with a radius at each, metres. */
export interface Limb {
  readonly a: Vec3;
  readonly b: Vec3;
  readonly ra: number;
  readonly rb: number;
  readonly colour: Colour;
  /** A second colour on part of it: from–to along (0–1), centred `side` across (−1 to 1, in the world's frame when `facing` is given). */
  readonly patch?: { readonly colour: Colour; readonly from: number; readonly to: number; readonly half: number; readonly facing: Vec3 };
  /** Drawn this much nearer than it is (metres): clothes over skin. */
  readonly lift?: number;
  readonly alpha?: number;
  /** 0 shaded … 1 not at all. */
  readonly flat?: number;
}

/** Joint angles, radians. Thighs and upper arms from straight down, forwards positive; knees and elbows fold positive. */
export interface Pose {
  readonly lean: number;
  readonly twist: number;
  readonly hipL: number;
  readonly kneeL: number;
  readonly hipR: number;
  readonly kneeR: number;
  readonly shoulderL: number;
  readonly elbowL: number;
  readonly shoulderR: number;
  readonly elbowR: number;
  /** Arms away from the body. */
  readonly spread: number;
  /** Head up (positive) or down, against the torso. */
  readonly nod: number;
  /** Head turned to the left. */
  readonly turn: number;
  /** Height of the lowest point above the ground, metres. */
  readonly lift: number;
}

export const STANDING: Pose = {
  lean: 0.02,
  twist: 0,
  hipL: 0.03,
  kneeL: 0.05,
  hipR: -0.03,
  kneeR: 0.03,
  shoulderL: 0.05,
  elbowL: 0.2,
  shoulderR: -0.02,
  elbowR: 0.25,
  spread: 0.12,
  nod: 0,
  turn: 0,
  lift: 0,
};

/** Between two poses, every angle in proportion. */
export function mix(a: Pose, b: Pose, t: number): Pose {
  if (t <= 0) return a;
  if (t >= 1) return b;
  const at = (key: keyof Pose) => a[key] + (b[key] - a[key]) * t;
  return {
    lean: at('lean'),
    twist: at('twist'),
    hipL: at('hipL'),
    kneeL: at('kneeL'),
    hipR: at('hipR'),
    kneeR: at('kneeR'),
    shoulderL: at('shoulderL'),
    elbowL: at('elbowL'),
    shoulderR: at('shoulderR'),
    elbowR: at('elbowR'),
    spread: at('spread'),
    nod: at('nod'),
    turn: at('turn'),
    lift: at('lift'),
  };
}

/** How someone looks. */
export interface Looks {
  readonly heightM: number;
  /** 1 is athletic; more is stouter. */
  readonly build: number;
  readonly skin: Colour;
  readonly hair: Colour;
  readonly longHair: boolean;
  readonly shirt: Colour;
  readonly trim: Colour;
  readonly shorts: Colour;
  readonly shoes: Colour;
  /** Sleeves and trouser legs, 0 (none) to 1 (full length). */
  readonly sleeve: number;
  readonly trouser: number;
  readonly bib?: Colour;
}

/**
 * Builds the limbs of a person standing at (x, y), heading along `heading` (radians). The lowest point of the feet comes to `pose.lift`
 * above `baseM`.
 */
export function body(pose: Pose, looks: Looks, x: number, y: number, heading: number, baseM = 0): Limb[] {
  const s = looks.heightM / 1.78;
  const k = s * looks.build;
  const cos = Math.cos(heading);
  const sin = Math.sin(heading);
  // Points are (forward, left, up) from the pelvis until `place` puts them into the world.
  type Local = readonly [number, number, number];
  const swing = (from: Local, angle: number, length: number, out = 0): Local => [
    from[0] + Math.sin(angle) * length,
    from[1] + out,
    from[2] - Math.cos(angle) * length,
  ];
  const leg = (side: number, hip: number, knee: number) => {
    const root: Local = [pose.twist * -0.08 * side * s, side * 0.085 * s, 0];
    const kneeAt = swing(root, hip, 0.43 * s);
    const shin = hip - knee;
    const ankle = swing(kneeAt, shin, 0.41 * s);
    const pitch = shin < 0 ? shin * 0.75 : shin * 0.45;
    const toe: Local = [ankle[0] + Math.cos(pitch) * 0.17 * s, ankle[1], ankle[2] - 0.035 * s + Math.sin(pitch) * 0.17 * s];
    const heel: Local = [ankle[0] - Math.cos(pitch) * 0.04 * s, ankle[1], ankle[2] - 0.04 * s - Math.sin(pitch) * 0.04 * s];
    return { root, knee: kneeAt, ankle, toe, heel };
  };
  const left = leg(1, pose.hipL, pose.kneeL);
  const right = leg(-1, pose.hipR, pose.kneeR);
  const sole = 0.035 * s;
  const lowest = Math.min(left.toe[2], left.heel[2], right.toe[2], right.heel[2]) - sole;
  const rise = pose.lift - lowest + baseM;
  const place = (p: Local): Vec3 => ({ x: x + p[0] * cos - p[1] * sin, y: y + p[0] * sin + p[1] * cos, z: p[2] + rise });

  const up: Local = [Math.sin(pose.lean), 0, Math.cos(pose.lean)];
  const along = (d: number, side = 0, forward = 0): Local => [
    up[0] * d * s + (Math.cos(pose.lean) * forward + pose.twist * -side) * s,
    side * s,
    up[2] * d * s - Math.sin(pose.lean) * forward * s,
  ];
  const neck = along(0.53);
  const headUp: Local = [Math.sin(pose.lean * 0.55 - pose.nod), 0, Math.cos(pose.lean * 0.55 - pose.nod)];
  const headAt = (d: number, forward: number): Local => [
    neck[0] + (headUp[0] * d + headUp[2] * forward * Math.cos(pose.turn)) * s,
    neck[1] + Math.sin(pose.turn) * forward * s,
    neck[2] + (headUp[2] * d - headUp[0] * forward) * s,
  ];
  const facing: Vec3 = { x: cos, y: sin, z: 0 };

  const limbs: Limb[] = [];
  const add = (a: Local, b: Local, ra: number, rb: number, colour: Colour, more: Partial<Limb> = {}) =>
    limbs.push({ a: place(a), b: place(b), ra: ra * k, rb: rb * k, colour, ...more });

  for (const [side, { root, knee, ankle, toe, heel }] of [[1, left] as const, [-1, right] as const]) {
    const cloth = Math.min(1, looks.trouser * 2);
    add(root, knee, 0.083, 0.058, cloth >= 1 ? looks.shorts : looks.skin);
    if (cloth > 0 && cloth < 1) {
      const hem: Local = [
        root[0] + (knee[0] - root[0]) * cloth,
        root[1] + (knee[1] - root[1]) * cloth,
        root[2] + (knee[2] - root[2]) * cloth,
      ];
      add(root, hem, 0.098, 0.089, looks.shorts, { lift: 0.03 });
    }
    const calf: Local = [knee[0] * 0.6 + ankle[0] * 0.4 - 0.012, knee[1], knee[2] * 0.6 + ankle[2] * 0.4];
    const lower = looks.trouser >= 1 ? looks.shorts : looks.skin;
    const wide = looks.trouser >= 1 ? 0.068 : 0.054;
    add(knee, calf, 0.056, wide, lower);
    add(calf, ankle, wide, looks.trouser >= 1 ? 0.056 : 0.036, lower);
    add(heel, toe, 0.042, 0.034, looks.shoes, { lift: 0.01 });
    const angle = side > 0 ? pose.shoulderL : pose.shoulderR;
    const fold = side > 0 ? pose.elbowL : pose.elbowR;
    const shoulder = along(0.465, side * 0.175);
    const elbow = swing(shoulder, angle + pose.lean * 0.4, 0.28 * s * Math.cos(pose.spread), side * 0.28 * s * Math.sin(pose.spread));
    const wrist = swing(elbow, angle + pose.lean * 0.4 + fold, 0.25 * s, -side * 0.05 * s * Math.min(1, Math.abs(fold)));
    add(shoulder, elbow, 0.052, 0.04, looks.sleeve >= 0.9 ? looks.shirt : looks.skin);
    if (looks.sleeve > 0 && looks.sleeve < 0.9) {
      const t = Math.min(1, looks.sleeve * 1.6);
      const cuff: Local = [
        shoulder[0] + (elbow[0] - shoulder[0]) * t,
        shoulder[1] + (elbow[1] - shoulder[1]) * t,
        shoulder[2] + (elbow[2] - shoulder[2]) * t,
      ];
      add(shoulder, cuff, 0.062, 0.056, looks.shirt, { lift: 0.02 });
    }
    add(elbow, wrist, 0.039, 0.029, looks.sleeve >= 0.9 ? looks.shirt : looks.skin);
    const hand = swing(wrist, angle + fold, 0.07 * s);
    add(wrist, hand, 0.034, 0.03, looks.skin);
  }
  add(along(-0.02, 0.055), along(-0.02, -0.055), 0.115, 0.115, looks.shorts, { lift: 0.02 });
  const patch = looks.bib
    ? { colour: looks.bib, from: 0.3, to: 0.95, half: 0.62, facing }
    : { colour: looks.trim, from: 0.72, to: 0.9, half: 2, facing };
  add(along(0.06), along(0.34, 0, 0.01), 0.112, 0.135, looks.shirt, { patch });
  add(along(0.4, 0.1), along(0.4, -0.1), 0.108, 0.108, looks.shirt, { flat: 0.3 });
  add(along(0.47, 0.13), along(0.47, -0.13), 0.066, 0.066, looks.sleeve > 0 ? looks.shirt : looks.trim, { flat: 0.2 });
  add(along(0.5), headAt(0.07, 0.01), 0.056, 0.05, looks.skin);
  add(headAt(0.1, 0.022), headAt(0.2, 0.012), 0.078 / looks.build, 0.092 / looks.build, looks.skin);
  add(headAt(0.2, -0.028), headAt(0.225, -0.012), 0.096 / looks.build, 0.09 / looks.build, looks.hair);
  if (looks.longHair) add(headAt(0.19, -0.07), headAt(0.02, -0.1), 0.05, 0.028, looks.hair);
  return limbs;
}
