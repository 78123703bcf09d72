import { z } from 'zod';

/** OGraf v1 manifests as others write them: every rule of the EBU's schema that a host depends on. */

const SCHEMA_URL = 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json';
const text = z.string().max(10_000);

/** Keys nobody defined are refused, but for a vendor's own (`v_…`). */
function known<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.looseObject(shape).superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      if (key.startsWith('v_') || Object.hasOwn(shape, key)) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'OGraf knows no such field; a vendor’s own begin with v_' });
    }
  });
}

const CustomAction = known({ id: text.min(1), name: text, description: text.optional(), schema: z.unknown().optional() });

export const PackageManifest = known({
  $schema: z.literal(SCHEMA_URL, `must be "${SCHEMA_URL}"`),
  id: z.string().regex(/^[A-Za-z0-9][\w.-]{0,49}$/, 'letters, digits, dots, hyphens and underscores, at most 50'),
  name: text.min(1).max(200),
  main: z.string().min(1).max(200),
  supportsRealTime: z.boolean(),
  supportsNonRealTime: z.boolean(),
  version: text.optional(),
  description: text.optional(),
  author: known({ name: text, email: text.optional(), url: text.optional() }).optional(),
  customActions: z.array(CustomAction).max(200).optional(),
  schema: z.looseObject({ type: z.literal('object') }).optional(),
  stepCount: z.number().int().min(-1).default(1),
  renderRequirements: z.array(z.unknown()).max(100).optional(),
  thumbnails: z.array(z.unknown()).max(100).optional(),
  actionDurations: z.array(z.unknown()).max(200).optional(),
});
export type PackageManifest = z.infer<typeof PackageManifest>;
