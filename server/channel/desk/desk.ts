import type { Calibration, Channel, Course, GraphicState, Look, RosterEntry, SubjectMarks, UnderFeet } from '../../../protocol/index.js';
import { NO_MARKS } from '../../../protocol/index.js';
import { type GraphicCatalogue, naming } from './catalogue.js';

/** A graphic as an operator has set it; the channel's process adds when it changed, overlay pages what is wrong with it. */
export type RundownItem = Omit<GraphicState, 'changedAtUs' | 'steppedAtUs' | 'problem'>;

/** All that operators decide of a channel. Immutable: a change makes a new one, so that undo keeps whole desks. */
export interface Desk {
  readonly graphics: readonly RundownItem[];
  readonly subjects: SubjectMarks;
  /** Entries of the start list whose names were given by hand to tracks that are no more. */
  readonly voidNames: readonly number[];
  readonly roster: readonly RosterEntry[];
  readonly course: Course | null;
  readonly calibration: Calibration | null;
  readonly look: Look;
  readonly underFeet: UnderFeet;
}

/** The desk as the project file says it. @throws Error naming the graphic whose type or data is not right. */
export function deskOf(channel: Channel, catalogue: GraphicCatalogue): Desk {
  return {
    graphics: channel.graphics.map(({ id, type, title, on, data }) => ({
      id,
      type,
      ...(title !== undefined && { title }),
      on,
      data: naming(id, () => catalogue.parse(type, data)),
      step: 0,
    })),
    subjects: NO_MARKS,
    voidNames: [],
    roster: channel.roster,
    course: channel.course ?? null,
    calibration: channel.calibration ?? null,
    look: channel.look,
    underFeet: channel.underFeet,
  };
}

/** What tracking and drawing are set up from: a change of it is more than a change of graphics. */
export function setUpOf({
  roster,
  course,
  calibration,
  look,
  underFeet,
}: Desk): Pick<Desk, 'roster' | 'course' | 'calibration' | 'look' | 'underFeet'> {
  return { roster, course, calibration, look, underFeet };
}

/** The channel as the project would say it with this desk. */
export function channelWith(channel: Channel, { roster, course, calibration, look, underFeet, graphics }: Desk): Channel {
  const { course: _course, calibration: _calibration, ...rest } = channel;
  return {
    ...rest,
    ...(course && { course }),
    ...(calibration && { calibration }),
    roster: [...roster],
    look,
    underFeet,
    graphics: graphics.map(({ id, type, title, on, data }) => ({ id, type, ...(title !== undefined && { title }), on, data })),
  };
}
