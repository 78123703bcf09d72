import { z } from 'zod';
import { ReplayGraphics } from '../replay.js';

/**
 * What an operator can ask of the replay. Media times are microseconds. A range that is not stated is the marked one, or the last `lastS` seconds.
 */

const timeUs = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Item of the replay: `strobe-3`, `clip-12`. */
const itemId = z.string().regex(/^[a-z]{4,6}-[0-9]{1,9}$/, 'like clip-12');
const seconds = z.number().finite().positive().max(7200);
const title = z.string().max(80).optional();

const range = {
  fromUs: timeUs.optional(),
  toUs: timeUs.optional(),
  lastS: seconds.optional(),
};

/** Who: by the number of the track or by place in the roster. */
export const ReplaySubject = z.union([
  z.strictObject({ trackId: z.number().int().min(0).max(0xffffffff) }),
  z.strictObject({ rosterIndex: z.number().int().min(0).max(32767) }),
]);
export type ReplaySubject = z.infer<typeof ReplaySubject>;

/** Which moments a stroboscopic picture shows. */
export const StrobeMoments = z.union([
  z.strictObject({ count: z.number().int().min(2).max(40) }),
  z.strictObject({ everyS: z.number().finite().min(0.02).max(60) }),
  /** Along the course, or along the subject's way where there is none. */
  z.strictObject({ everyM: z.number().finite().min(0.1).max(1000) }),
  z.strictObject({ atUs: z.array(timeUs).min(1).max(40) }),
]);
export type StrobeMoments = z.infer<typeof StrobeMoments>;

/** What is made: a picture, a film, or both. */
const make = z.enum(['still', 'clip', 'both']).default('both');
const holdS = z.number().finite().min(0).max(30).default(2);

export const StrobeCommand = z.strictObject({
  command: z.literal('picture.strobe'),
  title,
  ...range,
  subject: ReplaySubject,
  moments: StrobeMoments.default({ count: 8 }),
  /** How much fainter the oldest is than the newest: 0 not at all, 1 gone. */
  fade: z.number().min(0).max(1).default(0),
  make,
  /** `frame`: over the picture of the last moment. `panorama`: over all the ground that the camera swept. `auto`: a panorama where a frame would lose some. */
  canvas: z.enum(['auto', 'frame', 'panorama']).default('auto'),
  /** The clip: images appear as the subject passes and stay, or stand from the beginning. */
  reveal: z.boolean().default(true),
  /** The clip stands still at its end for so long. */
  holdS,
  speed: z.number().min(0.1).max(1).default(1),
});
export type StrobeCommand = z.infer<typeof StrobeCommand>;

/** One run of a ghost: who, from where, and the moment at which both are to be together. */
export const GhostRun = z.strictObject({
  /** A clip made earlier; absent: the replay buffer. */
  clip: itemId.optional(),
  subject: ReplaySubject,
  syncUs: timeUs,
});
export type GhostRun = z.infer<typeof GhostRun>;

export const GhostCommand = z.strictObject({
  command: z.literal('picture.ghost'),
  title,
  /** Whose picture it is. */
  run: GhostRun,
  /** Who is drawn into it. */
  ghost: GhostRun,
  beforeS: z.number().finite().min(0).max(120).default(0),
  afterS: z.number().finite().positive().max(120).default(5),
  /** The still: so long after the moment of sync; the end where absent. */
  stillAtS: z.number().finite().min(-120).max(120).optional(),
  /** How solid the ghost is. */
  opacity: z.number().min(0.1).max(1).default(1),
  make,
  holdS,
  speed: z.number().min(0.1).max(1).default(1),
});
export type GhostCommand = z.infer<typeof GhostCommand>;

export const ExportCommand = z.strictObject({
  command: z.literal('replay.export'),
  title,
  ...range,
  graphics: ReplayGraphics.default('recorded'),
});
export type ExportCommand = z.infer<typeof ExportCommand>;

export const PlayCommand = z.strictObject({
  command: z.literal('replay.play'),
  ...range,
  speed: z.number().min(0.1).max(1).default(1),
  graphics: ReplayGraphics.default('recorded'),
  loop: z.boolean().default(false),
});
export type PlayCommand = z.infer<typeof PlayCommand>;

/** To be spread into the union of all commands. */
export const replayCommands = [
  /** At a media time, or at the newest frame. */
  z.strictObject({ command: z.literal('replay.markIn'), mediaTimeUs: timeUs.optional() }),
  z.strictObject({ command: z.literal('replay.markOut'), mediaTimeUs: timeUs.optional() }),
  /** Marks the last seconds. */
  z.strictObject({ command: z.literal('replay.markLast'), seconds }),
  PlayCommand,
  z.strictObject({ command: z.literal('replay.pause') }),
  z.strictObject({ command: z.literal('replay.resume') }),
  z.strictObject({ command: z.literal('replay.speed'), speed: z.number().min(0.1).max(1) }),
  /** Frames on, or back where negative; pauses. */
  z.strictObject({ command: z.literal('replay.jog'), frames: z.number().int().min(-1000).max(1000) }),
  z.strictObject({ command: z.literal('replay.seek'), mediaTimeUs: timeUs }),
  z.strictObject({ command: z.literal('replay.stop') }),
  ExportCommand,
  /** Takes a clip or picture away; one that is being made is given up. */
  z.strictObject({ command: z.literal('replay.remove'), item: itemId }),
  StrobeCommand,
  GhostCommand,
] as const;

export const ReplayCommand = z.discriminatedUnion('command', replayCommands);
export type ReplayCommand = z.infer<typeof ReplayCommand>;
