import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, type Mat3, type Point, type SyntheticScene } from '../protocol/index.js';
import { createScene } from './index.js';

const size = { width: 1280, height: 720 };

/** Bilinear grey value at continuous pixels. */
function grey(pixels: Uint8Array, x: number, y: number): number {
  const at = (c: number, r: number) => {
    const i = (r * size.width + c) * 4;
    return ((pixels[i] as number) + (pixels[i + 1] as number) + (pixels[i + 2] as number)) / 3;
  };
  const [u, v] = [x - 0.5, y - 0.5];
  const [c, r] = [Math.floor(u), Math.floor(v)];
  const [s, t] = [u - c, v - r];
  return (at(c, r) * (1 - s) + at(c + 1, r) * s) * (1 - t) + (at(c, r + 1) * (1 - s) + at(c + 1, r + 1) * s) * t;
}

/**
 * How far a painted line lies from where the truth puts it, pixels along its normal: the mean profile across many places on the line, its
 * sides levelled, its bright part's centre of gravity.
 */
function lineError(pixels: Uint8Array, toImage: Mat3, points: readonly Point[], reach: number): number {
  const profile = new Float64Array(Math.round(reach * 20) + 1);
  let used = 0;
  for (const [i, ground] of points.entries()) {
    const p = apply(toImage, ground);
    const q = apply(toImage, points[i + 1] ?? (points[i - 1] as Point));
    const length = Math.hypot(q.x - p.x, q.y - p.y);
    const sign = i + 1 < points.length ? 1 : -1;
    const normal = { x: (-(q.y - p.y) / length) * sign, y: ((q.x - p.x) / length) * sign };
    if (p.x < 20 || p.y < 20 || p.x > size.width - 20 || p.y > size.height - 20) continue;
    used++;
    for (let k = 0; k < profile.length; k++) {
      const d = k / 10 - reach;
      profile[k] = (profile[k] as number) + grey(pixels, p.x + normal.x * d, p.y + normal.y * d);
    }
  }
  assert.ok(used > 25, `only ${used} places on the line are in the picture`);
  let [weight, moment] = [0, 0];
  const [first, last] = [profile[0] as number, profile.at(-1) as number];
  for (const [k, value] of profile.entries()) {
    const base = first + ((last - first) * k) / (profile.length - 1);
    const bright = Math.max(0, (value - base) / used - 6);
    weight += bright;
    moment += bright * (k / 10 - reach);
  }
  assert.ok(weight > 30, 'the line is bright');
  return moment / weight;
}

const along = (from: Point, to: Point, n: number): Point[] =>
  Array.from({ length: n }, (_, i) => ({ x: from.x + ((to.x - from.x) * i) / (n - 1), y: from.y + ((to.y - from.y) * i) / (n - 1) }));

/** Leaves out places where someone stands or casts a shadow. */
function clear(scene: SyntheticScene, index: number, points: readonly Point[]): Point[] {
  const { subjects, groundToImage } = scene.truth(index);
  return points.filter((g) => {
    const p = apply(groundToImage, g);
    return subjects.every(({ box: b }) => p.x < b.x - b.width || p.x > b.x + b.width * 2 || p.y < b.y - 10 || p.y > b.y + b.height + 25);
  });
}

test('sprint: lane lines and the finish line are drawn where the truth says, to 0.1 px', () => {
  const scene = createScene('sprint', { size });
  for (const index of [0, 90, 200, 300, 420]) {
    const pixels = scene.render(index);
    const { groundToImage } = scene.truth(index);
    for (const lane of [1, 2]) {
      const points = clear(scene, index, along({ x: -10, y: lane * 1.22 }, { x: 120, y: lane * 1.22 }, 1200));
      const error = lineError(pixels, groundToImage, points, 4);
      assert.ok(Math.abs(error) < 0.1, `frame ${index}, lane line ${lane}: ${error.toFixed(3)} px`);
    }
  }
  const finish = scene.render(390);
  const error = lineError(
    finish,
    scene.truth(390).groundToImage,
    clear(scene, 390, along({ x: 100.025, y: 0.2 }, { x: 100.025, y: 9.5 }, 150)),
    4,
  );
  assert.ok(Math.abs(error) < 0.1, `finish line: ${error.toFixed(3)} px`);
});

test('drone: the painted edge of the road follows the bending course, to 0.1 px', () => {
  const scene = createScene('drone', { size });
  const centre = scene.setup.course?.centreLine ?? [];
  const edge: Point[] = [];
  for (let i = 1; i + 1 < centre.length; i++) {
    const [before, here, after] = [centre[i - 1], centre[i], centre[i + 1]] as [number, number][] as [
      [number, number],
      [number, number],
      [number, number],
    ];
    const heading = Math.atan2(after[1] - before[1], after[0] - before[0]);
    edge.push({ x: here[0] - Math.sin(heading) * 2.65, y: here[1] + Math.cos(heading) * 2.65 });
  }
  const dense = edge.slice(1).flatMap((p, i) => along(edge[i] as Point, p, 6).slice(0, 5));
  for (const index of [60, 333, 600]) {
    const pixels = scene.render(index);
    const error = lineError(pixels, scene.truth(index).groundToImage, clear(scene, index, dense), 4);
    assert.ok(Math.abs(error) < 0.1, `frame ${index}: ${error.toFixed(3)} px`);
  }
});

test('shop: the painted edge of a mat, a texture, lies where the truth says, to 0.1 px', () => {
  const scene = createScene('shop', { size, seed: 4 });
  const mat = along({ x: 10.55, y: 0.7 }, { x: 11.6, y: 0.7 }, 90);
  const index = Array.from({ length: 20 }, (_, i) => i * 60).find((i) => clear(scene, i, mat).length > 80) as number;
  const pixels = scene.render(index);
  const { groundToImage } = scene.truth(index);
  // Edges are steps: the slope of the profile is bright where the edge is.
  const step = new Float64Array(81);
  for (const g of mat) {
    const p = apply(groundToImage, g);
    for (let k = 0; k < step.length; k++) {
      const y = p.y + (k - 40) / 10;
      step[k] = (step[k] as number) + Math.max(0, grey(pixels, p.x, y - 0.4) - grey(pixels, p.x, y + 0.4));
    }
  }
  const base = Math.max(step[0] as number, step.at(-1) as number) * 1.5;
  let [weight, moment] = [0, 0];
  for (const [k, value] of step.entries()) {
    weight += Math.max(0, value - base);
    moment += Math.max(0, value - base) * ((k - 40) / 10);
  }
  assert.ok(Math.abs(moment / weight) < 0.1, `${(moment / weight).toFixed(3)} px`);
});

test('sprint: each runner in sight shows the own colour inside the own box', () => {
  const scene = createScene('sprint', { size });
  for (const index of [150, 270, 330]) {
    const pixels = scene.render(index);
    for (const { box, occlusion, lane } of scene.truth(index).subjects) {
      if (occlusion > 0.3) continue;
      const colour = Number.parseInt((scene.setup.roster[(lane as number) - 1]?.colour ?? '').slice(1), 16);
      const want = hue(colour >> 16, (colour >> 8) & 255, colour & 255);
      let [inside, seen] = [0, 0];
      for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
        for (let x = Math.ceil(box.x); x < box.x + box.width; x++) {
          const i = (y * size.width + x) * 4;
          const got = hue(pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number);
          seen++;
          if (got.chroma > 60 && Math.abs(Math.atan2(Math.sin(got.angle - want.angle), Math.cos(got.angle - want.angle))) < 0.3) inside++;
        }
      }
      assert.ok(inside / seen > 0.015, `frame ${index}, lane ${lane}: ${inside} of ${seen} pixels`);
    }
  }
});

function hue(r: number, g: number, b: number): { angle: number; chroma: number } {
  return { angle: Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b), chroma: Math.max(r, g, b) - Math.min(r, g, b) };
}
