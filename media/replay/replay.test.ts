import assert from 'node:assert/strict';
import { readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GraphicState } from '../../protocol/index.js';
import { scratch } from '../testing/channel.js';
import { type DrawnRecording, drawRecording, trackingOf } from '../testing/recording.js';
import { writeClip } from './clip.js';
import { ReplayReader } from './reader.js';
import { listSegments, pinSegments } from './segments.js';

/** Each picture says its number: its level is 40 + 2 · index. */
const numbered: DrawnRecording = {
  width: 96,
  height: 64,
  frames: 70,
  paint: ([y], index) => y.fill(levelOf(index)),
  subjects: (index) => [
    {
      ...{ trackId: 7, rosterIndex: 0, state: 'visible', lane: 2, confidence: 1, uncertaintyM: 0.25 },
      ...{ box: { x: index, y: 8, width: 10, height: 20 }, foot: { x: index + 5, y: 28 } },
      ...{ ground: { x: index / 4, y: 1.5 }, velocity: { x: 6.25, y: 0 } },
    },
  ],
};
const levelOf = (index: number): number => 40 + 2 * index;

async function levels(reader: ReplayReader, from: number, to: number): Promise<[number, number][]> {
  const seen: [number, number][] = [];
  for await (const { frame, native } of reader.decode(from, to)) {
    seen.push([frame.tracking.frameIndex, native.data![0]![20 * native.linesize[0]! + 20]!]);
    native.free();
  }
  return seen;
}

function assertLevels(seen: readonly [number, number][], from: number, to: number): void {
  assert.deepEqual(
    seen.map(([index]) => index),
    Array.from({ length: to - from + 1 }, (_, i) => from + i),
  );
  for (const [index, level] of seen) assert.ok(Math.abs(level - levelOf(index)) <= 2, `picture ${index} has level ${level}`);
}

test('every frame comes back with its picture, its positions and its graphics', async (t) => {
  const folder = join(scratch(t), 'buffer');
  const on = (index: number): GraphicState[] => [
    { id: 'tags', type: 'name-tags', on: index >= 30, changedAtUs: -1, data: {}, step: 0, steppedAtUs: -1 },
  ];
  const [before, after] = [on(0), on(30)];
  const recorder = await drawRecording(folder, { ...numbered, graphics: (i) => (i < 30 ? before : after) });
  const { fromUs, toUs, framesDropped, message, bytes } = recorder.state;
  assert.deepEqual({ fromUs, toUs, framesDropped, message }, { fromUs: 0, toUs: 69 * 40_000, framesDropped: 0, message: '' });
  const files = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  assert.equal(
    bytes,
    files.reduce((sum, size) => sum + size, 0),
    'bytes on disk',
  );
  const reader = await ReplayReader.openFolder(folder);
  assert.equal(reader.frames.length, 70);
  for (const [index, frame] of reader.frames.entries()) {
    assert.deepEqual(frame.tracking, trackingOf(numbered, index));
    assert.equal(frame.graphics[0]?.on, index >= 30, `graphics of frame ${index}`);
  }
  assertLevels(await levels(reader, 0, 69), 0, 69);
  assertLevels(await levels(reader, 33, 52), 33, 52);
  const some: number[] = [];
  for await (const { frame, native } of reader.decodeSome([61, 5, 5, 6, 40])) {
    some.push(frame.tracking.frameIndex);
    native.free();
  }
  assert.deepEqual(some, [5, 6, 40, 61]);
  assert.equal(reader.at(1_000_000), 25);
  assert.equal(reader.at(1_039_999), 25, 'a frame is shown until the next');
});

test('a recording cut off anywhere is whole up to its last whole frame', async (t) => {
  const folder = join(scratch(t), 'buffer');
  await drawRecording(folder, numbered);
  const last = (await listSegments(folder)).at(-1)!;
  const whole = (await ReplayReader.openFolder(folder)).frames.length;
  truncateSync(`${last.path}.idx`, statSync(`${last.path}.idx`).size - 20);
  assert.equal((await ReplayReader.openFolder(folder)).frames.length, whole - 1, 'half a record');
  truncateSync(`${last.path}.dat`, statSync(`${last.path}.dat`).size >> 1);
  const cut = await ReplayReader.openFolder(folder);
  assert.ok(cut.frames.length < whole - 1 && cut.frames.length >= 50, `half of the pictures: ${cut.frames.length} frames`);
  assertLevels(await levels(cut, 45, cut.frames.length - 1), 45, cut.frames.length - 1);
  truncateSync(`${last.path}.idx`, 5);
  const without = await ReplayReader.openFolder(folder);
  assert.equal(without.frames.at(-1)!.mediaTimeUs < last.startUs, true, 'a segment without a header is passed over');
});

test('the oldest goes when there is too much, by time and by bytes; what is held stays', async (t) => {
  const folder = join(scratch(t), 'buffer');
  const held = join(folder, '..', 'held');
  const limits = { seconds: 5, bytes: 1e9 };
  await drawRecording(folder, { ...numbered, frames: 50 });
  await pinSegments(folder, 0, 2e6, held);
  // Another size, as after a restart with another camera: what was there is gone.
  const recorder = await drawRecording(folder, { ...numbered, width: 64, height: 48, frames: 260, limits, paint: ([y]) => y.fill(90) });
  const kept = recorder.state.toUs - recorder.state.fromUs;
  assert.ok(kept >= 5e6 && kept < 9e6, `${kept} µs kept`);
  const reader = await ReplayReader.openFolder(folder);
  assert.equal(reader.frames[0]!.mediaTimeUs, recorder.state.fromUs);
  assert.deepEqual(reader.picture.size, { width: 64, height: 48 });
  assertLevels(await levels(await ReplayReader.openFolder(held), 0, 49), 0, 49);
  const small = await drawRecording(folder, { ...numbered, width: 64, height: 48, frames: 260, limits: { seconds: 60, bytes: 1000 } });
  assert.ok(small.state.toUs - small.state.fromUs <= 2.5e6, 'no more than the segment in hand');
});

test('an encoder that cannot keep up loses pictures, not positions, and nobody waits', async (t) => {
  const folder = join(scratch(t), 'buffer');
  const recorder = await drawRecording(folder, { ...numbered, unhurried: false });
  const { framesDropped } = recorder.state;
  assert.ok(framesDropped > 20, `${framesDropped} dropped`);
  const reader = await ReplayReader.openFolder(folder);
  const pictures = reader.frames.filter((f) => f.bytes > 0).length;
  assert.equal(pictures, 70 - framesDropped);
  for (const [index, frame] of reader.frames.entries()) assert.equal(frame.tracking.frameIndex, index);
});

test('where it cannot be written, the replay says so in one line and the channel goes on', async (t) => {
  const folder = scratch(t);
  writeFileSync(join(folder, 'file'), '');
  const blocked = await drawRecording(join(folder, 'file', 'buffer'), { ...numbered, frames: 3 });
  assert.match(blocked.state.message, /^replay stopped: .*ENOTDIR[^\n]*$/);
  if (process.platform !== 'linux') return;
  // A segment on a full disk.
  const filling = (index: number): void => {
    if (index === 5) symlinkSync('/dev/full', join(folder, 'full', '0000000002000000.dat'));
  };
  const paint: DrawnRecording['paint'] = (planes, index) => {
    filling(index);
    numbered.paint(planes, index);
  };
  const full = await drawRecording(join(folder, 'full'), { ...numbered, paint });
  assert.match(full.state.message, /^replay stopped: .*the disk is full; free some space[^\n]*$/);
  assert.ok((await ReplayReader.openFolder(join(folder, 'full'))).frames.length >= 40, 'what was recorded before stays');
});

test('a clip is a recording of its own, pictures untouched', async (t) => {
  const folder = scratch(t);
  await drawRecording(join(folder, 'buffer'), numbered);
  await writeClip(await ReplayReader.openFolder(join(folder, 'buffer')), 20, 60, join(folder, 'clip-1'));
  const clip = await ReplayReader.openClip(join(folder, 'clip-1'));
  const first = clip.frames[0]!.tracking.frameIndex;
  assert.ok(first <= 20 && first > 6, 'from the key frame before');
  assertLevels(await levels(clip, 20 - first, clip.frames.length - 1), 20, 60);
});
