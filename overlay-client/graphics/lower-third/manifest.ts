import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';
import { subjectField } from '../subject-choice.js';

const line = (title: string, most: number) => z.string().max(most).default('').meta({ title, gddType: 'single-line' });

export const LowerThirdData = z.strictObject({
  subject: subjectField('Competitor (empty: the texts below alone)').default(''),
  name: line("Name (the competitor's own when empty)", 300),
  bib: line('Bib', 8),
  team: line('Team', 80),
  line: line('Second line', 300),
  colour: z
    .string()
    .regex(/^(#[0-9a-f]{6})?$/, 'must be a colour like #1e90ff, or empty')
    .default('')
    .meta({ title: "Colour like #1e90ff (the competitor's own when empty)", gddType: 'single-line' }),
  place: placeField('bottom-left'),
});
export type LowerThirdData = z.infer<typeof LowerThirdData>;

export const lowerThird: GraphicDefinition<typeof LowerThirdData> = {
  data: LowerThirdData,
  manifest: ografManifest(
    'lower-third',
    'Lower third',
    'Who this is: name, bib and colour; one step on, team and a line of facts.',
    LowerThirdData,
    2,
  ),
};
