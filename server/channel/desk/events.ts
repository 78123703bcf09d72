import { isDeepStrictEqual } from 'node:util';
import type {
  Calibration,
  ChannelEvent,
  ChannelScene,
  GraphicState,
  ReplayState,
  SubjectMarks,
  UnderFeet,
} from '../../../protocol/index.js';

/** What changes are told of. */
export interface Told {
  readonly graphics: readonly GraphicState[];
  readonly subjects: SubjectMarks;
  readonly voidNames: readonly number[];
  readonly scene: ChannelScene;
  readonly calibration: Calibration | null;
  readonly underFeet: UnderFeet;
  /** Absent where there is none. */
  readonly replay?: ReplayState | undefined;
}

/** Every change between two states as events, the same line on each: it is one thing that was done. */
export function eventsBetween(
  before: Told,
  after: Told,
  about: { readonly channel: string; readonly revision: number; readonly line: string; readonly by: string },
): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  const was = new Map(before.graphics.map((g) => [g.id, g]));
  for (const graphic of after.graphics) {
    const old = was.get(graphic.id);
    was.delete(graphic.id);
    if (old !== graphic && !isDeepStrictEqual(old, graphic)) events.push({ type: 'graphic', ...about, id: graphic.id, graphic });
  }
  for (const id of was.keys()) events.push({ type: 'graphic', ...about, id, graphic: null });
  const ids = after.graphics.map((g) => g.id);
  if (before.graphics.map((g) => g.id).join() !== ids.join()) events.push({ type: 'rundown', ...about, ids });
  if (!isDeepStrictEqual([before.subjects, before.voidNames], [after.subjects, after.voidNames]))
    events.push({ type: 'subject', ...about, subjects: after.subjects, voidNames: [...after.voidNames] });
  const setUp = ({ scene, calibration, underFeet }: Told) => ({ scene, calibration, underFeet });
  if (!isDeepStrictEqual(setUp(before), setUp(after))) events.push({ type: 'scene', ...about, ...setUp(after) });
  if (after.replay && !isDeepStrictEqual(newsOf(before.replay), newsOf(after.replay)))
    events.push({ type: 'replay', ...about, replay: after.replay });
  return events;
}

/** What recording and playing change all the time is no news. */
function newsOf(replay: ReplayState | undefined): unknown {
  if (!replay) return undefined;
  const { inUs, outUs, play, items } = replay;
  const { mediaTimeUs, ...playing } = play;
  const made = items.map(({ id, state, message, files }) => [id, state, message, files]);
  return [inUs, outUs, playing, play.state === 'paused' ? mediaTimeUs : null, made];
}
