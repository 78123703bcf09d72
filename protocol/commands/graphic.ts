import { z } from 'zod';

/** What an operator does with graphics. Answers come once the next frame to be composited shows it. */

/** A graphic of the rundown, by its id. */
export const graphicId = z.string().max(60);
const data = z.record(z.string().max(200), z.json());

export const graphicCommands = [
  /** On or off, and data on air at once: merged over what is there. */
  z.strictObject({ command: z.literal('graphic.set'), graphic: graphicId, on: z.boolean().optional(), data: data.optional() }),
  /** On air, from its first step, with its pending data and this: one keystroke. One that is on already is brought up to date. */
  z.strictObject({ command: z.literal('graphic.take'), graphic: graphicId, data: data.optional() }),
  /** Pending data and this go on air; on or off stays. */
  z.strictObject({ command: z.literal('graphic.update'), graphic: graphicId, data: data.optional() }),
  z.strictObject({ command: z.literal('graphic.out'), graphic: graphicId }),
  /**
   * To another step of a graphic that has several: `goto` it, or on by `delta` (1). Past the last step it goes out, as in OGraf; one that is
   * off goes on at its first.
   */
  z.strictObject({
    command: z.literal('graphic.step'),
    graphic: graphicId,
    delta: z.number().int().min(-1000).max(1000).optional(),
    goto: z.number().int().min(0).max(1000).optional(),
  }),
  /** Every graphic out: panic. */
  z.strictObject({ command: z.literal('graphics.allOff') }),
  /** Edits that are not on air: merged over those pending, until `graphic.take` or `graphic.update`; null forgets them. */
  z.strictObject({ command: z.literal('preview.set'), graphic: graphicId, data: data.nullable() }),
] as const;

/** Editing the rundown. */
export const rundownCommands = [
  /** Puts a graphic on the rundown, off; its id is made from its type when absent. */
  z.strictObject({
    command: z.literal('graphic.add'),
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40')
      .optional(),
    type: z.string().max(60),
    title: z.string().max(120).optional(),
    data: data.default({}),
  }),
  /** Refused while it is on air. */
  z.strictObject({ command: z.literal('graphic.remove'), graphic: graphicId }),
  /** To this place of the rundown, from 0. */
  z.strictObject({ command: z.literal('graphic.move'), graphic: graphicId, to: z.number().int().min(0).max(1000) }),
  /** '' takes its title away. */
  z.strictObject({ command: z.literal('graphic.rename'), graphic: graphicId, title: z.string().max(120) }),
] as const;
