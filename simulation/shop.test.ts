import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneTruth } from '../protocol/index.js';
import { createScene } from './index.js';

const size = { width: 480, height: 270 };

for (const seed of [1, 2, 5]) {
  const scene = createScene('shop', { size, seed });
  const truths: SceneTruth[] = Array.from({ length: 400 }, (_, i) => scene.truth(i * 3));

  test(`shop, seed ${seed}: shoppers stroll, hurry, linger, study and queue; they come and go`, () => {
    const seen = new Set(truths.flatMap((t) => t.subjects.map((s) => s.behaviour)));
    assert.deepEqual([...seen].sort(), ['hurry', 'linger', 'queue', 'stroll', 'study']);
    const ids = truths.map((t) => new Set(t.subjects.map((s) => s.id)));
    const everyone = new Set(ids.flatMap((set) => [...set]));
    assert.ok(everyone.size >= 6 && everyone.size <= 8);
    const comes = [...everyone].some((id) => !ids[0]?.has(id));
    const goes = [...everyone].some((id) => ids[0]?.has(id) && !ids.at(-1)?.has(id));
    assert.ok(comes && goes);
  });

  test(`shop, seed ${seed}: speeds fit behaviours`, () => {
    for (const { subjects } of truths) {
      for (const s of subjects) {
        if (s.behaviour === 'linger') assert.ok(s.speedMps < 0.75, `lingers at ${s.speedMps}`);
        if (s.behaviour === 'stroll') assert.ok(s.speedMps < 1.2, `strolls at ${s.speedMps}`);
        assert.ok(s.speedMps < 2.1);
      }
    }
    const fastest = Math.max(...truths.flatMap((t) => t.subjects.filter((s) => s.behaviour === 'hurry').map((s) => s.speedMps)));
    assert.ok(fastest > 1.5);
  });

  test(`shop, seed ${seed}: nobody walks through furniture or others`, () => {
    const fixtures = scene.setup.floor?.fixtures ?? [];
    assert.ok(fixtures.length >= 6);
    for (const { subjects, frameIndex } of truths) {
      for (const [i, s] of subjects.entries()) {
        for (const f of fixtures) {
          const xs = f.polygon.map((p) => p[0]);
          const ys = f.polygon.map((p) => p[1]);
          const within =
            s.groundM.x > Math.min(...xs) &&
            s.groundM.x < Math.max(...xs) &&
            s.groundM.y > Math.min(...ys) &&
            s.groundM.y < Math.max(...ys);
          assert.ok(!within, `frame ${frameIndex}: shopper ${s.id} in ${f.name}`);
        }
        for (const o of subjects.slice(i + 1)) {
          const apart = Math.hypot(s.groundM.x - o.groundM.x, s.groundM.y - o.groundM.y);
          assert.ok(apart > 0.3, `frame ${frameIndex}: ${s.id} and ${o.id} are ${apart.toFixed(2)} m apart`);
        }
      }
    }
  });

  test(`shop, seed ${seed}: furniture hides people, and the truth says so`, () => {
    assert.ok(
      truths.some((t) =>
        t.subjects.some((s) => s.occlusion > 0.15 && s.foot.x > 20 && s.foot.x < size.width - 20 && s.foot.y < size.height - 20),
      ),
    );
    assert.ok(truths.some((t) => t.subjects.some((s) => s.occlusion === 0)));
  });
}
