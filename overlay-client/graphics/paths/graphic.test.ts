import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphicState, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, around, flatten, type Picture } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

/** One subject on an uncalibrated picture, at (x, y). */
function flatFrame(index: number, x: number, y: number): TrackingFrame {
  const base = raceFrame(SMALL_HD, index, 0);
  const subject = { ...base.subjects[0]!, ground: { x, y }, foot: { x, y }, state: 'visible' as const };
  return {
    ...base,
    subjects: [subject],
    standings: [],
    pose: { groundToImage: [1, 0, 0, 0, 1, 0, 0, 0, 1], unit: 'px', state: 'held', confidence: 1 },
  };
}

async function drawPath(frames: readonly TrackingFrame[], graphic: GraphicState = on('paths', { seconds: 1 })): Promise<Picture> {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  try {
    for (const frame of frames.slice(0, -1)) overlay.observe(frame, [graphic]);
    return flatten(overlay.render(frames.at(-1)!, [graphic]), SMALL_HD);
  } finally {
    overlay.close();
  }
}

test('a path shows the last second, strongest at the subject, without a calibration too', async () => {
  const picture = await drawPath(Array.from({ length: 61 }, (_, i) => flatFrame(i, 100 + i * 10, 300)));
  const alpha = [698, 620, 550, 480, 415].map((x) => alphaAt(picture, x, 300));
  assert.ok(alpha[0]! > 150, `at the subject ${alpha[0]}`);
  for (let i = 1; i < alpha.length; i++) assert.ok(alpha[i]! < alpha[i - 1]!, `fades: ${alpha}`);
  assert.equal(alphaAt(picture, 390, 300), 0, 'nothing older than a second');
  assert.equal(alphaAt(picture, 706, 300), 0, 'nothing ahead of the subject');
});

test('a subject that stands leaves no blot, and one that is only guessed leaves no path', async () => {
  const standing = Array.from({ length: 61 }, (_, i) => flatFrame(i, 400, 300));
  assert.ok((await drawPath(standing)).rgba.every((value) => value === 0));
  const guessed = Array.from({ length: 61 }, (_, i) => {
    const frame = flatFrame(i, 100 + i * 10, 300);
    return { ...frame, subjects: frame.subjects.map((subject) => ({ ...subject, state: 'predicted' as const })) };
  });
  assert.ok((await drawPath(guessed)).rgba.every((value) => value === 0));
});

test('a path across the horizon stays a small thing in the picture', async () => {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  // The camera looks along the track from among the runners: some of the path lies behind it.
  for (let i = 0; i < 60; i++) overlay.observe(raceFrame(SMALL_HD, i), [on('paths', { seconds: 2 })]);
  const frame = raceFrame(SMALL_HD, 60);
  const { lookAt } = await import('../../testing/camera.js');
  const { groundToImage } = lookAt(SMALL_HD, [8, 0.2, 1.5], [60, 0, 1], 800);
  const regions = overlay.render({ ...frame, pose: { ...frame.pose, groundToImage: [...groundToImage] } }, [on('paths', { seconds: 2 })]);
  overlay.close();
  assert.ok(regions.length > 0);
  const box = around(regions);
  assert.ok(box.y >= SMALL_HD.height * 0.3, `nothing in the sky: from ${box.y} px`);
});

test('coloured by speed, who is fast leaves another colour than who is slow, and a scale says which', async () => {
  const colourOf = async (mps: number): Promise<{ hue: string; scale: boolean }> => {
    const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
    const graphic = on('paths', { colourBy: 'speed', fastMps: 10, widthM: 1 });
    const at = (i: number): TrackingFrame => {
      const frame = raceFrame(SMALL_HD, i, 60);
      const subject = { ...frame.subjects[0]!, state: 'visible' as const, ground: { x: 16 + ((i - 30) * mps) / 30, y: 0 } };
      return { ...frame, subjects: [subject], standings: [] };
    };
    for (let i = 0; i < 30; i++) overlay.observe(at(i), [graphic]);
    const regions = overlay.render(at(30), [graphic]);
    const ground = regions.find(({ onGround }) => onGround);
    assert.ok(ground);
    let strongest = 0;
    for (let i = 0; i < ground.rgba.length; i += 4) if (ground.rgba[i + 3]! > ground.rgba[strongest + 3]!) strongest = i;
    const [r = 0, , b = 0] = ground.rgba.subarray(strongest, strongest + 3);
    const scale = regions.some(({ onGround }) => !onGround);
    overlay.close();
    return { hue: r > b ? 'warm' : 'cold', scale };
  };
  assert.deepEqual(await colourOf(1.5), { hue: 'cold', scale: true });
  assert.deepEqual(await colourOf(9.5), { hue: 'warm', scale: true });
});
