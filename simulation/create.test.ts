import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScene, sceneNames } from './index.js';

const tiny = { width: 320, height: 180 };

test('names, parameters and defaults', () => {
  assert.deepEqual([...sceneNames], ['sprint', 'swim', 'drone', 'shop']);
  const plain = createScene('shop');
  assert.deepEqual(
    [plain.size, plain.fps],
    [
      { width: 1280, height: 720 },
      { num: 30, den: 1 },
    ],
  );
  const asked = createScene('sim:shop?seed=3&size=320x180&fps=29.97');
  assert.deepEqual([asked.name, asked.size, asked.fps], ['shop', tiny, { num: 30000, den: 1001 }]);
  assert.deepEqual(asked.render(40), createScene('shop', { seed: 3, size: tiny, fps: { num: 30000, den: 1001 } }).render(40));
});

test('what cannot be made is refused in one clear line', () => {
  const cases: [string, RegExp][] = [
    ['sim:rowing', /unknown scene "rowing": there are sprint, swim, drone, shop/],
    ['toString', /unknown scene/],
    ['sprint?seed=x', /seed must be a whole number.*"x"/],
    ['sprint?size=0x9', /from 64 to 4096/],
    ['sprint?size=big', /size must be like 1280x720, not "big"/],
    ['sprint?fps=-3', /fps must be like 30/],
    ['sprint?sed=3', /unknown parameter "sed".*seed, size and fps/],
  ];
  for (const [spec, message] of cases) {
    assert.throws(
      () => createScene(spec),
      (error: Error) => message.test(error.message) && !error.message.includes('\n'),
      spec,
    );
  }
});
