import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';

export const NameTagsData = z.strictObject({
  show: choice('Whose', {
    auto: 'Known competitors; everyone where there is no start list',
    all: 'Everyone, with track numbers for names',
    named: 'Known competitors',
    top: 'The first ones only',
  }).default('auto'),
  top: z.number().int().min(1).max(100).default(3).meta({ title: 'How many, when the first ones only' }),
  team: z.boolean().default(false).meta({ title: 'With team' }),
  speed: z.boolean().default(false).meta({ title: 'With speed' }),
});
export type NameTagsData = z.infer<typeof NameTagsData>;

export const nameTags: GraphicDefinition<typeof NameTagsData> = {
  data: NameTagsData,
  manifest: ografManifest(
    'name-tags',
    'Name tags',
    'A card with rank and name for each competitor, joined to them by a thin line.',
    NameTagsData,
  ),
};
