import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadProject, pickChannel } from './project-file.js';
import { UsageError } from './usage-error.js';

const dir = mkdtempSync(join(tmpdir(), 'leaderline-project-'));
after(() => rmSync(dir, { recursive: true }));
const channel = { id: 'race', title: 'Race', source: { url: 'race.mp4' } };

function load(content: unknown) {
  const path = join(dir, 'p.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadProject(path);
}

function refusal(content: unknown): string {
  try {
    load(content);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.equal(error.message.split('\n').length, 1, 'one line');
    return error.message;
  }
  return assert.fail('was accepted');
}

test('a short project is completed with defaults', () => {
  const { project, baseDir } = load({ name: 'Cup', channels: [channel] });
  assert.equal(baseDir, dir);
  const only = project.channels[0];
  assert.deepEqual([only?.tracking.analysisWidth, only?.encoder.bFrames, only?.encoder.gopS, only?.outputs[0]?.type], [640, 0, 1, 'hls']);
});

test('every mistake is named with its field and value, in one line', () => {
  assert.match(refusal('{ nope'), /p\.json: not JSON: /);
  assert.match(refusal({ name: 'Cup', channels: [{ ...channel, sorce: 1 }] }), /channels\[0\]: .*"?sorce/);
  assert.match(
    refusal({ name: 'Cup', channels: [{ ...channel, tracking: { analysisWidth: 'wide' } }] }),
    /channels\[0\]\.tracking\.analysisWidth: .*"wide"/,
  );
  assert.match(refusal({ name: 'Cup', channels: [channel, channel] }), /two channels have the same id/);
  assert.match(refusal({ name: 'Cup', channels: [] }), /channels: /);
  assert.match(
    refusal({ name: 'Cup', channels: [{ ...channel, outputs: [{ type: 'stream', url: 'http://x' }] }] }),
    /outputs\[0\]\.url: must start with srt/,
  );
});

test('a missing file and a folder are told apart', () => {
  assert.throws(() => loadProject(join(dir, 'none.json')), /none\.json: no such file/);
  assert.throws(() => loadProject(dir), /is a folder, expected a file/);
});

test('an unknown channel is refused with the ones there are', () => {
  const loaded = load({ name: 'Cup', channels: [channel, { ...channel, id: 'shop' }] });
  assert.equal(pickChannel(loaded, undefined).id, 'race');
  assert.equal(pickChannel(loaded, 'shop').id, 'shop');
  assert.throws(() => pickChannel(loaded, 'pool'), /no channel "pool"; it has race, shop/);
});
