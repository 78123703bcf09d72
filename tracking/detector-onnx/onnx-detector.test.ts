import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Box, ColourPicture } from '../../protocol/index.js';
import { OnnxDetector, type OnnxDetectorOptions } from './onnx-detector.js';
import { brightBoxModel, type ModelKind, OnnxWriter } from './onnx-writer.test-support.js';
import { loadOnnxRuntime } from './runtime.js';

const installed = await loadOnnxRuntime().then(
  () => true,
  () => false,
);
const skip = installed ? false : 'SKIPPED: onnxruntime-node, an optional package, is not installed';
const folder = mkdtempSync(join(tmpdir(), 'leaderline-onnx-'));
after(() => rmSync(folder, { recursive: true }));

function picture(width: number, height: number, ...bright: readonly Box[]): ColourPicture {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = 40 + ((i * 37) % 60);
  for (const b of bright) {
    for (let y = b.y; y < b.y + b.height; y++) data.fill(255, 3 * (y * width + b.x), 3 * (y * width + b.x + b.width));
  }
  return { width, height, data };
}

function modelFile(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function open(kind: ModelKind, batch: number | string, o: Partial<OnnxDetectorOptions> = {}): Promise<OnnxDetector> {
  const model = modelFile(`${kind}-${batch}.onnx`, brightBoxModel(kind, 128, batch));
  return OnnxDetector.open({ model, classes: [{ index: 0, threshold: 0.1 }], tiles: [1, 1], ...o });
}

function assertBox(got: Box, expected: Box, tolerance: number): void {
  for (const key of ['x', 'y', 'width', 'height'] as const) {
    assert.ok(Math.abs(got[key] - expected[key]) <= tolerance, `${key} ${got[key]} instead of ${expected[key]}`);
  }
}

const BOX = { x: 100, y: 40, width: 40, height: 60 };

for (const kind of ['yolox', 'yolox decoded', 'yolo', 'boxes', 'queries', 'logits', 'deployed'] as const) {
  test(`${kind}: recognised by its shapes, box and score right through the letterbox`, { skip }, async () => {
    for (const [width, height] of [
      [256, 144],
      [160, 256],
    ]) {
      const detector = await open(kind, 1);
      assert.equal(detector.kind, kind === 'yolox decoded' ? 'yolox' : kind);
      const [found, ...more] = await detector.detect(picture(width, height, BOX));
      assert.deepEqual(more, []);
      assertBox(found.box, BOX, detector.kind === 'yolo' || detector.kind === 'yolox' || detector.kind === 'boxes' ? 0.01 : 2);
      assert.ok(Math.abs(found.score - 0.9) < 1e-4);
      assert.deepEqual(await detector.detect(picture(width, height)), []);
    }
  });
}

test('YOLOX is shown blue first, the others red first', { skip }, async () => {
  const red = picture(256, 144, BOX);
  for (let i = 0; i < red.data.length; i++) if (i % 3 !== 0) red.data[i] = 30;
  for (const [kind, seesRed] of [
    ['yolox', 2],
    ['yolo', 0],
    ['logits', 0],
  ] as const) {
    for (const plane of [0, 1, 2] as const) {
      const model = modelFile(`${kind}-plane-${plane}.onnx`, brightBoxModel(kind, 128, 1, plane));
      const detector = await OnnxDetector.open({ model, classes: [{ index: 0, threshold: 0.1 }], tiles: [1, 1] });
      assert.equal((await detector.detect(red)).length, plane === seesRed ? 1 : 0, `${kind}, plane ${plane}`);
    }
  }
});

test('each class has its own threshold, others are not wanted', { skip }, async () => {
  const at = async (...classes: OnnxDetectorOptions['classes']) => {
    const detector = await open('yolo', 1, { classes });
    return (await detector.detect(picture(256, 144, BOX))).map((d) => Math.round(d.score * 100));
  };
  assert.deepEqual(await at({ index: 0, threshold: 0.95 }, { index: 1, threshold: 0.3 }), [40]);
  assert.deepEqual(await at({ index: 1, threshold: 0.5 }), []);
  assert.deepEqual(await at({ index: 1, threshold: 0.3 }, { index: 0, threshold: 0.5 }), [90]);
  assert.deepEqual(await at({ index: 7, threshold: 0.01 }), []);
});

test('tiles find what is small, whole and once, in one batch or one by one', { skip }, async () => {
  const small = { x: 486, y: 256, width: 60, height: 40 };
  const big = picture(1024, 576, small);
  for (const batch of ['n', 1, 3] as const) {
    const detector = await open('yolo', batch, { tiles: [3, 2] });
    const found = await detector.detect(big);
    assert.equal(found.length, 1, `batch ${batch}: ${JSON.stringify(found)}`);
    assertBox(found[0].box, small, 4);
  }
});

test('what cannot be used is refused in one line that says what to do', { skip }, async () => {
  const options = { classes: [{ index: 0, threshold: 0.1 }], tiles: [1, 1] } as const;
  const refused = async (model: string, expected: RegExp) => {
    await assert.rejects(OnnxDetector.open({ ...options, model }), (error: Error) => {
      assert.match(error.message, expected);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  };
  await refused(join(folder, 'none.onnx'), /no such file/);
  await refused(modelFile('text.onnx', new TextEncoder().encode('not a model')), /text\.onnx cannot be opened/);
  const w = new OnnxWriter();
  w.op('ReduceMax', ['images'], { axes: [1], keepdims: 0 }, 'heat');
  const heat = w.model({ images: { type: 'float', dims: [1, 3, 32, 32] } }, { heat: { type: 'float', dims: [1, 32, 32] } });
  await refused(modelFile('flat.onnx', heat), /answers heat \[1, 32, 32\]: not the shapes of YOLOX/);
});

test('without the optional package one line says what to install', async () => {
  await assert.rejects(
    loadOnnxRuntime('onnxruntime-not-there'),
    /^Error: detector: onnx needs the optional package onnxruntime-not-there, which is not installed; run "npm install onnxruntime-not-there"$/,
  );
});
