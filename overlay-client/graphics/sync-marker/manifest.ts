import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { ografManifest } from '../ograf.js';

export const SyncMarkerData = z.strictObject({
  text: z.boolean().default(true).meta({ title: 'Also as readable text' }),
});
export type SyncMarkerData = z.infer<typeof SyncMarkerData>;

export const syncMarker: GraphicDefinition<typeof SyncMarkerData> = {
  data: SyncMarkerData,
  manifest: ografManifest(
    'sync-marker',
    'Sync marker',
    'For tests: the number of the frame that the graphics were made for, as black and white blocks a program can read back.',
    SyncMarkerData,
  ),
};
