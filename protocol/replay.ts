import { z } from 'zod';
import type { MediaTimeUs } from './units.js';

/** What a channel's replay holds and does; commands are in `commands/replay.ts`. Times are media times, microseconds. */

/** The rolling recording. */
export const ReplayBuffer = z.object({
  /** Oldest and newest frame in it; -1 while there is none. */
  fromUs: z.number().int(),
  toUs: z.number().int(),
  bytes: z.number(),
  /** Pictures not recorded because encoder or disk were too slow; their positions are. */
  framesDropped: z.number().int(),
  /** Why it stopped, or ''. */
  message: z.string(),
});
export type ReplayBuffer = z.infer<typeof ReplayBuffer>;

/** Graphics of a replay: `recorded` as they were, `now` as they are on the channel now, `none`. */
export const ReplayGraphics = z.enum(['recorded', 'now', 'none']);
export type ReplayGraphics = z.infer<typeof ReplayGraphics>;

/** The replay output. */
export const ReplayPlay = z.object({
  state: z.enum(['stopped', 'playing', 'paused']),
  mediaTimeUs: z.number().int(),
  fromUs: z.number().int(),
  toUs: z.number().int(),
  speed: z.number(),
  /** Why it stopped, or ''. */
  message: z.string(),
});
export type ReplayPlay = z.infer<typeof ReplayPlay>;

/** Something made from the replay: a clip, or a picture in time. */
export const ReplayItem = z.object({
  id: z.string(),
  kind: z.enum(['clip', 'strobe', 'ghost']),
  title: z.string(),
  state: z.enum(['waiting', 'working', 'done', 'failed']),
  /** 0 to 1. */
  progress: z.number(),
  /** Why it failed, or ''. */
  message: z.string(),
  /** Media times it was made from; 0 while that is not known. */
  fromUs: z.number().int(),
  toUs: z.number().int(),
  /** Files that can be downloaded, names only. */
  files: z.array(z.string()),
  /** Wall clock, milliseconds since 1970. */
  createdAtMs: z.number().int(),
});
export type ReplayItem = z.infer<typeof ReplayItem>;

export const ReplayState = z.object({
  buffer: ReplayBuffer,
  /** Marks, or null. */
  inUs: z.number().int().nullable(),
  outUs: z.number().int().nullable(),
  play: ReplayPlay,
  /** Newest first. */
  items: z.array(ReplayItem),
});
export type ReplayState = z.infer<typeof ReplayState>;

export const NOTHING_PLAYED: ReplayPlay = { state: 'stopped', mediaTimeUs: 0, fromUs: 0, toUs: 0, speed: 1, message: '' };
export const NOTHING_RECORDED: ReplayBuffer = { fromUs: -1, toUs: -1, bytes: 0, framesDropped: 0, message: '' };

/** A stretch of media time. */
export interface TimeRange {
  readonly fromUs: MediaTimeUs;
  readonly toUs: MediaTimeUs;
}
