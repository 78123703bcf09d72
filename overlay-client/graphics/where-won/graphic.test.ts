import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { runS } from '../../testing/final.js';
import { on } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';
import { decisive, recordTimeS, stretches, tell } from './sectors.js';

const secondIn = runS(1, 100);

test('the final curve stands two seconds after the finish at the latest, also when it is taken to air long after', async () => {
  const late = { ...on('where-won'), changedAtUs: 22_000_000 };
  const [live = [], done = []] = await readFinal([secondIn + 0.3, secondIn + 2], [on('where-won')]);
  assert.ok(textsOf(live).includes('DECISIVE'), `${textsOf(live)}`);
  assert.deepEqual(textsOf(live), textsOf(done));
  const [afterwards = []] = await readFinal([21.5], (t) => [{ ...late, on: t >= 20 }]);
  assert.deepEqual(textsOf(afterwards), textsOf(done));
  const total = Number(
    textsOf(done)
      .find((text) => / s$/.test(text))
      ?.slice(0, -2),
  );
  assert.ok(Math.abs(total - (secondIn - runS(0, 100))) < 0.011, `${total}`);
});

test('every graphic tells the same margin', async () => {
  const [written = []] = await readFinal([secondIn + 1], [on('where-won'), on('leader-margin'), on('result-board'), on('head-to-head')]);
  const margins = [
    textsOf(written, 'where-won')
      .find((text) => / s$/.test(text))
      ?.slice(0, -2),
    textsOf(written, 'leader-margin').find((text) => text.startsWith('+')),
    textsOf(written, 'result-board/row1').find((text) => text.startsWith('+')),
    textsOf(written, 'head-to-head/table').find((text) => text.startsWith('+')),
  ];
  assert.equal(new Set(margins).size, 1, margins.join(', '));
});

test('the lift in the middle of the race is what decided it', async () => {
  const [written = []] = await readFinal([secondIn + 2], [on('where-won')]);
  const texts = textsOf(written);
  const from = texts.indexOf('DECISIVE');
  const [, a, b] = /^(\d+)–(\d+) m$/.exec(texts[from + 1] ?? '') ?? [];
  // The first runner lifts between 5 and 7 s after the gun.
  assert.ok(Number(a) >= 35 && Number(b) <= 70, texts.join(' | '));
  assert.ok(Number(texts[from + 2]) > 0.03, texts.join(' | '));
});

test('everyone but the winner is measured against the winner, or against a record', async () => {
  const [third = []] = await readFinal([16], [on('where-won', { subject: 'third' })]);
  assert.ok(
    textsOf(third).some((text) => text.startsWith('−') && text.endsWith(' s')),
    `${textsOf(third)}`,
  );
  const record = [
    { distanceM: 50, timeS: 6 },
    { distanceM: 100, timeS: 11 },
  ];
  const [against = []] = await readFinal([16], [on('where-won', { record, recordName: 'Meeting record' })]);
  assert.ok(textsOf(against).includes('MEETING RECORD'));
  const total = Number(
    textsOf(against)
      .find((text) => / s$/.test(text))
      ?.replace('−', '-')
      .slice(0, -2),
  );
  assert.ok(Math.abs(total - (11 - runS(0, 100))) < 0.35, `${total}`);
});

test('decisive sectors all go the way of the gap, make half of it where a quarter of them can, and none is missed that did more', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 50 }), (gained) => {
      const total = gained.reduce((sum, one) => sum + one, 0);
      const chosen = [...decisive(gained, total)].map((i) => gained[i]!);
      const rest = gained.filter((_, i) => !decisive(gained, total).has(i));
      for (const one of chosen) assert.ok(one * total > 0);
      const sizes = chosen.map((one) => one * Math.sign(total));
      for (const one of rest) assert.ok(one * Math.sign(total) <= Math.min(Infinity, ...sizes) + 1e-12);
      assert.ok(chosen.length <= gained.length / 4);
      const made = chosen.reduce((sum, one) => sum + Math.abs(one), 0);
      assert.ok(total === 0 || made >= Math.abs(total) / 2 || chosen.length === Math.floor(gained.length / 4));
    }),
    { numRuns: 200 },
  );
});

test('neighbours are told as one stretch; what is not known yet is left out', () => {
  const { sectors, aheadS, isFinal } = tell(100, 8, 200, (m) => (m > 80 ? undefined : m < 25 ? 0 : Math.min(50, m) - 25));
  assert.deepEqual(
    stretches(sectors).map(({ fromM, toM, gainedS }) => [fromM, toM, gainedS]),
    [[25, 37.5, 12.5]],
  );
  assert.equal(aheadS, 25);
  assert.equal(isFinal, false);
});

test('a record runs straight between its splits and is not known beyond them', () => {
  const record = [{ distanceM: 50, timeS: 6 }];
  assert.equal(recordTimeS(record, 25), 3);
  assert.equal(recordTimeS(record, 51), undefined);
});
