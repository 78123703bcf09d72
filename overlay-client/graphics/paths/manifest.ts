import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';
import { ACCENT } from '../theme.js';

export const PathsData = z.strictObject({
  seconds: z.number().min(0.2).max(60).default(2).meta({ title: 'How far back (s)' }),
  widthM: z.number().min(0.02).max(5).default(0.16).meta({ title: 'Width on the ground (m)' }),
  colourBy: choice('Coloured by', { subject: 'Subject', one: 'One colour' }).default('subject'),
  colour: colour('The one colour').default(ACCENT),
  show: choice('Whose', { all: 'Everyone', named: 'Known competitors' }).default('all'),
});
export type PathsData = z.infer<typeof PathsData>;

export const paths: GraphicDefinition<typeof PathsData> = {
  data: PathsData,
  manifest: ografManifest('paths', 'Paths', 'The last seconds of each subject, drawn on the ground behind them.', PathsData),
};
