import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';

export const DistanceMarkersData = z.strictObject({
  everyM: z.number().min(1).max(10_000).default(10).meta({ title: 'Every (m)' }),
  count: choice('Counted', { from: 'From the start', left: 'To the finish' }).default('from'),
  side: choice('Beside the course', {
    near: 'Nearer to the camera',
    left: 'Left',
    right: 'Right',
    both: 'Both sides',
    middle: 'On it',
  }).default('near'),
  unit: z.string().max(8).default('m').meta({ title: 'After the number' }),
  capM: z.number().min(0.1).max(50).default(0.8).meta({ title: 'Height of the figures (m)' }),
  colour: colour('Colour').default('#ffffff'),
});
export type DistanceMarkersData = z.infer<typeof DistanceMarkersData>;

export const distanceMarkers: GraphicDefinition<typeof DistanceMarkersData> = {
  data: DistanceMarkersData,
  manifest: ografManifest(
    'distance-markers',
    'Distance markers',
    'Metres run or to go, written on the ground along the course.',
    DistanceMarkersData,
  ),
};
