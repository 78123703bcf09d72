import assert from 'node:assert/strict';
import { test } from 'node:test';
import { associate } from './associate.js';

const options = { fps: 25, size: { width: 640, height: 480 } };

test('detections become rows of confirmed tracks, frames without detections included', () => {
  const lines = [1, 2, 3, 6, 7].map((frame) => `${frame},-1,${100 + frame * 2},50,40,100,0.9`);
  const rows = associate(lines.join('\r\n'), options).trim().split('\n');
  assert.equal(rows.length, 4);
  for (const [i, frame] of [2, 3, 6, 7].entries()) {
    assert.match(rows[i], new RegExp(`^${frame},1,[0-9.]+,50.00,40.00,100.00,0.900,-1,-1,-1$`));
    assert.ok(Math.abs(Number(rows[i].split(',')[2]) - 100 - frame * 2) < 0.5, rows[i]);
  }
});

test('rows may come in any order, with or without a score', () => {
  const lines = ['2 -1 102 50 40 100', '1 -1 100 50 40 100'];
  assert.deepEqual(associate(lines.join('\n'), options).split('\n')[0], '1,1,100.00,50.00,40.00,100.00,1.000,-1,-1,-1');
});

test('camera motion given carries tracks over a jump', () => {
  const still = [1, 2, 3, 4, 5].map((f) => `${f},-1,100,50,40,100,0.9`);
  const text = [...still, '6,-1,400,50,40,100,0.9'].join('\n');
  const motionText = '0 1 0 0 0 1 0\n5\t1\t0\t300\t0\t1\t0\t\n';
  assert.match(associate(text, { ...options, motionText }), /^6,1,400/m);
  assert.doesNotMatch(associate(text, options), /^6,1,[34]/m);
});

test('nothing in, nothing out', () => {
  assert.equal(associate('\n\n', options), '');
});

test('what cannot be read is named with its line', () => {
  const good = '1,-1,1,1,5,5,0.5\n';
  assert.throws(() => associate(`${good}1,-1,a,1,5,5,0.5`, options), /detections, line 2: expected frame,id,x,y,w,h,score, got "1,-1,a/);
  assert.throws(() => associate(`${good}${good}0,-1,1,1,5,5,0.5`, options), /line 3: frame 0 is not/);
  assert.throws(() => associate('1,-1,1,1,0,5,0.5', options), /line 1: box of 0×5 pixels has no area/);
  assert.throws(() => associate('1,-1,1', options), /line 1: expected/);
  assert.throws(() => associate(good, { ...options, motionText: '0 1 0 0\n' }), /motion, line 1: expected k a b tx c d ty/);
  assert.throws(() => associate(good, { ...options, fps: 0 }), /frame rate 0/);
});
