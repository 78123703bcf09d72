import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** True where two paths are one file, by name or through links; a file that is not there yet is known by its name alone. */
export function sameFile(a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true;
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.isFile() && first.dev === second.dev && first.ino === second.ino;
}
