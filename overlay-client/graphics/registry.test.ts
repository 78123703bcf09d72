import assert from 'node:assert/strict';
import test from 'node:test';
import { graphicTypes, manifest, parseGraphicData } from './registry.js';

test('data is filled in with defaults', () => {
  const parsed = parseGraphicData('leader-line', { widthM: 0.5 });
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.data, {
    ...{ reference: 'leader', distanceM: 0, widthM: 0.5, colour: '#ffd21f', endColour: '#ff7a1a', label: 'gap' },
  });
});

test('wrong data is refused in one line that names the field', () => {
  const errors = [
    parseGraphicData('leader-line', { colour: 'yellow' }),
    parseGraphicData('gap-board', { rows: 0 }),
    parseGraphicData('name-tags', { show: 'some' }),
    parseGraphicData('paths', { sconds: 3 }),
    parseGraphicData('title', {}),
    parseGraphicData('paths', 'much'),
  ].map((parsed) => (parsed.ok ? 'ok' : parsed.error));
  assert.match(errors[0]!, /^leader-line\.colour: must be a colour like #1e90ff$/);
  assert.match(errors[1]!, /^gap-board\.rows: .*1/);
  assert.match(errors[2]!, /^name-tags\.show: .*"all"/);
  assert.match(errors[3]!, /^paths: .*sconds/);
  assert.match(errors[4]!, /^unknown graphic type "title": there are paths, leader-line/);
  assert.match(errors[5]!, /^paths: /);
  for (const error of errors) assert.doesNotMatch(error, /\n/);
});

/** OGraf v1's rules, as written in the specification. */
const MANIFEST_KEYS = [
  '$schema',
  'id',
  'name',
  'main',
  'supportsRealTime',
  'supportsNonRealTime',
  'version',
  'description',
  'author',
  'schema',
  'stepCount',
];
const GDD_TYPES = ['boolean', 'string', 'number', 'integer', 'array', 'object'];

for (const type of graphicTypes) {
  test(`${type} has a manifest that OGraf accepts`, () => {
    const described = manifest(type)!;
    assert.equal(described.$schema, 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json');
    assert.equal(described.id, type);
    assert.deepEqual(
      Object.keys(described).filter((key) => !MANIFEST_KEYS.includes(key)),
      [],
    );
    assert.equal(described.schema.type, 'object');
    for (const [name, property] of Object.entries(described.schema.properties ?? {})) {
      assert.ok(GDD_TYPES.includes(property.type), name);
      assert.ok(property.title, `${name} has a title for the control form`);
      assert.notEqual(property.default, undefined, `${name} has a default`);
      if (property.gddType === 'select') assert.deepEqual(Object.keys(property.gddOptions?.labels ?? {}), property.enum);
      if (property.gddType === 'color-rrggbb') assert.equal(property.pattern, '^#[0-9a-f]{6}$');
    }
  });
}
