import { apply, invert, type LumaPicture, type Mat3, multiply, type Point, type Size, translation } from '../../protocol/index.js';

/** Pictures of an endless textured plane for tests: smooth noise of several sizes, the same for every run. */

const LATTICE = 1 << 10;
const values = lattice();

function lattice(): Float32Array {
  let state = 12345;
  return Float32Array.from({ length: LATTICE * LATTICE }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

function noise(x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const at = (i: number, j: number) => values[(j & (LATTICE - 1)) * LATTICE + (i & (LATTICE - 1))];
  const top = at(ix, iy) + sx * (at(ix + 1, iy) - at(ix, iy));
  const bottom = at(ix, iy + 1) + sx * (at(ix + 1, iy + 1) - at(ix, iy + 1));
  return top + sy * (bottom - top);
}

/** Brightness of the plane at a point, 0 to 255. `seed` gives another plane. */
export function plane({ x, y }: Point, seed = 0): number {
  const o = seed * 97;
  return 20 + 70 * noise(x / 60 + o, y / 60) + 80 * noise(x / 17 + o, y / 17 + 40) + 60 * noise(x / 6 + o, y / 6 + 80);
}

/** A thing before the plane: covers a rectangle of the picture. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly luma: (x: number, y: number) => number;
}

/** Takes the picture that `planeToPicture` (continuous pixels) sees, with a little noise. */
export function take(planeToPicture: Mat3, { width, height }: Size, patches: readonly Patch[] = [], seed = 0, frame = 0): LumaPicture {
  const back = invert(planeToPicture);
  if (!back) throw new Error('singular');
  const data = new Uint8Array(width * height);
  let state = (frame * 7919 + 17) >>> 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = { x: x + 0.5, y: y + 0.5 };
      const patch = patches.find((b) => p.x >= b.x && p.y >= b.y && p.x < b.x + b.width && p.y < b.y + b.height);
      const value = patch ? patch.luma(p.x, p.y) : plane(apply(back, p), seed);
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[y * width + x] = Math.max(0, Math.min(255, Math.round(value + (state / 2 ** 32 - 0.5) * 4)));
    }
  }
  return { width, height, data };
}

/** A camera on a tripod: the homography from its straight-ahead picture, pixels; angles in radians, `focal` in pixels of both pictures. */
export function turned(size: Size, reference: number, focal: number, pan: number, tilt: number, roll = 0): Mat3 {
  const [cp, sp, ct, st, cr, sr] = [Math.cos(pan), Math.sin(pan), Math.cos(tilt), Math.sin(tilt), Math.cos(roll), Math.sin(roll)];
  const yaw: Mat3 = [cp, 0, -sp, 0, 1, 0, sp, 0, cp];
  const pitch: Mat3 = [1, 0, 0, 0, ct, -st, 0, st, ct];
  const spin: Mat3 = [cr, -sr, 0, sr, cr, 0, 0, 0, 1];
  const k: Mat3 = [focal, 0, size.width / 2, 0, focal, size.height / 2, 0, 0, 1];
  const unk: Mat3 = [1 / reference, 0, -size.width / 2 / reference, 0, 1 / reference, -size.height / 2 / reference, 0, 0, 1];
  return multiply(k, multiply(spin, multiply(pitch, multiply(yaw, unk))));
}

/** Largest distance between where two homographies that end in the same picture put the points that are in it. */
export function worstError(estimated: Mat3, truth: Mat3, size: Size): number {
  const back = invert(truth);
  if (!back) throw new Error('singular');
  let worst = 0;
  for (let j = 0; j <= 4; j++) {
    for (let i = 0; i <= 6; i++) {
      const seen = { x: (i / 6) * size.width, y: (j / 4) * size.height };
      const q = apply(estimated, apply(back, seen));
      worst = Math.max(worst, Math.hypot(q.x - seen.x, q.y - seen.y));
    }
  }
  return worst;
}

/** A homography that turns and zooms about the picture's middle, shifts, and tips the plane a little. */
export function nudge(size: Size, dx: number, dy: number, angle = 0, zoom = 1, tip = 0): Mat3 {
  const [c, s] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom];
  const middle = translation(size.width / 2, size.height / 2);
  const away = translation(-size.width / 2, -size.height / 2);
  return multiply(middle, multiply([c, -s, dx, s, c, dy, tip, tip / 2, 1], away));
}
