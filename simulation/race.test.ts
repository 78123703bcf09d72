import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneTruth } from '../protocol/index.js';
import { createScene } from './index.js';

const size = { width: 320, height: 180 };
const finishes: Record<string, number> = { sprint: 100, swim: 50, drone: 226 };

for (const [name, finishM] of Object.entries(finishes)) {
  const scene = createScene(name, { size });
  const total = Math.round((scene.durationUs / 1e6) * 30);
  const truths: SceneTruth[] = Array.from({ length: total }, (_, i) => scene.truth(i));

  test(`${name}: ranks are a permutation that follows distance until the finish`, () => {
    for (const { subjects } of truths) {
      const byRank = [...subjects].sort((a, b) => (a.rank as number) - (b.rank as number));
      assert.deepEqual(
        byRank.map((s) => s.rank),
        subjects.map((_, i) => i + 1),
      );
      const racing = byRank.filter((s) => (s.distanceM as number) < finishM);
      for (let i = 1; i < racing.length; i++) assert.ok((racing[i - 1]?.distanceM as number) >= (racing[i]?.distanceM as number));
      assert.equal(byRank[0]?.gapM, 0);
      assert.equal(byRank[0]?.gapS, 0);
    }
  });

  test(`${name}: a gap in seconds is the time since the leader was there`, () => {
    for (const index of [150, 240, 300]) {
      const { subjects } = truths[index] as SceneTruth;
      const leader = subjects.find((s) => s.rank === 1);
      for (const s of subjects) {
        if (s.gapS === null || s.gapS === undefined || (s.distanceM as number) >= finishM) continue;
        const past = truths.findIndex((t) => (t.subjects.find((o) => o.id === leader?.id)?.distanceM as number) >= (s.distanceM as number));
        assert.ok(Math.abs((index - past) / 30 - s.gapS) < 0.05, `frame ${index} subject ${s.id}: ${s.gapS} s`);
        assert.ok(Math.abs((leader?.distanceM as number) - (s.distanceM as number) - (s.gapM as number)) < 1e-9);
      }
    }
  });

  test(`${name}: the speed is how fast the distance grows, everyone finishes, the lead changes`, () => {
    for (let i = 60; i + 1 < total; i += 25) {
      for (const [k, s] of (truths[i] as SceneTruth).subjects.entries()) {
        const later = (truths[i + 1] as SceneTruth).subjects[k];
        const speed = ((later?.distanceM as number) - (s.distanceM as number)) * 30;
        assert.ok(Math.abs(speed - s.speedMps) < 0.6, `${speed} and ${s.speedMps}`);
      }
    }
    const last = truths.at(-1) as SceneTruth;
    assert.ok(
      last.subjects.every((s) => (s.distanceM as number) >= finishM - 0.06),
      'all have finished',
    );
    const leaders = new Set(truths.slice(75).map((t) => t.subjects.find((s) => s.rank === 1)?.id));
    assert.ok(leaders.size >= 2, 'the lead changes');
    const times = last.subjects.map(
      (s) => truths.findIndex((t) => (t.subjects.find((o) => o.id === s.id)?.distanceM as number) >= finishM - 0.06) / 30,
    );
    assert.ok(Math.max(...times) - Math.min(...times) > 0.15, 'not all at once');
  });

  test(`${name}: the competitors are in the picture while they race`, () => {
    for (let i = 0; i < total; i += 10) {
      const inside = (truths[i] as SceneTruth).subjects.filter(
        ({ foot }) => foot.x > 0 && foot.x < size.width && foot.y > 0 && foot.y < size.height,
      );
      assert.ok(inside.length >= (name === 'drone' ? 4 : 7), `frame ${i}: ${inside.length} in the picture`);
    }
  });
}

test('sprint: finishing times of a good race, and lanes hold', () => {
  const scene = createScene('sprint', { size });
  for (let lane = 1; lane <= 8; lane++) {
    const crossed = Array.from({ length: 600 }, (_, i) => i).find(
      (i) => (scene.truth(i).subjects[lane - 1]?.distanceM as number) >= 100,
    ) as number;
    const seconds = crossed / 30 - 1.5;
    assert.ok(seconds > 9.7 && seconds < 11.3, `lane ${lane}: ${seconds} s`);
    const y = scene.truth(250).subjects[lane - 1]?.groundM.y as number;
    assert.ok(Math.abs(y - (9.76 - (lane - 0.5) * 1.22)) < 0.3, 'lane 1 on the left');
  }
});
