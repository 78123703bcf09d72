import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, ografManifest } from '../ograf.js';

export const HeatMapData = z.strictObject({
  memory: choice('Remembers', { decaying: 'The last while', all: 'Everything' }).default('decaying'),
  halfLifeS: z.number().min(0.5).max(86_400).default(20).meta({ title: 'Half forgotten after (s)' }),
  cellM: z.number().min(0.05).max(100).default(0.4).meta({ title: 'Finest detail (m), coarser on large grounds' }),
  fullS: z.number().min(0).max(86_400).default(0).meta({ title: 'Seconds in one place for the warmest colour; 0: the warmest place' }),
  opacity: z.number().min(0).max(1).default(0.7).meta({ title: 'Opacity' }),
  show: choice('Whose', { all: 'Everyone', named: 'Known competitors' }).default('all'),
});
export type HeatMapData = z.infer<typeof HeatMapData>;

export const heatMap: GraphicDefinition<typeof HeatMapData> = {
  data: HeatMapData,
  manifest: ografManifest('heat-map', 'Heat map', 'Where subjects have been on the floor or the course, from cool to warm.', HeatMapData),
};
