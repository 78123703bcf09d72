import { Encoder, Source } from '../../protocol/index.js';
import { decodeFile } from '../source/decode-file.js';
import { openSource } from '../source/open.js';
import { OutputSet } from './output-set.js';

/**
 * Decodes a file and encodes it again with a channel's default settings, nothing in between: the baseline that the whole chain is measured
 * against.
 * @returns the number of pictures.
 */
export async function plainTranscode(input: string, output: string): Promise<number> {
  const source = await openSource(Source.parse({ url: input }), {
    mode: 'offline',
    baseDir: process.cwd(),
    analysisWidth: 16,
    createScene: () => {
      throw new Error('a file is needed');
    },
    signal: new AbortController().signal,
    onHealth: () => {},
  });
  const { info } = source;
  await source.close();
  const outputs = await OutputSet.open(info, Encoder.parse({}), [{ type: 'file', path: output }], {
    baseDir: process.cwd(),
    failFast: true,
  });
  let frames = 0;
  let lastUs = 0;
  for await (const { frame, inputUs, durationUs } of decodeFile(input)) {
    lastUs = inputUs ?? lastUs + durationUs;
    await outputs.write({ native: frame, mediaTimeUs: lastUs, durationUs, discontinuity: null });
    frame.free();
    frames += 1;
  }
  await outputs.finish();
  return frames;
}
