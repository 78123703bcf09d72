import { z } from 'zod';
import { Calibration, Course, Look, RosterEntry } from '../project.js';
import { UnderFeet } from '../under-feet.js';

/** Changes of what the project says, live: pages, graphics and tracking follow without the picture going away. */
export const setUpCommands = [
  /** The start list, whole. Names that operators gave follow their entry by bib, else by name. */
  z.strictObject({ command: z.literal('roster.set'), entries: z.array(RosterEntry).max(500) }),
  /** The pose is carried from the frame at `atMediaTimeUs`, as far back as the channel remembers its camera (10 minutes). null: none. */
  z.strictObject({ command: z.literal('calibration.set'), calibration: Calibration.nullable() }),
  z.strictObject({ command: z.literal('course.set'), course: Course.nullable() }),
  z.strictObject({ command: z.literal('look.set'), look: Look }),
  /** Colour picks and poles, whole: what ground graphics are painted on and what they run behind. */
  z.strictObject({ command: z.literal('underFeet.set'), underFeet: UnderFeet }),
  /** Everything as the project file says it, graphics included. */
  z.strictObject({ command: z.literal('project.revert') }),
] as const;

/** Operators' edits and takes, newest first; 50 of them. */
export const historyCommands = [z.strictObject({ command: z.literal('undo') }), z.strictObject({ command: z.literal('redo') })] as const;

export const channelCommands = [
  z.strictObject({ command: z.literal('channel.start') }),
  z.strictObject({ command: z.literal('channel.stop') }),
] as const;
