/**
 * The EBU's JSON Schemas for OGraf v1 manifests and the GDD in them (https://ograf.ebu.io/v1/specification/json-schemas/, as of August 2026): all
 * rules, without the descriptions.
 */
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const BASE = 'https://ograf.ebu.io/v1/specification/json-schemas';
const id = (path: string): string => `${BASE}/${path}.json`;
const ref = (path: string) => ({ $ref: id(path) });
const vendor = { patternProperties: { '^v_.*': {} }, additionalProperties: false };
const text = { type: 'string' };
const number = { type: 'number' };

const constraint = (name: string, exact: object, ideal: object, more: object = {}) => ({
  ...{ $schema: DRAFT, $id: id(`lib/constraints/${name}`), type: 'object' },
  properties: { exact, ideal, ...more },
  ...vendor,
});

const manifest = {
  ...{ $schema: DRAFT, $id: id('graphics/schema'), type: 'object' },
  properties: {
    $schema: { type: 'string', const: id('graphics/schema') },
    ...{ id: { type: 'string', pattern: '^[^/]+$' }, version: text, main: text, name: text, description: text },
    author: { type: 'object', properties: { name: text, email: text, url: text }, required: ['name'], ...vendor },
    customActions: { type: 'array', items: ref('lib/action') },
    ...{ supportsRealTime: { type: 'boolean' }, supportsNonRealTime: { type: 'boolean' } },
    stepCount: { type: 'integer', minimum: -1, default: 1 },
    schema: { type: 'object', ...ref('gdd/object') },
    renderRequirements: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          resolution: { type: 'object', properties: { width: ref('lib/constraints/number'), height: ref('lib/constraints/number') } },
          frameRate: ref('lib/constraints/number'),
          accessToPublicInternet: ref('lib/constraints/boolean'),
          engine: {},
        },
        ...vendor,
      },
    },
    thumbnails: {
      type: 'array',
      items: { type: 'object', properties: { file: text, resolution: { type: 'object' } }, required: ['file'], ...vendor },
    },
    actionDurations: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: text, duration: number, customActionId: text, steps: { type: 'array' } },
        required: ['type'],
        ...vendor,
      },
    },
  },
  required: ['$schema', 'id', 'name', 'main', 'supportsRealTime', 'supportsNonRealTime'],
  ...vendor,
};

const action = {
  ...{ $schema: DRAFT, $id: id('lib/action'), type: 'object' },
  properties: { id: text, name: text, description: text, schema: { oneOf: [{ type: 'object', ...ref('gdd/object') }, { type: 'null' }] } },
  required: ['id', 'name'],
  ...vendor,
};

const gddObject = {
  ...{ $schema: DRAFT, $id: id('gdd/object'), type: 'object' },
  properties: {
    type: { type: 'string', enum: ['boolean', 'string', 'number', 'integer', 'array', 'object'] },
    ...{ gddType: text, gddOptions: { type: 'object' }, hidden: { type: 'boolean' }, order: number },
  },
  required: ['type'],
  allOf: [{ $ref: DRAFT }, ref('gdd/gdd-types'), ref('gdd/basic-types')],
};

/** Where a field has a value, another schema holds as well. */
const when = (field: string, value: string, rules: object): object =>
  Object.fromEntries([
    ['if', { properties: { [field]: { const: value } }, required: [field] }],
    ['then', rules],
  ]);
const defaults = (type: string) => when('type', type, { properties: { default: { type } } });

const basicTypes = {
  ...{ $schema: DRAFT, $id: id('gdd/basic-types') },
  allOf: [
    ...['boolean', 'string', 'number', 'integer'].map(defaults),
    when('type', 'array', {
      properties: { items: { type: 'object', ...ref('gdd/object') }, default: { type: 'array' } },
      required: ['items'],
    }),
    when('type', 'object', {
      properties: {
        properties: { type: 'object', patternProperties: { '.': { type: 'object', ...ref('gdd/object') } }, additionalProperties: false },
        default: { type: 'object' },
      },
      required: ['properties'],
    }),
  ],
};

const isType = (type: string) => ({ properties: { type: { const: type } } });
const extensions = { type: 'array', items: text };
const colour = (digits: number) => ({
  properties: { type: { const: 'string' }, pattern: { type: 'string', const: `^#[0-9a-f]{${digits}}$` } },
  required: ['pattern'],
});

const gddTypes = {
  ...{ $schema: DRAFT, $id: id('gdd/gdd-types') },
  allOf: [
    when('gddType', 'single-line', isType('string')),
    when('gddType', 'multi-line', isType('string')),
    ...['file-path', 'file-path/image-path'].map((path) =>
      when('gddType', path, { properties: { type: { const: 'string' }, gddOptions: { type: 'object', properties: { extensions } } } }),
    ),
    when('gddType', 'select', {
      properties: {
        type: { enum: ['string', 'number', 'integer'] },
        gddOptions: { type: 'object', properties: { labels: { type: 'object', additionalProperties: text } }, required: ['labels'] },
      },
      required: ['gddOptions', 'enum'],
    }),
    when('gddType', 'color-rrggbb', colour(6)),
    when('gddType', 'color-rrggbbaa', colour(8)),
    when('gddType', 'percentage', isType('number')),
    when('gddType', 'duration-ms', isType('integer')),
  ],
};

export const MANIFEST_SCHEMA = id('graphics/schema');
export const OGRAF_SCHEMAS: readonly object[] = [
  manifest,
  action,
  gddObject,
  basicTypes,
  gddTypes,
  constraint('number', number, number, { min: number, max: number }),
  constraint('boolean', { type: 'boolean' }, { type: 'boolean' }),
];
