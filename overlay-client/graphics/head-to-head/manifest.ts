import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';
import { subjectField } from '../subject-choice.js';

export const HeadToHeadData = z.strictObject({
  first: subjectField('First').default('leader'),
  second: subjectField('Second').default('second'),
  third: subjectField('Third (empty: only two)').default(''),
  unit: choice('Speed in', { 'km/h': 'km/h', 'm/s': 'm/s' }).default('km/h'),
  graph: z.boolean().default(true).meta({ title: 'Gap along the course as a curve' }),
  place: placeField('bottom'),
});
export type HeadToHeadData = z.infer<typeof HeadToHeadData>;

export const headToHead: GraphicDefinition<typeof HeadToHeadData> = {
  data: HeadToHeadData,
  manifest: ografManifest(
    'head-to-head',
    'Head to head',
    'Two or three competitors side by side: gap, speed, lane and bib, and the gap between them along the course.',
    HeadToHeadData,
  ),
};
