import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';

export const LanesData = z.strictObject({
  place: choice('Where in the lane', {
    ahead: 'Ahead of the competitor',
    behind: 'Behind the competitor',
    fixed: 'At a fixed distance',
  }).default('behind'),
  offsetM: z.number().min(0).max(100).default(1.5).meta({ title: 'Metres left between competitor and name' }),
  distanceM: z.number().min(-10_000).max(1_000_000).default(10).meta({ title: 'Distance from the start (m), when fixed' }),
  name: choice('Name', { short: 'Short', full: 'Whole', none: 'None' }).default('short'),
  number: choice('Number', { lane: 'Lane', bib: 'Bib', none: 'None' }).default('lane'),
  size: z.number().min(0.2).max(1).default(0.7).meta({ title: 'Height, as a share of the lane' }),
});
export type LanesData = z.infer<typeof LanesData>;

export const lanes: GraphicDefinition<typeof LanesData> = {
  data: LanesData,
  manifest: ografManifest(
    'lanes',
    'Lane names',
    'Each competitor’s name, number and colour, lying in the lane ahead of them, behind them, or at a fixed distance.',
    LanesData,
  ),
};
