import type { Vec3 } from '../camera.js';
import { between, type Random } from '../random.js';
import type { Colour } from '../raster/raster.js';
import type { Limb, Looks } from './body.js';

type Local = readonly [forward: number, left: number, up: number];

/** How deep a colour sinks into the water's. */
const WATER: Colour = [46, 138, 176];

/**
 * A front-crawl swimmer along +x or −x, shoulders at x. `turns` counts stroke cycles; `depthM` lowers the body (a glide under water); `upright`
 * (0–1) brings the swimmer to the wall, head up. What lies under the surface is drawn pale and blue.
 */
export function swimmer(looks: Looks, x: number, y: number, heading: number, turns: number, depthM: number, upright: number): Limb[] {
  const cos = Math.cos(heading);
  const roll = Math.sin(turns * 2 * Math.PI) * 0.5 * (1 - upright) * (depthM > 0.3 ? 0 : 1);
  const place = ([f, l, u]: Local): Vec3 => ({ x: x + f * cos, y: y + l * cos, z: u - depthM });
  const limbs: Limb[] = [];
  const add = (a: Local, b: Local, ra: number, rb: number, colour: Colour, more: Partial<Limb> = {}) => {
    const p = place(a);
    const q = place(b);
    const height = Math.min(p.z + ra, q.z + rb, (p.z + q.z) / 2 + Math.max(ra, rb));
    const sunk = Math.max(0, Math.min(1, (0.02 - height) / 0.35 + (height < 0.02 ? 0.35 : 0)));
    const tint = (c: number, w: number) => c + (w - c) * sunk * 0.88;
    const blue: Colour = [tint(colour[0], WATER[0]), tint(colour[1], WATER[1]), tint(colour[2], WATER[2])];
    limbs.push({ a: p, b: q, ra, rb, colour: blue, alpha: 1 - 0.55 * sunk, ...more });
  };
  const tip = upright * 0.9;
  const lay = (f: number, l: number, u: number): Local => [f * Math.cos(tip) - (f < 0 ? 0.15 * tip : 0), l, u + f * Math.sin(tip)];
  const glide = depthM > 0.3 ? 1 : 0;
  for (const side of [1, -1]) {
    const kick = Math.sin(turns * 6 * Math.PI + (side > 0 ? 0 : Math.PI)) * 0.12 * (1 - upright);
    const hip = lay(-0.52, side * 0.09, -0.1);
    const knee = lay(-0.92, side * 0.1, -0.13 + kick * 0.4);
    const ankle = lay(-1.3, side * 0.08, -0.12 + kick);
    add(hip, knee, 0.085, 0.06, looks.skin);
    add(knee, ankle, 0.056, 0.036, looks.skin);
    add(ankle, [ankle[0] - 0.2, ankle[1], ankle[2] + kick * 0.5], 0.038, 0.02, looks.skin);
    const angle = turns * 2 * Math.PI + (side > 0 ? 0 : Math.PI);
    const shoulder = lay(0.02, side * 0.18, -0.02 - side * roll * 0.12);
    const reach = arm(shoulder, angle, side, glide, upright);
    add(shoulder, reach.elbow, 0.062, 0.046, looks.skin);
    add(reach.elbow, reach.hand, 0.046, 0.03, looks.skin);
    add(reach.hand, reach.tip, 0.036, 0.026, looks.skin);
  }
  add(lay(-0.6, 0, -0.1), lay(-0.34, 0, -0.09), 0.125, 0.12, looks.shorts);
  add(lay(-0.34, 0, -0.09), lay(-0.04, 0, -0.06), 0.125, 0.14, looks.skin);
  add(lay(-0.04, 0.1, -0.05 - roll * 0.08), lay(-0.04, -0.1, -0.05 + roll * 0.08), 0.11, 0.11, looks.skin);
  const breath = Math.max(0, Math.sin(turns * 2 * Math.PI + 0.6)) * 0.05;
  const skull = lay(0.24, breath, 0.0 + 0.1 * upright);
  add(lay(0.1, 0, -0.03), skull, 0.06, 0.07, looks.skin);
  add([skull[0] - 0.02, skull[1], skull[2] - 0.03], [skull[0] + 0.05, skull[1], skull[2] - 0.02], 0.09, 0.085, looks.skin);
  add([skull[0] - 0.03, skull[1], skull[2] + 0.025], [skull[0] + 0.03, skull[1], skull[2] + 0.025], 0.1, 0.1, looks.hair);
  return limbs;
}

/** One arm of the crawl: angle 0 reaches forward; a half turn under water, then recovery over it with a high elbow. */
function arm(shoulder: Local, angle: number, side: number, glide: number, upright: number): { elbow: Local; hand: Local; tip: Local } {
  const [f, l, u] = shoulder;
  const forward: [Local, Local] = [
    [f + 0.3, l - side * 0.03, u],
    [f + 0.56, l - side * 0.06, u + 0.01],
  ];
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  // Below the surface (s > 0) the arm is straighter and deep; above it the elbow leads.
  const elbow: Local = s > 0 ? [f + 0.28 * c, l + side * 0.05 * s, u - 0.24 * s] : [f + 0.26 * c, l + side * 0.12 * -s, u - 0.26 * s];
  const hand: Local =
    s > 0 ? [f + 0.55 * c, l - side * 0.02, u - 0.42 * s] : [f + 0.56 * c + 0.08 * -s, l + side * 0.16 * -s, u - 0.14 * s];
  const k = Math.max(glide, upright);
  const mix = (a: Local, b: Local): Local => [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
  const e = mix(elbow, forward[0]);
  const h = mix(hand, [forward[1][0], forward[1][1], forward[1][2] + 0.12 * upright]);
  const length = Math.hypot(h[0] - e[0], h[1] - e[1], h[2] - e[2]) || 1;
  const on = 0.12 / length;
  return { elbow: e, hand: h, tip: [h[0] + (h[0] - e[0]) * on, h[1] + (h[1] - e[1]) * on, h[2] + (h[2] - e[2]) * on] };
}

const FOAM: Colour = [238, 246, 250];

/**
 * Foam and drops around a swimmer: a wake that thins out behind, a bow wave at the head, drops thrown up where a hand enters. Not part of
 * the subject's box.
 */
export function splash(next: Random, x: number, y: number, heading: number, turns: number, speedMps: number, depthM: number): Limb[] {
  const cos = Math.cos(heading);
  const strength = Math.min(1, speedMps / 1.7);
  const out: Limb[] = [];
  const drop = (f: number, l: number, u: number, r: number, alpha: number) => {
    const at = { x: x + f * cos, y: y + l * cos, z: Math.max(0, u) };
    out.push({ a: at, b: { x: at.x + 0.01 + r, y: at.y, z: at.z }, ra: r, rb: r * 0.8, colour: FOAM, alpha, flat: 0.85 });
  };
  if (strength < 0.15) return out;
  const under = depthM > 0.3 ? 0.25 : 1;
  for (let i = 0; i < 64; i++) {
    const back = between(next, 0, 1) ** 1.6 * 2.6;
    drop(
      -1.1 - back,
      between(next, -0.32, 0.32) * (0.6 + back * 0.3),
      between(next, -0.02, 0.1),
      between(next, 0.012, 0.036),
      under * strength * between(next, 0.12, 0.5) * (1 - back / 2.8),
    );
  }
  if (depthM > 0.3) return out;
  for (let i = 0; i < 30; i++)
    drop(
      -1.35 + between(next, -0.3, 0.25),
      between(next, -0.22, 0.22),
      between(next, 0, 0.32) ** 1.3,
      between(next, 0.01, 0.03),
      strength * between(next, 0.3, 0.9),
    );
  for (let i = 0; i < 20; i++) {
    const side = i % 2 ? 1 : -1;
    drop(0.36 - i * 0.045, side * (0.16 + i * 0.022), 0.03, between(next, 0.012, 0.032), strength * between(next, 0.2, 0.6));
  }
  for (const side of [1, -1]) {
    const cycle = turns + (side > 0 ? 0 : 0.5);
    const since = cycle - Math.floor(cycle);
    if (since > 0.3) continue;
    for (let i = 0; i < 16; i++) {
      const rise = Math.max(0, 0.9 * since - 3.2 * since * since) * between(next, 0.6, 2.4);
      drop(
        0.62 - since * 1.2 + between(next, -0.14, 0.14),
        side * 0.16 + between(next, -0.16, 0.16),
        rise,
        between(next, 0.012, 0.035),
        strength * (1 - since / 0.3) * 0.9,
      );
    }
  }
  return out;
}
