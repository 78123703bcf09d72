import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';

const metres = (title: string, preset = 0) => z.number().min(-1_000_000).max(1_000_000).default(preset).meta({ title });
const place = (title: string, x: number, y: number) =>
  z
    .strictObject({ x: metres('x (m)', x), y: metres('y (m)', y) })
    .default({ x, y })
    .meta({ title });

const Line = z.strictObject({
  kind: choice('Where', {
    finish: 'The finish',
    start: 'The start',
    splits: 'Every split',
    distance: 'At a distance from the start',
    points: 'Between two points of the ground',
    subject: 'Through a competitor, in a direction',
    last: 'Through the last of a team, in a direction',
  }).default('finish'),
  label: z.string().max(40).default('').meta({ title: 'Label', description: 'Made from where it lies when empty; a hyphen for none' }),
  colour: colour('Colour').default('#ffffff'),
  distanceM: metres('Distance from the start (m)'),
  from: place('From', 0, 0),
  to: place('To', 10, 0),
  rosterIndex: z.number().int().min(0).max(499).default(0).meta({ title: 'Competitor: row of the start list, from 0' }),
  team: z.string().max(80).default('').meta({ title: 'Team' }),
  directionDeg: z.number().min(-360).max(360).default(90).meta({ title: 'Direction of the line on the ground (°, from the x axis)' }),
  end: choice('Last is who is furthest', { left: 'left of that direction', right: 'right of that direction' }).default('left'),
  nth: z.number().int().min(1).max(11).default(1).meta({ title: 'Counted from that end (2: the last but one)' }),
});

export const ReferenceLinesData = z.strictObject({
  lines: z
    .array(Line)
    .max(20)
    .default([Line.parse({ kind: 'finish' })])
    .meta({ title: 'Lines' }),
  widthM: z.number().min(0.02).max(5).default(0.18).meta({ title: 'Width on the ground (m)' }),
  lengthM: z.number().min(1).max(1000).default(70).meta({ title: 'Length of lines in a direction (m), where no floor bounds them' }),
});
export type ReferenceLinesData = z.infer<typeof ReferenceLinesData>;
export type ReferenceLineData = ReferenceLinesData['lines'][number];

export const referenceLines: GraphicDefinition<typeof ReferenceLinesData> = {
  data: ReferenceLinesData,
  manifest: ografManifest(
    'reference-lines',
    'Reference lines',
    'Finish, start and splits of the course, and lines anywhere on the ground: at a distance, between two points, or through a competitor (offside).',
    ReferenceLinesData,
  ),
};
