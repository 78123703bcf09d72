import assert from 'node:assert/strict';
import test from 'node:test';
import { finalFrame, finalScene, runM, runS } from '../../testing/final.js';
import { on, SMALL_HD } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';
import { createReader } from '../../testing/reading.js';

import { RaceLog } from '../race-log.js';
import { trace } from './trace.js';

function raceUntil(frames: number): RaceLog {
  const race = new RaceLog(finalScene(SMALL_HD).course);
  for (let i = 0; i < frames; i++) race.observe(finalFrame(SMALL_HD, i));
  return race;
}

test('speed and acceleration along the course are the true ones', () => {
  const race = raceUntil(140);
  const record = race.of(0);
  assert.ok(record);
  const points = trace(race, record, 400);
  assert.deepEqual([points[0]?.distanceM, points[0]?.speedMps], [0, 0]);
  let checked = 0;
  for (const { distanceM, speedMps, accelerationMps2 } of points) {
    if (distanceM < 15 || distanceM > 90) continue;
    const t = runS(0, distanceM);
    const speed = (runM(0, t + 0.25) - runM(0, t - 0.25)) / 0.5;
    assert.ok(Math.abs(speedMps - speed) < 0.15, `${distanceM} m: ${speedMps}, really ${speed}`);
    const acceleration = (runM(0, t + 0.5) - 2 * runM(0, t) + runM(0, t - 0.5)) / 0.25;
    assert.ok(Math.abs(accelerationMps2 - acceleration) < 0.8, `${distanceM} m: ${accelerationMps2}, really ${acceleration}`);
    checked++;
  }
  assert.ok(checked > 50);
});

test('somebody who was lost for a moment and found metres ahead was no faster for it; what is only predicted is not remembered', () => {
  const race = new RaceLog(finalScene(SMALL_HD).course);
  const moved = (i: number, m: number) => {
    const frame = finalFrame(SMALL_HD, i);
    return { ...frame, standings: frame.standings.map((s) => ({ ...s, distanceM: s.distanceM + m })) };
  };
  for (let i = 0; i < 250; i++) {
    if (i >= 150 && i < 156) race.observe({ ...moved(i, (i - 149) * 0.8), predicted: true });
    // A neighbour's place for a moment.
    else race.observe(moved(i, i >= 180 && i < 186 ? 2.5 : 0));
  }
  const record = race.of(0);
  assert.ok(record);
  const speeds = trace(race, record, 400).map(({ speedMps }) => speedMps);
  let fastest = 0;
  for (let t = 0; t < 8; t += 0.1) fastest = Math.max(fastest, (runM(0, t + 0.25) - runM(0, t - 0.25)) / 0.5);
  assert.ok(Math.abs(Math.max(...speeds) - fastest) < 0.4, `top ${Math.max(...speeds)}, really ${fastest}`);
});

test('the card of the leader stays that person’s while it is on, and is another’s when it comes on again', async () => {
  const reader = await createReader(finalScene(SMALL_HD));
  const card = on('speed-trace', { subject: 'leader' });
  const names: string[][] = [];
  for (let i = 0; i < 260; i++) {
    const frame = finalFrame(SMALL_HD, i);
    const [a, b, ...rest] = frame.standings;
    // The second of them passes, well ahead.
    const isPassed = i >= 150 && a && b;
    const standings = isPassed ? [{ ...b, rank: 1, distanceM: a.distanceM + 1 }, { ...a, rank: 2 }, ...rest] : frame.standings;
    const out = i >= 210 && i < 225;
    const written = reader.read({ ...frame, standings }, [{ ...card, on: !out, changedAtUs: i < 210 ? 0 : i < 225 ? at(210) : at(225) }]);
    if ([140, 200, 250].includes(i)) names.push(textsOf(written));
  }
  reader.close();
  const [before = [], held = [], anew = []] = names;
  const name = before.find((text) => text.length > 8 && text === text.toUpperCase() && !text.includes('/'))!;
  assert.ok(held.includes(name), `${name}: ${held}`);
  assert.ok(!anew.includes(name), `${name}: ${anew}`);
});

const at = (index: number) => finalFrame(SMALL_HD, index).mediaTimeUs;

test('the speed now is large, in the unit asked for; the race is all there when the card comes late', async () => {
  const [kmh = [], ms = []] = await readFinal([8, 10], (t) => [
    { ...on('speed-trace', { unit: t < 9 ? 'km/h' : 'm/s', subject: '114' }), on: t > 7, changedAtUs: 9_100_000 },
  ]);
  const largest = (written: typeof kmh) => [...written].sort((a, b) => b.box.height - a.box.height)[0]?.text;
  assert.ok(Math.abs(Number(largest(kmh)) - (runM(1, 8.05) - runM(1, 7.95)) * 36) < 0.8, `${largest(kmh)}`);
  assert.ok(Math.abs(Number(largest(ms)) - (runM(1, 10.05) - runM(1, 9.95)) * 10) < 0.3, `${largest(ms)}`);
  assert.ok(textsOf(kmh).includes('ΚΩΝΣΤΑΝΤΙΝΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ') && textsOf(kmh).includes('KM/H'));
  assert.ok(textsOf(kmh).includes('TOP'));
});

test('without a course the last seconds of whoever is meant are shown', async () => {
  const [written = []] = await readFinal([8], [on('speed-trace', { subject: '101' })], { scene: { course: null } });
  // Everybody's own speed over the ground in these frames is 9 m/s.
  assert.ok(textsOf(written).includes('32.4') && textsOf(written).includes('−40 s'), `${textsOf(written)}`);
  // Nor does it change: nothing has no sign.
  assert.ok(textsOf(written).includes('0.0'), `${textsOf(written)}`);
});

test('a change of data shows at once', async () => {
  const [before = [], after = []] = await readFinal([8, 8.1], (t) => [t < 8.05 ? METRES : KILOMETRES]);
  assert.ok(textsOf(before).includes('M/S') && !textsOf(before).includes('KM/H'));
  assert.ok(textsOf(after).includes('KM/H') && !textsOf(after).includes('M/S'));
});

const METRES = on('speed-trace', { unit: 'm/s' });
const KILOMETRES = on('speed-trace', { unit: 'km/h' });
