#!/usr/bin/env node
// `npm test [FILTER ...]`: build (types), lint, then every *.test.js under dist/ with node's own test runner. FILTERs are parts of paths.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';

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
// Two files at a time: most wait for pictures, browsers and processes more than they reckon.
process.exit(run(process.execPath, ['--test', '--test-concurrency=2', '--enable-source-maps', '--test-reporter=spec', ...tests]));
