import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../protocol/index.js';
import { NoiseEstimate } from './noise-estimate.js';
import { SETTINGS } from './settings.js';
import { Tracker } from './tracker.js';

const source = { width: 1920, height: 1080 };

/** Normal numbers, the same each run (Lehmer; Box and Muller). */
function normal(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Sways to and fro every two seconds, by so many pixels each way. */
const swaying = (atS: number, by: number): Box => ({ x: 900 + by * Math.sin(Math.PI * atS), y: 400, width: 80, height: 200 });

function jittered(box: Box, heights: number, random: () => number): Box {
  const [dx, dy, dw, dh] = [random(), random(), random(), random()].map((v) => v * heights * box.height);
  const width = box.width + dw;
  const height = box.height + dh;
  return { x: box.x + dx + (box.width - width) / 2, y: box.y + dy + (box.height - height) / 2, width, height };
}

test('jitter is told from movement, at any frame rate', () => {
  for (const fps of [10, 25, 50]) {
    for (const jitter of [0.01, 0.04]) {
      const estimate = new NoiseEstimate(SETTINGS.first, SETTINGS.firstWeight, SETTINGS.memory);
      const random = normal(7);
      const sightings = Array.from({ length: 60 * fps }, (_, n) => ({
        box: jittered(swaying(n / fps, 20), jitter, random),
        atUs: Math.round((n * 1e6) / fps),
      }));
      for (let n = 3; n < sightings.length; n++) {
        estimate.learnJitter(sightings.slice(n - 3, n + 1));
      }
      for (const axis of ['x', 'y', 'width', 'height'] as const) {
        const learnt = Math.sqrt(estimate.noise[axis].measured);
        assert.ok(Math.abs(learnt / jitter - 1) < 0.25, `${fps} fps: ${axis} jitters by ${jitter} heights, learnt ${learnt.toFixed(4)}`);
      }
    }
  }
});

/** Root mean square error of the middle of the boxes shown, and of the boxes seen, heights, with eight people, after 10 s. */
function errors(jitter: number): { shown: number; seen: number } {
  const tracker = new Tracker({ source });
  const random = normal(3);
  let [shown, seen, count] = [0, 0, 0];
  for (let n = 0; n < 500; n++) {
    const truths = Array.from({ length: 8 }, (_, i) => ({ ...swaying(n / 25 + i / 3, 50), y: 20 + 120 * i, height: 100, width: 40 }));
    const boxes = truths.map((truth) => jittered(truth, jitter, random));
    const tracks = tracker.step(
      boxes.map((box) => ({ box, score: 0.9 })),
      n * 40_000,
      null,
    );
    if (n < 250) continue;
    for (const [i, truth] of truths.entries()) {
      const off = (b: Box) => ((b.x + b.width / 2 - truth.x - truth.width / 2) / truth.height) ** 2;
      const track = tracks.find((t) => t.state === 'confirmed' && Math.abs(t.box.y - truth.y) < 60);
      if (!track) continue;
      shown += off(track.box);
      seen += off(boxes[i]);
      count++;
    }
  }
  return { shown: Math.sqrt(shown / count), seen: Math.sqrt(seen / count) };
}

test('boxes that jitter are steadied; boxes that do not are shown as they are', () => {
  const jittery = errors(0.04);
  assert.ok(jittery.shown < 0.8 * jittery.seen, `${jittery.shown} of ${jittery.seen} heights is left`);
  assert.ok(errors(0).shown < 0.002, `exact boxes are bent by ${errors(0).shown} heights`);
});
