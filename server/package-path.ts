import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Absolute path of a file that ships with Leaderline, e.g. `assets/demo/demo.json`. */
export function packagePath(relative: string): string {
  return join(root, relative);
}

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const up = dirname(from);
  if (up === from) throw new Error('package.json not found above the program: the installation is incomplete');
  return findRoot(up);
}
