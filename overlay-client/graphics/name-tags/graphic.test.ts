import assert from 'node:assert/strict';
import test from 'node:test';
import type { ChannelScene, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { flatten } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

/** What is drawn after a second in which nobody knew who runs in the fourth lane; the standings know of the others. */
async function drawn(data: Record<string, string>, changes: Partial<ChannelScene> = {}, without = false): Promise<Uint8ClampedArray> {
  const overlay = await createHeadlessOverlay({ ...raceScene(SMALL_HD), ...changes });
  const frameAt = (index: number): TrackingFrame => {
    const frame = raceFrame(SMALL_HD, index);
    const subjects = frame.subjects
      .map((subject) => (subject.lane === 4 ? { ...subject, trackId: 107, rosterIndex: -1 } : subject))
      .filter((subject) => !without || subject.rosterIndex >= 0);
    return { ...frame, subjects, standings: frame.standings.filter(({ rosterIndex }) => rosterIndex !== 3) };
  };
  try {
    for (let i = 0; i < 30; i++) overlay.observe(frameAt(i), [on('name-tags', data)]);
    return flatten(overlay.render(frameAt(30), [on('name-tags', data)]), SMALL_HD).rgba;
  } finally {
    overlay.close();
  }
}

test('where there is a start list, who is not on it gets no card beside those that have ranks, unless everyone is asked for', async () => {
  assert.deepEqual(await drawn({}), await drawn({}, {}, true), 'as if nobody were there');
  assert.notDeepEqual(await drawn({ show: 'all' }), await drawn({ show: 'all' }, {}, true));
  assert.notDeepEqual(await drawn({}, { roster: [] }), await drawn({}, { roster: [] }, true), 'without a start list everyone has a number');
});
