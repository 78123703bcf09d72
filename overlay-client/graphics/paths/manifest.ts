import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';
import { ACCENT } from '../theme.js';

export const PathsData = z.strictObject({
  seconds: z.number().min(0.2).max(60).default(2).meta({ title: 'How far back (s)' }),
  widthM: z.number().min(0.02).max(5).default(0.16).meta({ title: 'Width on the ground (m)' }),
  colourBy: choice('Coloured by', { subject: 'Subject', speed: 'Speed', one: 'One colour' }).default('subject'),
  colour: colour('The one colour').default(ACCENT),
  slowMps: z.number().min(0).max(200).default(0).meta({ title: 'Speed of the coldest colour (m/s)' }),
  fastMps: z.number().min(0.1).max(400).default(11).meta({ title: 'Speed of the warmest colour (m/s)' }),
  speedUnit: choice('Speed in', { kmh: 'km/h', mps: 'm/s', mph: 'mph' }).default('kmh'),
  scale: z.boolean().default(true).meta({ title: 'Show the scale of speeds' }),
  show: choice('Whose', { all: 'Everyone', named: 'Known competitors' }).default('all'),
});
export type PathsData = z.infer<typeof PathsData>;

export const paths: GraphicDefinition<typeof PathsData> = {
  data: PathsData,
  manifest: ografManifest('paths', 'Paths', 'The last seconds of each subject, drawn on the ground behind them.', PathsData),
};
