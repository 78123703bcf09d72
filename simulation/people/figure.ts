import { apply, type Box, invert, type Mat3, type Point } from '../../protocol/index.js';
import { project, type Vec3, type View } from '../camera.js';
import { CAPSULE_FLOATS, type Raster } from '../raster/raster.js';
import type { Limb } from './body.js';

/** Someone as they appear in one frame: what is drawn, where, and how near. */
export interface Figure {
  /** The kernel's capsules, far to near. */
  readonly capsules: Float64Array;
  /** Tight box around all of them, continuous pixels. */
  readonly box: Box;
  /** 1 ÷ distance of the ground under them: larger is nearer. */
  readonly inverse: number;
  readonly limbs: readonly Limb[];
  /** Ground position, metres. */
  readonly ground: Point;
}

/** Projects limbs: perspective for their ends and radii, far ones first. */
export function figure(view: View, limbs: readonly Limb[], ground: Point): Figure {
  const { right, up, forward } = view;
  const drawn: { order: number; floats: readonly number[] }[] = [];
  let [left, rightmost, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const limb of limbs) {
    const a = project(view, limb.a.x, limb.a.y, limb.a.z);
    const b = project(view, limb.b.x, limb.b.y, limb.b.z);
    if (a.inverse <= 0 || b.inverse <= 0) continue;
    const r0 = limb.ra * view.focalPx * a.inverse;
    const r1 = limb.rb * view.focalPx * b.inverse;
    left = Math.min(left, a.x - r0, b.x - r1);
    rightmost = Math.max(rightmost, a.x + r0, b.x + r1);
    top = Math.min(top, a.y - r0, b.y - r1);
    bottom = Math.max(bottom, a.y + r0, b.y + r1);
    let [from, to, side, half] = [2, 2, 0, 0];
    if (limb.patch) {
      const { facing } = limb.patch;
      const fx = facing.x * right.x + facing.y * right.y + facing.z * right.z;
      const fy = -(facing.x * up.x + facing.y * up.y + facing.z * up.z);
      const towards = -(facing.x * forward.x + facing.y * forward.y + facing.z * forward.z);
      const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
      side = (fx * -(b.y - a.y) + fy * (b.x - a.x)) / length;
      ({ from, to } = limb.patch);
      half = limb.patch.half >= 1 || towards > 0 ? limb.patch.half : 0;
    }
    const c = limb.colour;
    const c2 = limb.patch?.colour ?? c;
    drawn.push({
      order: 2 / (a.inverse + b.inverse) - (limb.lift ?? 0),
      floats: [
        a.x,
        a.y,
        r0,
        b.x,
        b.y,
        r1,
        a.inverse,
        b.inverse,
        c[0],
        c[1],
        c[2],
        limb.alpha ?? 1,
        c2[0],
        c2[1],
        c2[2],
        from,
        to,
        side,
        half,
        limb.flat ?? 0,
      ],
    });
  }
  drawn.sort((p, q) => q.order - p.order);
  const capsules = new Float64Array(drawn.length * CAPSULE_FLOATS);
  for (const [i, { floats }] of drawn.entries()) capsules.set(floats, i * CAPSULE_FLOATS);
  return {
    capsules,
    box: { x: left, y: top, width: rightmost - left, height: bottom - top },
    inverse: project(view, ground.x, ground.y, 0).inverse,
    limbs,
    ground,
  };
}

/** True where a point of the picture lies on the figure. */
export function covers(f: Figure, x: number, y: number): boolean {
  const { box, capsules: c } = f;
  if (x < box.x || y < box.y || x > box.x + box.width || y > box.y + box.height) return false;
  for (let i = 0; i < c.length; i += CAPSULE_FLOATS) {
    const ax = c[i] as number;
    const ay = c[i + 1] as number;
    const dx = (c[i + 3] as number) - ax;
    const dy = (c[i + 4] as number) - ay;
    const length2 = dx * dx + dy * dy;
    const t = length2 > 1e-6 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length2)) : 0;
    const r = (c[i + 2] as number) + ((c[i + 5] as number) - (c[i + 2] as number)) * t;
    if ((x - ax - dx * t) ** 2 + (y - ay - dy * t) ** 2 <= r * r) return true;
  }
  return false;
}

const COLUMNS = 9;
const ROWS = 21;

/**
 * Share of the figure that is not seen, 0 to 1: sampled on a grid over its own silhouette; a sample is hidden when it lies outside the
 * picture, on a nearer figure, or where `hiddenAt` says so (fixtures).
 */
export function occlusion(
  f: Figure,
  others: readonly Figure[],
  view: View,
  hiddenAt: (x: number, y: number, inverse: number) => boolean = () => false,
): number {
  const nearer = others.filter((o) => o !== f && o.inverse > f.inverse && meet(o.box, f.box));
  const { width, height } = view.size;
  let own = 0;
  let hidden = 0;
  for (let row = 0; row < ROWS; row++) {
    const y = f.box.y + ((row + 0.5) / ROWS) * f.box.height;
    for (let column = 0; column < COLUMNS; column++) {
      const x = f.box.x + ((column + 0.5) / COLUMNS) * f.box.width;
      if (!covers(f, x, y)) continue;
      own++;
      const outside = x < 0 || y < 0 || x >= width || y >= height;
      if (outside || hiddenAt(x, y, f.inverse) || nearer.some((o) => covers(o, x, y))) hidden++;
    }
  }
  return own === 0 ? 0 : hidden / own;
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Light that casts shadows: where it comes from (unit), how soft and dark its shadows are. */
export interface Sun {
  readonly direction: Vec3;
  readonly softnessM: number;
  /** 0–255. */
  readonly strength: number;
}

/** Casts the figure's shadow on the ground into the raster's mask. */
export function castShadow(raster: Raster, toImage: Mat3, f: Figure, sun: Sun): void {
  const toGround = invert(toImage);
  if (!toGround) return;
  const anchor = apply(toImage, f.ground);
  if (anchor.x < -400 || anchor.y < -400 || anchor.x > raster.size.width + 400 || anchor.y > raster.size.height + 400) return;
  const origin = apply(toGround, anchor);
  const alongX = apply(toGround, { x: anchor.x + 1, y: anchor.y });
  const alongY = apply(toGround, { x: anchor.x, y: anchor.y + 1 });
  const list: number[] = [];
  const k = sun.direction;
  for (const { a, b, ra, rb, alpha } of f.limbs) {
    if ((alpha ?? 1) < 0.5) continue;
    const height = Math.max(0, (a.z + b.z) / 2);
    const az = Math.max(0, a.z);
    const bz = Math.max(0, b.z);
    list.push(
      a.x - (k.x / k.z) * az - f.ground.x,
      a.y - (k.y / k.z) * az - f.ground.y,
      b.x - (k.x / k.z) * bz - f.ground.x,
      b.y - (k.y / k.z) * bz - f.ground.y,
      (ra + rb) / 2,
      sun.softnessM * (0.4 + height),
      sun.strength / (1 + height * sun.softnessM * 2),
    );
  }
  raster.shadows(list, anchor, [alongX.x - origin.x, alongY.x - origin.x, alongX.y - origin.y, alongY.y - origin.y]);
}

/** Draws figures far to near. */
export function drawFigures(raster: Raster, figures: readonly Figure[]): void {
  const { width, height } = raster.size;
  const seen = figures.filter(({ box }) => box.x < width && box.y < height && box.x + box.width > 0 && box.y + box.height > 0);
  for (const f of seen.sort((a, b) => a.inverse - b.inverse)) raster.capsules(f.capsules);
}
