import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, Channel, depth, type SyntheticScene } from '../protocol/index.js';
import { createScene, sceneNames, truthLine } from './index.js';

const size = { width: 640, height: 360 };
const frames = (scene: SyntheticScene) => Math.round((scene.durationUs / 1e6) * (scene.fps.num / scene.fps.den));

for (const name of sceneNames) {
  test(`${name}: a frame's bytes and truth do not depend on what was asked before`, () => {
    const a = createScene(name, { size });
    const b = createScene(name, { size });
    for (const index of [3, 100, 41]) a.render(index);
    assert.deepEqual(a.render(100), b.render(100));
    assert.deepEqual(a.truth(7), b.truth(7));
    assert.deepEqual(a.render(100 + frames(a)), b.render(100), 'it repeats after its duration');
    assert.equal(a.truth(100 + frames(a)).mediaTimeUs, a.durationUs + Math.round(100e6 / 30));
  });

  test(`${name}: another seed is another take`, () => {
    const [a, b] = [createScene(name, { size, seed: 1 }), createScene(name, { size, seed: 2 })];
    assert.notDeepEqual(a.render(90), b.render(90));
    assert.notDeepEqual(
      a.truth(90).subjects.map((s) => s.groundM),
      b.truth(90).subjects.map((s) => s.groundM),
    );
  });

  test(`${name}: any shape of picture is filled and opaque`, () => {
    for (const [width, height] of [[351, 219] as const, [240, 427] as const, [480, 360] as const]) {
      const scene = createScene(name, { size: { width, height } });
      const pixels = scene.render(60);
      assert.equal(pixels.length, width * height * 4);
      assert.ok(pixels.every((value, i) => i % 4 !== 3 || value === 255));
      const centre = apply(scene.truth(60).groundToImage, scene.truth(60).subjects[0]?.groundM ?? { x: 0, y: 0 });
      assert.ok(Number.isFinite(centre.x));
      assert.ok((scene.setup.calibration?.points.length ?? 0) >= 6, `calibration points at ${width}x${height}`);
    }
  });

  test(`${name}: the set-up is a valid channel and its calibration is exact`, () => {
    const scene = createScene(name, { size });
    const channel = Channel.parse({ ...scene.setup, id: name, title: name, source: { url: `sim:${name}` } });
    const points = channel.calibration?.points ?? [];
    assert.ok(points.length >= 6 && points.length <= 12);
    const toImage = scene.truth(0).groundToImage;
    for (const { image, ground } of points) {
      const seen = apply(toImage, { x: ground[0], y: ground[1] });
      assert.ok(Math.hypot(seen.x - image[0], seen.y - image[1]) < 1e-6);
      assert.ok(image[0] > 0 && image[0] < size.width && image[1] > 0 && image[1] < size.height);
    }
    const span = (k: 0 | 1) => Math.max(...points.map((p) => p.image[k])) - Math.min(...points.map((p) => p.image[k]));
    assert.ok(span(0) > size.width * 0.5 && span(1) > size.height * 0.35, 'the points are spread over the picture');
  });

  test(`${name}: feet stand where the homography puts them, under the box`, () => {
    const scene = createScene(name, { size });
    for (let index = 0; index < frames(scene); index += 37) {
      const { subjects, groundToImage } = scene.truth(index);
      for (const s of subjects) {
        const foot = apply(groundToImage, s.groundM);
        assert.ok(Math.hypot(foot.x - s.foot.x, foot.y - s.foot.y) < 1e-6);
        assert.ok(depth(groundToImage, s.groundM) > 0);
        assert.ok(s.occlusion >= 0 && s.occlusion <= 1);
        if (s.foot.x < 0 || s.foot.x > size.width || s.foot.y > size.height) continue;
        const slack = 0.25 * Math.max(s.box.width, s.box.height);
        const below = s.foot.y - (s.box.y + s.box.height);
        assert.ok(
          s.foot.x > s.box.x - slack && s.foot.x < s.box.x + s.box.width + slack && below < slack,
          `frame ${index} subject ${s.id}`,
        );
      }
    }
  });

  test(`${name}: the camera moves as a person or a drone moves it`, () => {
    const scene = createScene(name, { size });
    const moves: number[] = [];
    const marks = [
      [0.3, 0.5],
      [0.5, 0.7],
      [0.7, 0.6],
    ] as const;
    for (let index = 0; index + 1 < frames(scene); index += 3) {
      const [a, b] = [scene.truth(index).groundToImage, scene.truth(index + 1).groundToImage];
      for (const [u, v] of marks) {
        const ground = unproject(a, u * size.width, v * size.height);
        const to = apply(b, ground);
        moves.push(Math.hypot(to.x - u * size.width, to.y - v * size.height) / size.width);
      }
    }
    moves.sort((p, q) => p - q);
    assert.ok((moves[Math.floor(moves.length * 0.5)] as number) < 0.012, 'half of all moves under 1.2 % of the width a frame');
    assert.ok((moves.at(-1) as number) < 0.022, `largest ${moves.at(-1)}`);
    if (name === 'shop') assert.ok((moves.at(-1) as number) < 1e-9);
  });

  test(`${name}: truth as a line`, () => {
    const scene = createScene(name, { size });
    const line = truthLine(scene.truth(240));
    assert.ok(!line.includes('\n'));
    const parsed = JSON.parse(line) as {
      frame: number;
      mediaTimeUs: number;
      groundToImage: number[];
      subjects: { box: number[]; occlusion: number }[];
    };
    assert.deepEqual([parsed.frame, parsed.mediaTimeUs, parsed.groundToImage.length], [240, 8_000_000, 9]);
    assert.ok(parsed.subjects.length >= 3 && parsed.subjects.every((s) => s.box.length === 4));
  });
}

function unproject(m: readonly number[], x: number, y: number): { x: number; y: number } {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  const [p, q, r, s] = [a - x * g, b - x * h, d - y * g, e - y * h];
  const [u, v] = [x * i - c, y * i - f];
  const det = p * s - q * r;
  return { x: (u * s - q * v) / det, y: (p * v - u * r) / det };
}
