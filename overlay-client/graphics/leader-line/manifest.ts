import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';
import { ACCENT, ACCENT_DEEP } from '../theme.js';

export const LeaderLineData = z.strictObject({
  reference: choice('Stands at', { leader: 'The leader', fixed: 'A fixed distance' }).default('leader'),
  distanceM: z.number().min(-10_000).max(1_000_000).default(0).meta({ title: 'Distance from the start (m), when fixed' }),
  widthM: z.number().min(0.02).max(5).default(0.25).meta({ title: 'Width on the ground (m)' }),
  colour: colour('Colour').default(ACCENT),
  endColour: colour('Colour at the ends').default(ACCENT_DEEP),
  label: choice('Label', { gap: 'Gap', time: 'Race time', none: 'None' }).default('gap'),
});
export type LeaderLineData = z.infer<typeof LeaderLineData>;

export const leaderLine: GraphicDefinition<typeof LeaderLineData> = {
  data: LeaderLineData,
  manifest: ografManifest(
    'leader-line',
    'Leader line',
    'A line across the course at the leader or at a fixed distance, lying on the ground.',
    LeaderLineData,
  ),
};
