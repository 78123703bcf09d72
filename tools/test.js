#!/usr/bin/env node
// `npm test [FILTER ...]`: build (types), lint, then every *.test.js under dist/ with node's own test runner. FILTERs are parts of paths.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';

const NODE = ['--test', '--enable-source-maps', '--test-reporter=spec'];
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const filters = process.argv.slice(2);
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

if (!(await build())) process.exit(1);
if (filters.length === 0) {
  const lint = run(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']);
  if (lint !== 0) process.exit(lint);
}
const tests = readdirSync(join(root, 'dist'), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.test.js') && (filters.length === 0 || filters.some((f) => path.includes(f))))
  .sort()
  .map((path) => join('dist', path));
if (tests.length === 0) {
  console.error(`no test matches ${filters.join(' ')}`);
  process.exit(2);
}
const test = (files, atOnce) => (files.length === 0 ? 0 : run(process.execPath, [...NODE, `--test-concurrency=${atOnce}`, ...files]));
// What goes to air keeps step with the clock and is looked at frame by frame: nothing else runs beside it. Of the others two files at a time:
// most wait for pictures, browsers and processes more than they reckon.
const onAir = tests.filter((path) => path.endsWith('on-air.test.js'));
const others = tests.filter((path) => !onAir.includes(path));
process.exit(test(onAir, 1) || test(others, 2));
