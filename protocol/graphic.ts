import { z } from 'zod';
import type { Box } from './geometry.js';
import { PROBLEM_LENGTH } from './hosted.js';
import { Course, Floor, Look, RosterEntry } from './project.js';

/**
 * What graphics are made from. A scene is a pure function of (ChannelScene, GraphicState[], TrackingFrames up to a media time).
 */

/** What stands still while a channel runs: sent once to every page, again when the project changes. */
export const ChannelScene = z.object({
  channel: z.string(),
  title: z.string(),
  /** Source picture, pixels. */
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  /** Nominal frame rate, or null when variable. */
  fps: z.object({ num: z.number().int(), den: z.number().int() }).nullable(),
  roster: z.array(RosterEntry),
  course: Course.nullable(),
  floor: Floor.nullable(),
  look: Look,
});
export type ChannelScene = z.infer<typeof ChannelScene>;

/** One graphic's state on a channel. The server owns it; pages and composite draw it. */
export const GraphicState = z.object({
  id: z.string(),
  type: z.string(),
  on: z.boolean(),
  /** Media time at which `on` last changed: the in or out animation starts there. -1: it was so from the beginning (no animation). */
  changedAtUs: z.number().int(),
  data: z.record(z.string(), z.json()),
  /** What operators call it; absent: the name of its type. */
  title: z.string().optional(),
  /** Whole data as it would go on air with the next take, where that differs from `data`: what the preview draws. */
  pending: z.record(z.string(), z.json()).optional(),
  /** Which of its steps a graphic that has several shows, from 0. */
  step: z.number().int().min(0),
  /** Media time at which `step` last changed, as `changedAtUs`. */
  steppedAtUs: z.number().int(),
  /** One plain line: what is wrong with somebody else's graphic in an overlay page; absent while none says so. */
  problem: z.string().max(PROBLEM_LENGTH).optional(),
});
export type GraphicState = z.infer<typeof GraphicState>;

/**
 * A rectangle of drawn pixels, as the headless host hands it to the composite. Straight (not premultiplied) 8-bit RGBA in sRGB/BT.709
 * primaries, full range, rows tightly packed. Regions are blended in the order given and may overlap.
 */
export interface OverlayRegion extends Box {
  /** Stable name of what this is (graphic and part): the composite caches its converted pixels under it. */
  readonly key: string;
  /** Changes whenever the pixels or the size change; position alone does not count. */
  readonly revision: number;
  /** Lies on the ground: whoever stands in front of it (the frame's matte) stays in front. */
  readonly onGround: boolean;
  /** width × height × 4 bytes. Valid until the host's next `render`. x, y, width and height are integers inside the picture. */
  readonly rgba: Uint8Array | Uint8ClampedArray;
}
