import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';

export const LeaderMarginData = z.strictObject({
  title: z.string().max(60).default("Leader's margin").meta({ title: 'Title', gddType: 'single-line' }),
  lastM: z.number().min(0).max(1_000_000).default(0).meta({ title: 'Shown over the last metres only (0: from the start)' }),
  place: placeField('bottom-right'),
});
export type LeaderMarginData = z.infer<typeof LeaderMarginData>;

export const leaderMargin: GraphicDefinition<typeof LeaderMarginData> = {
  data: LeaderMarginData,
  manifest: ografManifest(
    'leader-margin',
    "Leader's margin",
    'How far the leader is ahead of the second, in seconds and metres, large, with the metres to go; after the finish the final margin.',
    LeaderMarginData,
  ),
};
