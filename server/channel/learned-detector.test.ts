import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Channel } from '../../protocol/index.js';
import { temporaryFolder } from '../../test/support/cli.js';
import { makeClip } from '../../test/support/clips.js';
import { brightBoxModel } from '../../tracking/detector-onnx/onnx-writer.test-support.js';
import { loadOnnxRuntime } from '../../tracking/detector-onnx/runtime.js';
import { trackClip } from '../bench/track-clip.js';

const installed = await loadOnnxRuntime().then(
  () => true,
  () => false,
);
const skip = installed ? false : 'SKIPPED: onnxruntime-node, an optional package, is not installed';
const { path: dir, remove } = temporaryFolder('learned');
after(remove);

test('a model sees the film through the whole channel, every third frame, and its target is followed in all of them', {
  skip,
}, async () => {
  const film = join(dir, 'film.mp4');
  const model = join(dir, 'bright.onnx');
  await makeClip(film, { width: 320, height: 180, fps: { num: 25, den: 1 }, frames: 30 });
  writeFileSync(model, brightBoxModel('yolox', 128, 1));
  const channel = Channel.parse({
    id: 'film',
    title: 'Film',
    source: { url: film },
    tracking: { camera: 'fixed', detector: { type: 'onnx', model, every: 3 } },
  });
  const { drawn } = await trackClip(channel);
  assert.equal(drawn.length, 30);
  for (const { frameIndex, subjects } of drawn.slice(15)) {
    assert.equal(subjects.length, 1, `frame ${frameIndex}`);
    // Three pixels a frame to the right, a fifth of the height wide.
    const off = Math.abs(subjects[0].box.x - 3 * frameIndex) + Math.abs(subjects[0].box.width - 36);
    assert.ok(off < 8, `frame ${frameIndex}: ${off} px off`);
  }
});
