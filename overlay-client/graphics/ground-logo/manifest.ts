import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { IMAGE_NAME } from '../image-name.js';
import { choice, ografManifest } from '../ograf.js';

const metres = (title: string) => z.number().min(-1_000_000).max(1_000_000).default(0).meta({ title });

export const GroundLogoData = z.strictObject({
  image: z
    .string()
    .max(120)
    .refine((name) => name === '' || IMAGE_NAME.test(name), 'must be the name of a .png, .jpg or .webp file in the project’s images folder')
    .default('')
    .meta({ title: 'Picture', description: 'File name in the folder images/ beside the project file' }),
  place: choice('Placed', { ground: 'At a point of the ground', course: 'Along the course' }).default('ground'),
  x: metres('x of its middle (m)'),
  y: metres('y of its middle (m)'),
  distanceM: metres('Distance from the start (m), along the course'),
  acrossM: metres('Left of the middle of the course (m)'),
  widthM: z.number().min(0.05).max(1000).default(4).meta({ title: 'Width on the ground (m)' }),
  rotationDeg: z.number().min(-360).max(360).default(0).meta({ title: 'Turned (°), from the x axis or from the course' }),
  turn: choice('When seen from behind', { readable: 'Turns round to be read', fixed: 'Stays as it lies' }).default('readable'),
  opacity: z.number().min(0).max(1).default(0.9).meta({ title: 'Opacity' }),
});
export type GroundLogoData = z.infer<typeof GroundLogoData>;

export const groundLogo: GraphicDefinition<typeof GroundLogoData> = {
  data: GroundLogoData,
  manifest: ografManifest(
    'ground-logo',
    'Logo on the ground',
    'A picture that lies on the ground as if it were painted there.',
    GroundLogoData,
  ),
};
