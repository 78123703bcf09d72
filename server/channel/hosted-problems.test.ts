import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GraphicState } from '../../protocol/index.js';
import { HostedProblems } from './hosted-problems.js';

const graphic = (id: string, type = 'ograf:strap'): GraphicState => ({
  ...{ id, type, on: true, changedAtUs: -1, data: {}, step: 0, steppedAtUs: -1 },
});
const rundown = [graphic('a'), graphic('b'), graphic('own', 'gap-board')];

function at(graphics: readonly GraphicState[] = rundown) {
  const problems = new HostedProblems();
  const says = (page: string, id: string, line: string): void => problems.take(page, [{ graphic: id, line }], graphics);
  const of = (id: string): string | undefined => problems.shown(graphics).find((g) => g.id === id)?.problem;
  return { problems, says, of };
}

test('a page takes back its own word, not that of another page that still fails', () => {
  const { problems, says, of } = at();
  says('obs', 'a', 'no luck');
  says('vmix', 'a', 'no colour');
  assert.equal(of('a'), 'no colour', 'the latest');
  says('vmix', 'a', '');
  assert.equal(of('a'), 'no luck');
  problems.take('obs', null, rundown);
  assert.equal(of('a'), 'no luck', 'a page that is gone may have gone because of it');
  says('obs again', 'a', '');
  assert.equal(of('a'), undefined);
});

test('news are told once, in one line however many', () => {
  const many = Array.from({ length: 200 }, (_, i) => graphic(`g${i}`));
  const { problems } = at(many);
  problems.take(
    'page',
    many.map(({ id }) => ({ graphic: id, line: 'x'.repeat(500) })),
    many,
  );
  const line = problems.news(many);
  assert.match(line, /^g0 fails: x+….*; and 197 more$/);
  assert.ok(line.length < 700);
  assert.equal(problems.news(many), '');
  problems.take('page', [{ graphic: 'g7', line: '' }], many);
  assert.equal(problems.news(many), 'g7 works again');
});

test('hostile pages fill nothing: unknown graphics, our own, many pages, controls and halves of characters', () => {
  const { problems, says, of } = at();
  says('p', 'own', 'not yours');
  says('p', 'nobody', 'who?');
  assert.deepEqual([of('own'), of('nobody')], [undefined, undefined]);
  says('p', 'a', `  one\r\n\u0007two\u202e ${'😀'.repeat(300)}`);
  assert.match(of('a') ?? '', /^one two 😀+…$/u);
  assert.ok((of('a') ?? '').length <= 200);
  for (let i = 0; i < 1000; i++) says(`page ${i}`, 'b', `line ${i}`);
  for (let i = 999; i >= 984; i--) says(`page ${i}`, 'b', '');
  assert.equal(of('b'), undefined, 'no more than sixteen pages are remembered');
  says('p', 'a', 'still');
  problems.take('q', [], [graphic('a', 'ograf:another')]);
  assert.equal(of('a'), undefined, 'another graphic of the same name has its own problems');
});
