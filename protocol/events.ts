import { z } from 'zod';
import { SubjectMarks } from './commands/subject.js';
import { ChannelState, ChannelStatus } from './control.js';
import { ChannelScene, GraphicState } from './graphic.js';
import { Calibration } from './project.js';
import { ReplayState } from './replay.js';
import { UnderFeet } from './under-feet.js';

/** What every change of what is kept carries. */
const change = {
  channel: z.string(),
  /** The state's revision after it. */
  revision: z.number().int(),
  /** One line for a person, e.g. "Gap board on air". */
  line: z.string(),
  /** Who did it: the operator's name, or '' where nobody said. */
  by: z.string(),
};

/** Plain ws `/events/CHANNEL`, one JSON message each: the whole state first, then every change. */
export const ChannelEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), channel: z.string(), state: ChannelState }),
  /** A graphic went on, out, to another step, or has other data; `graphic` is null once it is gone from the rundown. */
  z.object({ type: z.literal('graphic'), ...change, id: z.string(), graphic: GraphicState.nullable() }),
  /** The rundown's order changed: ids from the top. */
  z.object({ type: z.literal('rundown'), ...change, ids: z.array(z.string()) }),
  z.object({ type: z.literal('subject'), ...change, subjects: SubjectMarks, voidNames: ChannelState.shape.voidNames }),
  /** Roster, course, look, calibration, what was said of the ground by hand, or the picture's size. */
  z.object({
    type: z.literal('scene'),
    ...change,
    scene: ChannelScene,
    calibration: Calibration.nullable(),
    underFeet: UnderFeet,
  }),
  /** Marks, what plays and what is being made; not how far the recording or what plays has got. */
  z.object({ type: z.literal('replay'), ...change, replay: ReplayState }),
  /** About once a second, and when the source's health changes. */
  z.object({ type: z.literal('status'), channel: z.string(), status: ChannelStatus }),
]);
export type ChannelEvent = z.infer<typeof ChannelEvent>;
