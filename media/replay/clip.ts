import { open, readFile } from 'node:fs/promises';
import { encodeHeader, encodeRecord } from './format.js';
import type { ReplayReader } from './reader.js';

/**
 * Copies a stretch of a recording into a recording of its own (`PATH.idx`, `PATH.dat`), pictures as they are: from the key frame that `from` needs
 * up to `to`, places in the reader's `frames`.
 */
export async function writeClip(reader: ReplayReader, from: number, to: number, path: string): Promise<void> {
  const { frames } = reader;
  let first = from;
  while (first > 0 && !frames[first]?.key) first--;
  const data = await open(`${path}.dat`, 'w');
  const index = await open(`${path}.idx`, 'w');
  try {
    await index.appendFile(encodeHeader(reader.recording));
    let source = { path: '', bytes: Buffer.alloc(0) };
    let offset = 0;
    for (const [i, frame] of frames.slice(first, to + 1).entries()) {
      // A segment is a few megabytes: one read each.
      if (source.path !== frame.dataPath) source = { path: frame.dataPath, bytes: await readFile(frame.dataPath) };
      await data.appendFile(source.bytes.subarray(frame.offset, frame.offset + frame.bytes));
      const unchanged = i > 0 && frame.graphics === frames[first + i - 1]?.graphics;
      await index.appendFile(encodeRecord({ ...frame, offset }, unchanged ? null : frame.graphics));
      offset += frame.bytes;
    }
  } finally {
    await Promise.all([data.close(), index.close()]);
  }
}
