import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplayBuffer } from '../../protocol/index.js';
import { Rehearsals } from './rehearsals.js';

const buffer = (fromUs: number, toUs: number): ReplayBuffer => ({ fromUs, toUs, bytes: 0, framesDropped: 0, message: '' });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rehearsals(works: () => boolean): {
  recorded: (buffer: ReplayBuffer) => Promise<void>;
  again: () => void;
  asked: string[];
  held: () => number;
} {
  const asked: string[] = [];
  let held = 0;
  const subject = new Rehearsals(
    {
      ask: async (request) => {
        asked.push(request.type === 'job' ? request.job.kind : request.type);
        return works() ? { type: 'made', requestId: 1, endings: [] } : { type: 'failed', requestId: 1, error: 'nobody is seen yet' };
      },
    },
    {
      around: async () => {
        held++;
        return { from: { folder: 'held' }, release: async () => void held-- };
      },
    },
  );
  const recorded = async (b: ReplayBuffer): Promise<void> => {
    subject.recorded(b);
    await settled();
  };
  return { recorded, again: () => subject.again(), asked, held: () => held };
}

test('one picture is made for nobody as soon as there is something to make it from, and what it was made from is let go', async () => {
  const { recorded, asked, held } = rehearsals(() => true);
  await recorded(buffer(-1, -1));
  await recorded(buffer(0, 2e6));
  assert.deepEqual(asked, []);
  for (let s = 4; s < 30; s++) await recorded(buffer(0, s * 1e6));
  assert.deepEqual(asked, ['rehearsal']);
  assert.equal(held(), 0);
});

test('where nobody was seen it is tried again a while later, and not for ever', async () => {
  let isSeen = false;
  const { recorded, asked } = rehearsals(() => isSeen);
  for (let s = 4; s < 8; s++) await recorded(buffer(0, s * 1e6));
  assert.equal(asked.length, 1);
  isSeen = true;
  for (let s = 8; s < 100; s++) await recorded(buffer(0, s * 1e6));
  assert.equal(asked.length, 2);

  const never = rehearsals(() => false);
  for (let s = 0; s < 1000; s++) await never.recorded(buffer(0, s * 1e6));
  assert.equal(never.asked.length, 8);
});

test('a process that starts anew rehearses anew, a channel that starts anew need not', async () => {
  const { recorded, again, asked } = rehearsals(() => true);
  for (let s = 4; s < 60; s++) await recorded(buffer(0, s * 1e6));
  for (let s = 0; s < 20; s++) await recorded(buffer(0, s * 1e6));
  assert.equal(asked.length, 1);
  again();
  for (let s = 20; s < 40; s++) await recorded(buffer(0, s * 1e6));
  assert.equal(asked.length, 2);
});
