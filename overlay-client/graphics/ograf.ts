import { z } from 'zod';

/** OGraf (EBU open HTML graphics) manifests, with the data schema as GDD, generated from the zod schema that checks the data. */

export type GddType = 'boolean' | 'string' | 'number' | 'integer' | 'array' | 'object';

/** A property as GDD knows it: JSON Schema with one type, and hints for a control form. */
export interface GddProperty {
  type: GddType;
  title?: string;
  description?: string;
  default?: z.infer<ReturnType<typeof z.json>>;
  gddType?: string;
  gddOptions?: { labels: Record<string, string> };
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, GddProperty>;
  items?: GddProperty;
}

export interface Manifest {
  readonly $schema: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly main: string;
  readonly version: string;
  readonly author: { readonly name: string };
  readonly supportsRealTime: boolean;
  readonly supportsNonRealTime: boolean;
  readonly stepCount: number;
  readonly schema: GddProperty;
}

const SCHEMA_URL = 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json';

/** @param data the zod object that checks the graphic's data; its `meta({title, labels})` become labels of the control form. @param stepCount how often `play` leads on before the graphic ends. */
export function ografManifest(id: string, name: string, description: string, data: z.ZodObject, stepCount = 1): Manifest {
  return {
    $schema: SCHEMA_URL,
    id,
    name,
    description,
    main: `${id}.mjs`,
    version: '1.0.0',
    author: { name: 'Leaderline' },
    supportsRealTime: true,
    supportsNonRealTime: true,
    stepCount,
    schema: gdd(data),
  };
}

/** A colour field: `#rrggbb`, lower case. */
export function colour(title: string) {
  return z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'must be a colour like #1e90ff')
    .meta({ title, gddType: 'color-rrggbb' });
}

/** A choice between words, each with its label for people. */
export function choice<const Labels extends Record<string, string>>(title: string, labels: Labels) {
  const values = Object.keys(labels) as (keyof Labels & string)[];
  return z.enum(values).meta({ title, gddType: 'select', gddOptions: { labels } });
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function gdd(data: z.ZodObject): GddProperty {
  return property(z.toJSONSchema(data, { io: 'input' }));
}

/** Keeps what GDD knows of a JSON Schema, and nothing else. */
function property(json: JsonSchema): GddProperty {
  const out: GddProperty = { type: gddTypeOf(json) };
  if (json.title !== undefined) out.title = json.title;
  if (json.description !== undefined) out.description = json.description;
  if (json.default !== undefined) out.default = z.json().parse(json.default);
  if (typeof json['gddType'] === 'string') out.gddType = json['gddType'];
  if (json['gddOptions'] !== undefined) out.gddOptions = z.object({ labels: z.record(z.string(), z.string()) }).parse(json['gddOptions']);
  if (json.enum !== undefined) out.enum = json.enum.map(String);
  if (json.pattern !== undefined) out.pattern = json.pattern;
  if (json.minimum !== undefined) out.minimum = json.minimum;
  if (json.maximum !== undefined) out.maximum = json.maximum;
  if (json.minLength !== undefined) out.minLength = json.minLength;
  if (json.maxLength !== undefined) out.maxLength = json.maxLength;
  if (json.properties !== undefined) {
    out.properties = {};
    for (const [name, child] of Object.entries(json.properties)) if (typeof child === 'object') out.properties[name] = property(child);
  }
  if (typeof json.items === 'object' && !Array.isArray(json.items)) out.items = property(json.items);
  return out;
}

function gddTypeOf(json: JsonSchema): GddType {
  switch (json.type) {
    case 'boolean':
    case 'string':
    case 'number':
    case 'integer':
    case 'array':
    case 'object':
      return json.type;
    default:
      throw new Error(`graphics data: GDD has no type for ${JSON.stringify(json).slice(0, 120)}; use one plain type`);
  }
}
