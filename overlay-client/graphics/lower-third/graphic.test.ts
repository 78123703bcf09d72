import assert from 'node:assert/strict';
import test from 'node:test';
import { on } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';

test('a competitor is named by bib, name, place in the start list or place in the race', async () => {
  for (const [subject, name] of [
    ['114', 'ΚΩΝΣΤΑΝΤΙΝΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ'],
    ['ingrid solberg', 'INGRID SOLBERG'],
    ['roster 6', 'AROHA NGATA'],
    ['leader', 'AMÉLIE DUBOIS'],
    ['rank 8', 'MARIA DE FÁTIMA OLIVEIRA DOS SANTOS'],
  ] as const) {
    const [written = []] = await readFinal([9], [on('lower-third', { subject })]);
    assert.equal(textsOf(written).at(-1), name, subject);
  }
  const [nobody = []] = await readFinal([9], [on('lower-third', { subject: '999' })]);
  assert.deepEqual(nobody, []);
});

test('one step on, team and second line appear under the name, which stays where it is', async () => {
  const state = on('lower-third', { name: 'Ana Reyes', bib: '7', team: 'Blue', line: 'Guest at the microphone' });
  const [first = [], fading = [], second = []] = await readFinal([1, 2.1, 3], (t) => [
    t < 1.9 ? state : { ...state, step: 1, steppedAtUs: 3_900_000 },
  ]);
  assert.deepEqual(textsOf(first), ['7', 'ANA REYES']);
  assert.deepEqual(textsOf(second), ['Blue', 'Guest at the microphone', '7', 'ANA REYES']);
  assert.equal(fading.length, 4);
  assert.deepEqual(second.at(-1)?.box, first.at(-1)?.box);
  const name = second.at(-1)?.box;
  const line = second[1]?.box;
  assert.ok(name && line && line.y >= name.y + name.height * 0.8);
});

test('a name that runs from right to left stands at the right edge of its card', async () => {
  const read = async (name: string) => (await readFinal([0], [on('lower-third', { name, bib: '7' })]))[0]?.at(-1);
  for (const name of ['رنا', 'דן']) {
    const written = await read(name);
    assert.equal(written?.text, name);
    const { box, part } = written!;
    assert.ok(part.x + part.width - (box.x + box.width) < 30, `${name}: ${box.x + box.width} of ${part.x + part.width}`);
  }
  const latin = await read('Dan');
  assert.ok(latin && latin.part.x + latin.part.width - (latin.box.x + latin.box.width) > 60);
});
