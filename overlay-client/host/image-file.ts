import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { IMAGE_NAME } from '../graphics/image-name.js';
import { imageSize } from './image-size.js';

const BYTES_MAX = 4 * 1024 * 1024;
const SIDE_MAX = 4096;

/**
 * Reads a picture of a folder.
 * @param name a plain file name; a link may not lead out of the folder.
 * @throws Error with one line: what is wrong, what is allowed.
 */
export async function readImageFile(folder: string, name: string): Promise<Buffer> {
  const [home, path] = await Promise.all([realpath(folder), realpath(join(folder, name))]).catch(() => {
    throw new Error(`there is no such file: put it into ${folder}`);
  });
  if (!IMAGE_NAME.test(name) || !path.startsWith(home + sep)) throw new Error('not a plain file name of that folder');
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw new Error(`${(size / 1024 / 1024).toFixed(1)} MB: at most ${BYTES_MAX / 1024 / 1024} MB`);
  const bytes = await readFile(path);
  const pixels = imageSize(bytes);
  if (!pixels) throw new Error('neither PNG, JPEG nor WebP, or damaged: save it again as PNG');
  if (pixels.width < 1 || pixels.height < 1 || Math.max(pixels.width, pixels.height) > SIDE_MAX)
    throw new Error(`${pixels.width} × ${pixels.height} pixels: at most ${SIDE_MAX} either way`);
  return bytes;
}

/** Names of the pictures in a folder, in order; none where there is no such folder. */
export async function listImages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => IMAGE_NAME.test(name)).sort();
}
