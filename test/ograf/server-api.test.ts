import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { FakeChannel } from '../support/fake-channel.js';
import { serve, type TestServer } from '../support/serve.js';
import { MANIFEST_SCHEMA, OGRAF_SCHEMAS } from './schemas.js';

/** A channel driven by a controller that knows the OGraf Server API and nothing else. */

let race: FakeChannel;
let server: TestServer;
before(async () => {
  race = new FakeChannel({ id: 'race' });
  server = await serve([race]);
});
after(async () => {
  await server.close();
  race.close();
});

async function call(method: string, path: string, body?: object): Promise<{ status: number; type: string; json: Record<string, unknown> }> {
  const answer = await fetch(`${server.url}/ograf/v1${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', json: Object(await answer.json()) };
}
const onRace = '/renderers/race/target/graphicInstance';
const target = { renderTarget: {} };

test('server, graphics and renderers are told as the specification says', async () => {
  assert.match(String((await call('GET', '/')).json['name']), /Leaderline/);
  const { graphics } = (await call('GET', '/graphics')).json;
  assert.ok(Array.isArray(graphics) && graphics.some(({ id }) => id === 'leaderline-gap-board'));
  const one = await call('GET', '/graphics/leaderline-gap-board');
  const validate = new Ajv2020({ strict: false, schemas: [...OGRAF_SCHEMAS] }).getSchema(MANIFEST_SCHEMA);
  assert.ok(validate?.(one.json['graphic']), JSON.stringify(validate?.errors));
  assert.deepEqual((await call('GET', '/renderers')).json, { renderers: [{ id: 'race', name: '100 m final' }] });
  const renderer = Object((await call('GET', '/renderers/race')).json['renderer']);
  assert.deepEqual(renderer.renderCharacteristics.resolution, { width: 1280, height: 720 });
  assert.equal(renderer.renderTargets.length, 1);
});

test('a graphic is loaded, played, stepped to its end, updated, stopped and cleared', async () => {
  const loaded = await call('POST', `${onRace}/load`, {
    ...target,
    graphicId: 'leaderline-lower-third',
    params: { data: { name: 'Ana Ruiz' } },
  });
  assert.equal(loaded.json['statusCode'], 200);
  const graphicInstanceId = String(loaded.json['graphicInstanceId']);
  const state = () => race.graphics.find((graphic) => graphic.id === graphicInstanceId);
  assert.equal(state()?.on, false, 'loaded is not on air');
  const instance = { ...target, graphicInstanceId };
  assert.equal((await call('POST', `${onRace}/playAction`, { ...instance, params: {} })).json['currentStep'], 0);
  assert.equal(state()?.on, true);
  assert.equal((await call('POST', `${onRace}/playAction`, { ...instance, params: { delta: 1 } })).json['currentStep'], 1);
  await call('POST', `${onRace}/updateAction`, { ...instance, params: { data: { name: 'Bo Lind' } } });
  assert.equal(state()?.data['name'], 'Bo Lind');
  assert.equal('currentStep' in (await call('POST', `${onRace}/playAction`, { ...instance, params: {} })).json, false, 'past the end');
  assert.equal(state()?.on, false);
  await call('POST', `${onRace}/playAction`, { ...instance, params: { goto: 0 } });
  assert.equal((await call('POST', `${onRace}/stopAction`, { ...instance, params: {} })).status, 200);
  assert.equal(state()?.on, false);
  const cleared = await call('PUT', `${onRace}/clear`, { filters: [{ graphicId: 'leaderline-lower-third' }] });
  assert.deepEqual(cleared.json['graphicInstances'], [{ renderTarget: {}, graphicInstanceId }]);
  assert.equal(state(), undefined);
});

test('what is not there, or not as it should be, is a problem in RFC 7807’s words', async () => {
  const cases: [number, string, string, object?][] = [
    [404, 'GET', '/renderers/nowhere'],
    [404, 'GET', '/graphics/none'],
    [404, 'POST', `${onRace}/load`, { ...target, graphicId: 'none', params: { data: {} } }],
    [404, 'POST', `${onRace}/playAction`, { ...target, graphicInstanceId: 'none', params: {} }],
    [400, 'POST', `${onRace}/playAction`, { ...target, params: {} }],
    [400, 'DELETE', '/graphics/leaderline-gap-board'],
  ];
  for (const [status, method, path, body] of cases) {
    const answer = await call(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.match(answer.type, /application\/problem\+json/);
    assert.ok(answer.json['title'] && answer.json['status'] === status);
  }
});
