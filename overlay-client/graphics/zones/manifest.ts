import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';
import { ACCENT } from '../theme.js';

const metres = (title: string) => z.number().min(-1_000_000).max(1_000_000).meta({ title });

const Zone = z.strictObject({
  name: z.string().max(80).default('').meta({ title: 'Name' }),
  colour: colour('Colour').default(ACCENT),
  polygon: z
    .array(z.strictObject({ x: metres('x (m)'), y: metres('y (m)') }))
    .min(3)
    .max(100)
    .meta({ title: 'Corners on the ground' }),
});

export const ZonesData = z.strictObject({
  source: choice('Which', { floor: 'The floor’s', own: 'Those below', both: 'Both' }).default('both'),
  zones: z.array(Zone).max(50).default([]).meta({ title: 'Zones' }),
  names: z.boolean().default(true).meta({ title: 'Show names' }),
  count: z.boolean().default(true).meta({ title: 'Show how many are inside' }),
  fill: z.number().min(0).max(1).default(0.2).meta({ title: 'Opacity of the surface' }),
  edgeM: z.number().min(0).max(5).default(0.06).meta({ title: 'Width of the edge (m)' }),
});
export type ZonesData = z.infer<typeof ZonesData>;

export const zones: GraphicDefinition<typeof ZonesData> = {
  data: ZonesData,
  manifest: ografManifest('zones', 'Zones', 'Areas of the ground with their names and how many are inside.', ZonesData),
};
