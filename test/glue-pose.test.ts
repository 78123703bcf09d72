import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, CourseGeometry, type LumaPicture, type Mat3, type Point, type SyntheticScene } from '../protocol/index.js';
import { createScene } from '../simulation/index.js';
import { TrackingPipeline } from '../tracking/index.js';

/** A scene's picture at half its size as luma, four pixels averaged to one as a source's scaler does. */
function lumaOf(scene: SyntheticScene, index: number): LumaPicture {
  const rgba = scene.render(index);
  const stride = scene.size.width * 4;
  const width = scene.size.width / 2;
  const height = scene.size.height / 2;
  const data = new Uint8Array(width * height);
  const luma = (at: number) => rgba[at] * 0.2126 + rgba[at + 1] * 0.7152 + rgba[at + 2] * 0.0722;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 2 * y * stride + 8 * x;
      data[y * width + x] = Math.round((luma(at) + luma(at + 4) + luma(at + stride) + luma(at + stride + 4)) / 4);
    }
  }
  return { width, height, data };
}

/** Root mean square distance, pixels, of a ground line drawn through a pose from the true one, over the part in the picture. */
function lineError(pose: Mat3, truth: Mat3, line: readonly Point[], scene: SyntheticScene): number | undefined {
  const wanted = line.map((p) => apply(truth, p));
  const drawn = line.map((p) => apply(pose, p));
  const [first, last] = [wanted[0], wanted[wanted.length - 1]];
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const length = Math.hypot(dx, dy);
  let sum = 0;
  let count = 0;
  for (const [i, p] of wanted.entries()) {
    if (p.x < 0 || p.y < 0 || p.x > scene.size.width || p.y > scene.size.height) continue;
    sum += (((drawn[i].x - p.x) * dy - (drawn[i].y - p.y) * dx) / length) ** 2;
    count++;
  }
  return count > 0 ? Math.sqrt(sum / count) : undefined;
}

// At two thirds of full HD, so that the suite stays quick; errors in full HD pixels.
for (const name of ['sprint', 'drone']) {
  test(`a line across the course stays glued to sim:${name} for 20 s, calibrated on the first frame only`, async () => {
    const scene = createScene(name, { size: { width: 1280, height: 720 }, fps: { num: 25, den: 1 }, seed: 3 });
    const { course } = scene.setup;
    assert.ok(course);
    const geometry = new CourseGeometry(course);
    const pipeline = await TrackingPipeline.create({ source: scene.size, channel: scene.setup, fps: scene.fps });
    const errors: number[] = [];
    for (let i = 0; i < 500; i++) {
      const truth = scene.truth(i);
      const frame = pipeline.process(lumaOf(scene, i), truth.mediaTimeUs, i, i === 0 ? 'start' : null);
      assert.equal(frame.pose.state, 'held', `lost at frame ${i}`);
      const leader = Math.max(...truth.subjects.map((s) => geometry.locate(s.groundM).alongM));
      const [left, right] = geometry.lineAcross(leader);
      const line = Array.from({ length: 21 }, (_, k) => ({
        x: left.x + ((right.x - left.x) * k) / 20,
        y: left.y + ((right.y - left.y) * k) / 20,
      }));
      const error = lineError(frame.pose.groundToImage, truth.groundToImage, line, scene);
      if (error !== undefined) errors.push(error * 1.5);
    }
    pipeline.close();
    const rms = Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length);
    assert.ok(errors.length > 300, `the line was in only ${errors.length} pictures`);
    assert.ok(rms < 2, `${rms.toFixed(2)} px RMS`);
    assert.ok(Math.max(...errors) < 6, `${Math.max(...errors).toFixed(2)} px worst`);
  });
}
