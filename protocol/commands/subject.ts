import { z } from 'zod';

/** What operators say about who is who. It holds while the tracks do: after a cut, or when tracking starts anew, there are other tracks. */

const trackId = z.number().int().min(0).max(0xffffffff);
const rosterIndex = z.number().int().min(-1).max(32767);

/** Subjects by the `trackId` that positions carry. */
export const subjectCommands = [
  /** Gives a subject an entry of the roster; who had it before loses it. -1: nobody of the roster, however likely it looks. */
  z.strictObject({ command: z.literal('subject.name'), trackId, rosterIndex }),
  /** Two that were taken for one another: each becomes the other, with name and track number. */
  z.strictObject({ command: z.literal('subject.swap'), a: trackId, b: trackId }),
  /** `from` is who `into` was: reported as `into` from now on. */
  z.strictObject({ command: z.literal('subject.merge'), from: trackId, into: trackId }),
  /** A locked name is given to nobody else, even when its subject is lost. */
  z.strictObject({ command: z.literal('subject.lock'), trackId, locked: z.boolean() }),
  /** Officials and false alarms: not reported, not drawn, not ranked. */
  z.strictObject({ command: z.literal('subject.hide'), trackId, hidden: z.boolean() }),
  /** Void names (see `ChannelState.voidNames`) are not asked for any more. */
  z.strictObject({ command: z.literal('subject.letGo') }),
] as const;

/** The one target followed by click. */
export const followCommands = [
  z.strictObject({
    command: z.literal('subject.follow'),
    /** Continuous source pixels of the frame shown at `mediaTimeUs`; absent: the newest one. */
    x: z.number().finite(),
    y: z.number().finite(),
    mediaTimeUs: z.number().int().min(0).optional(),
  }),
  z.strictObject({ command: z.literal('subject.unfollow') }),
] as const;

/** All that operators said about who is who, as it is in force. */
export const SubjectMarks = z.strictObject({
  /** Tracks reported as another: [track, reported as]. */
  aliases: z.array(z.tuple([trackId, trackId])).max(1000),
  /** By reported track. */
  named: z.array(z.strictObject({ trackId, rosterIndex, locked: z.boolean() })).max(1000),
  /** Reported tracks that are left out. */
  hidden: z.array(trackId).max(1000),
});
export type SubjectMarks = z.infer<typeof SubjectMarks>;

export const NO_MARKS: SubjectMarks = { aliases: [], named: [], hidden: [] };
