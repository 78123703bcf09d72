import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';

export const RaceClockData = z.strictObject({
  title: z.string().max(60).default('').meta({ title: 'Title', gddType: 'single-line' }),
  mode: choice('Shows', { elapsed: 'Time since the start', countdown: 'Time left' }).default('elapsed'),
  countdownS: z.number().min(1).max(86_400).default(600).meta({ title: 'Time left at the start, seconds' }),
  splitS: z.number().min(0).max(30).default(3).meta({ title: 'Intermediate times stay for, seconds (0: none)' }),
  place: placeField('top-right'),
});
export type RaceClockData = z.infer<typeof RaceClockData>;

export const raceClock: GraphicDefinition<typeof RaceClockData> = {
  data: RaceClockData,
  manifest: ografManifest(
    'race-clock',
    'Race clock',
    "Time since the start, or left, from the picture's own time; shows intermediate times as they are taken and stops with the winner.",
    RaceClockData,
  ),
};
