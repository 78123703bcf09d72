import type { Frame } from 'node-av/lib';
import { Source } from '../../protocol/index.js';
import { Input } from './input.js';
import { locate } from './location.js';

/** A decoded picture as it is in the file. */
export interface DecodedPicture {
  /** The receiver's to free. */
  readonly frame: Frame;
  /** The file's own time from its first picture, microseconds; null where it has none. */
  readonly inputUs: number | null;
  readonly durationUs: number;
}

/** Every picture of a file, as decoded: for measuring and tests. @throws MediaError in one line. */
export async function* decodeFile(path: string): AsyncGenerator<DecodedPicture, void, undefined> {
  const location = locate(Source.parse({ url: path }), process.cwd());
  if (location.kind === 'scene') throw new Error(`${path} is a scene, not a file`);
  const input = await Input.open(location, false);
  try {
    for await (const item of input.items()) {
      if (item.kind === 'picture') yield item;
      else item.packet.free();
    }
  } finally {
    await input.close();
  }
}
