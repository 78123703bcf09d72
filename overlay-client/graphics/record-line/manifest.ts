import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';

const Split = z.strictObject({
  distanceM: z.number().gt(0).max(1_000_000).default(10).meta({ title: 'Distance from the start (m)' }),
  timeS: z.number().gt(0).max(1_000_000).default(1).meta({ title: 'Time (s)' }),
});

export const RecordLineData = z.strictObject({
  label: z.string().max(12).default('WR').meta({ title: 'Short label', description: 'Such as WR, PB, or a rival’s name' }),
  name: z.string().max(80).default('').meta({ title: 'Name', description: 'Whose run it is; shown until the start' }),
  totalS: z.number().min(0).max(1_000_000).default(0).meta({
    title: 'Time at the finish (s)',
    description: 'Alone, it is run at an even pace. 0: the last split’s. With neither there is no line.',
  }),
  splits: z
    .array(Split)
    .max(200)
    .refine((rows) => rows.every((row, i) => i === 0 || (row.distanceM > rows[i - 1]!.distanceM && row.timeS > rows[i - 1]!.timeS)), {
      message: 'distances and times must both grow from row to row',
    })
    .default([])
    .meta({ title: 'Split table', description: 'A record, an own best, or a rival’s earlier run' }),
  startAtS: z
    .number()
    .min(-1)
    .max(10_000_000)
    .default(-1)
    .meta({ title: 'Start of the race (s of media time)', description: '-1: when the first competitor is seen to leave the start line' }),
  headStartS: z.number().min(-3600).max(3600).default(0).meta({
    title: 'Head start (s)',
    description: 'Added to the time since the start, where what was seen of it is not the gun',
  }),
  show: choice('Card', { both: 'Time and metres', time: 'Time', distance: 'Metres', none: 'None' }).default('both'),
  widthM: z.number().min(0.02).max(5).default(0.25).meta({ title: 'Width on the ground (m)' }),
  colour: colour('Colour').default('#23e08a'),
});
export type RecordLineData = z.infer<typeof RecordLineData>;

export const recordLine: GraphicDefinition<typeof RecordLineData> = {
  data: RecordLineData,
  manifest: ografManifest(
    'record-line',
    'Record line',
    'A competitor who is not there, from a table of times: a record, an own best or a rival’s earlier run, with how far the leader is ahead or behind.',
    RecordLineData,
  ),
};
