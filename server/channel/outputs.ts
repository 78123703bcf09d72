import { resolve } from 'node:path';
import { OutputSet } from '../../media/index.js';
import type { Output } from '../../protocol/index.js';
import { sameFile } from '../same-file.js';
import { UsageError } from '../usage-error.js';

/** What cannot be opened for writing, or an encoder that is not there, is the user's to change. */
export async function openOutputs(...open: Parameters<typeof OutputSet.open>): Promise<OutputSet> {
  try {
    return await OutputSet.open(...open);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError where an output would be written over the source, or over another output. */
export function checkPlaces(sourceUrl: string, outputs: readonly Output[], baseDir: string): void {
  const source = isUrl(sourceUrl) ? null : resolve(baseDir, sourceUrl);
  const taken: string[] = [];
  for (const place of outputs.flatMap(placesOf)) {
    if (isUrl(place)) continue;
    const path = resolve(baseDir, place);
    if (source !== null && sameFile(path, source))
      throw new UsageError(`${place}: is the source itself; choose another name for the output`);
    if (taken.some((other) => sameFile(path, other))) throw new UsageError(`${place}: two outputs would be written there`);
    taken.push(path);
  }
}

function placesOf(output: Output): string[] {
  switch (output.type) {
    case 'file':
      return [output.path];
    case 'key-fill':
      return [output.fill, output.key];
    case 'stream':
    case 'hls':
      return [];
  }
}

/** With a scheme (`srt://…`, `sim:…`, `device:…`), so not a path; a single letter is a drive. */
function isUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(place);
}
