import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';
import { subjectField } from '../subject-choice.js';

export const SpeedTraceData = z.strictObject({
  subject: subjectField('Competitor').default('leader'),
  show: choice('Shows', { both: 'Speed and acceleration', speed: 'Speed', acceleration: 'Acceleration' }).default('both'),
  axis: choice('Over', { distance: 'Distance', time: 'Time' }).default('distance'),
  unit: choice('Speed in', { 'km/h': 'km/h', 'm/s': 'm/s' }).default('km/h'),
  others: z.boolean().default(true).meta({ title: 'The others in grey' }),
  place: placeField('top-right'),
});
export type SpeedTraceData = z.infer<typeof SpeedTraceData>;

export const speedTrace: GraphicDefinition<typeof SpeedTraceData> = {
  data: SpeedTraceData,
  manifest: ografManifest(
    'speed-trace',
    'Speed trace',
    "One competitor's speed and acceleration over the race so far, as it is now in large figures, the others in grey.",
    SpeedTraceData,
  ),
};
