import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const BLOCK = 512;

/**
 * Writes the plain files of a tar archive (ustar, names up to 255 characters) below `folder`. Links and devices are left out.
 * @throws Error when an entry would leave the folder.
 */
export function unpackTar(tar: Uint8Array, folder: string): void {
  const text = new TextDecoder();
  const field = (at: number, length: number): string => text.decode(tar.subarray(at, at + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const name = field(at, 100);
    if (name === '') return;
    const size = Number.parseInt(field(at + 124, 12).trim() || '0', 8);
    const type = field(at + 156, 1);
    const prefix = field(at + 257, 5) === 'ustar' ? field(at + 345, 155) : '';
    const path = normalize(prefix === '' ? name : `${prefix}/${name}`);
    if (path.startsWith('..') || path.startsWith('/')) throw new Error(`the archive has an entry outside its folder: ${path}`);
    if (type === '' || type === '0') {
      const to = join(folder, path);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, tar.subarray(at + BLOCK, at + BLOCK + size));
      chmodSync(to, 0o755);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
