import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';

export const GapBoardData = z.strictObject({
  title: z.string().max(120).default('').meta({ title: "Title (the channel's own when empty)", gddType: 'single-line' }),
  rows: z.number().int().min(1).max(40).default(8).meta({ title: 'Rows, at most' }),
  show: choice('Gap in', { both: 'Seconds and metres', seconds: 'Seconds', metres: 'Metres' }).default('both'),
  splits: z.boolean().default(false).meta({ title: 'Last intermediate time (one step on shows it too)' }),
  place: choice('Place', { left: 'Top left', right: 'Top right' }).default('left'),
});
export type GapBoardData = z.infer<typeof GapBoardData>;

export const gapBoard: GraphicDefinition<typeof GapBoardData> = {
  data: GapBoardData,
  manifest: ografManifest(
    'gap-board',
    'Gap board',
    'Rank, name and gap to the leader; rows move when the order changes. One step on, the last intermediate time.',
    GapBoardData,
    2,
  ),
};
