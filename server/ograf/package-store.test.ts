import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { packageManifest } from '../../overlay-client/ograf/manifest.js';
import { PackageStore } from './package-store.js';

const folder = mkdtempSync(join(tmpdir(), 'leaderline-ograf-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA = 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json';
const minimal = (id: string, more: object = {}) => ({
  ...{ $schema: SCHEMA, id, name: 'A strap', main: 'main.mjs', supportsRealTime: true, supportsNonRealTime: false },
  ...more,
});
const zip = (files: Record<string, string | object>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, body]) => [path, strToU8(typeof body === 'string' ? body : JSON.stringify(body))]),
    ),
  );
const good = (id: string, body = 'export default class extends HTMLElement {}') =>
  zip({ 'strap/strap.ograf.json': minimal(id), 'strap/main.mjs': body, 'strap/img/a b.png': 'x' });

test('a package is taken in, its files are served by name and nothing else is', () => {
  const store = new PackageStore(join(folder, 'a'), () => {});
  const [graphic] = store.add(good('com.example.strap'));
  assert.ok(graphic);
  assert.equal(graphic.main, 'strap/main.mjs');
  assert.ok(store.file(graphic.package, 'strap/img/a b.png'));
  for (const path of ['../../../etc/passwd', 'strap/../strap/main.mjs', 'strap', '', 'strap/none.mjs'])
    assert.equal(store.file(graphic.package, path), undefined, path);
  // Another server on the same folder finds it again.
  assert.equal(new PackageStore(join(folder, 'a'), () => {}).get('com.example.strap')?.manifest.name, 'A strap');
});

test('the same graphic again replaces the old one; deleting leaves nothing', () => {
  const store = new PackageStore(join(folder, 'b'), () => {});
  const [first] = store.add(good('strap'));
  const [second] = store.add(good('strap', 'export default class extends HTMLElement { load() {} }'));
  assert.ok(first && second);
  assert.equal(store.file(first.package, 'strap/main.mjs'), undefined);
  assert.match(readFileSync(store.file(second.package, 'strap/main.mjs') ?? '', 'utf8'), /load/);
  assert.equal(store.remove('strap'), true);
  assert.equal(store.remove('strap'), false);
  assert.deepEqual(store.list(), []);
});

test('our own manifests are taken by the same rules', () => {
  const store = new PackageStore(join(folder, 'c'), () => {});
  const [graphic] = store.add(zip({ 'gap-board.ograf.json': packageManifest('gap-board'), 'gap-board.mjs': '' }));
  assert.equal(graphic?.manifest.id, 'leaderline-gap-board');
});

test('what is wrong with a package is told in one line, and nothing of it is kept', () => {
  const store = new PackageStore(join(folder, 'd'), () => {});
  const main = { 'main.mjs': '' };
  const cases: [RegExp, Uint8Array][] = [
    [/no zip, or a damaged one/, strToU8('not a zip')],
    [/no zip, or a damaged one/, good('strap').subarray(0, 200)],
    [/no manifest/, zip({ 'readme.txt': 'hello' })],
    [/x\.ograf\.json is not JSON/, zip({ 'x.ograf.json': '{', ...main })],
    [/x\.ograf\.json: \$schema: must be/, zip({ 'x.ograf.json': minimal('x', { $schema: 'v0' }), ...main })],
    [/x\.ograf\.json: id: /, zip({ 'x.ograf.json': minimal('a/b'), ...main })],
    [/x\.ograf\.json: supportsRealTime: /, zip({ 'x.ograf.json': minimal('x', { supportsRealTime: 'yes' }), ...main })],
    [/x\.ograf\.json: extra: OGraf knows no such field/, zip({ 'x.ograf.json': minimal('x', { extra: 1 }), ...main })],
    [/main: the package holds no "gone\.mjs"/, zip({ 'x.ograf.json': minimal('x', { main: 'gone.mjs' }), ...main })],
    [/main: the package holds no/, zip({ 'x.ograf.json': minimal('x', { main: '../main.mjs' }), ...main })],
    [/no path inside it/, zip({ '../evil.mjs': 'x', 'x.ograf.json': minimal('x'), ...main })],
    [/more than 1000 files/, zip(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}`, 'x'])))],
    [/larger than 64 MB/, zipSync({ 'x.ograf.json': strToU8(JSON.stringify(minimal('x'))), 'main.mjs': new Uint8Array(70_000_000) })],
  ];
  for (const [line, bytes] of cases)
    assert.throws(
      () => store.add(bytes),
      (error: Error) => line.test(error.message) && !error.message.includes('\n'),
      `${line}`,
    );
  assert.deepEqual(store.list(), []);
});

test('a package spoilt on disk is left out with one line', () => {
  const lines: string[] = [];
  const store = new PackageStore(join(folder, 'e'), (line) => lines.push(line));
  const [graphic] = store.add(good('strap'));
  assert.ok(graphic);
  writeFileSync(store.file(graphic.package, 'strap/strap.ograf.json') ?? '', '{}');
  assert.deepEqual(new PackageStore(join(folder, 'e'), (line) => lines.push(line)).list(), []);
  assert.match(lines[0] ?? '', /left out: strap\/strap\.ograf\.json: /);
});
