import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { graphicTypes } from '../../overlay-client/index.js';
import { packageId, packageManifest, typeOfPackage } from '../../overlay-client/ograf/manifest.js';
import { MANIFEST_SCHEMA, OGRAF_SCHEMAS } from './schemas.js';

const ajv = new Ajv2020({ strict: false, schemas: [...OGRAF_SCHEMAS] });
const validate = ajv.getSchema(MANIFEST_SCHEMA);
assert.ok(validate);

for (const type of graphicTypes) {
  test(`the package's manifest of ${type} is what the EBU's JSON Schemas ask for`, () => {
    const manifest = JSON.parse(JSON.stringify(packageManifest(type)));
    assert.ok(validate(manifest), JSON.stringify(validate.errors));
    assert.equal(typeOfPackage(packageId(type)), type);
    assert.match(manifest.id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
  });
}

test('the schemas refuse what OGraf refuses', () => {
  const good = packageManifest('gap-board');
  const bad: [string, object][] = [
    ['an unknown key', { ...good, extra: 1 }],
    ['a slash in the id', { ...good, id: 'a/b' }],
    ['no main', { ...good, main: undefined }],
    [
      'a colour without its pattern',
      { ...good, schema: { type: 'object', properties: { c: { type: 'string', gddType: 'color-rrggbb' } } } },
    ],
    ['a list without items', { ...good, schema: { type: 'object', properties: { l: { type: 'array' } } } }],
    ['a default of another type', { ...good, schema: { type: 'object', properties: { n: { type: 'number', default: 'x' } } } }],
  ];
  for (const [what, manifest] of bad) assert.equal(validate(JSON.parse(JSON.stringify(manifest))), false, what);
  assert.ok(validate({ ...good, v_ours: 1 }));
});
