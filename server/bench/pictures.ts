import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Channel } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { nodeJson } from './child.js';
import { livePictures } from './picture-live.js';

const ORDER = fileURLToPath(new URL('./picture-order.js', import.meta.url));
const RECORDED_US = 14e6;
const RECORDINGS = [
  { scene: 'sprint', size: '1280x720' },
  { scene: 'sprint', size: '1920x1080' },
  { scene: 'drone', size: '1280x720' },
] as const;

/**
 * What a stroboscopic picture and a ghost cost, alone, from a recording of which no picture is missing; and how long they take beside the two live
 * channels of the demo, from the order to the file.
 */
export async function benchPictures(folder: string): Promise<BenchResult> {
  const lines = [
    'processor seconds of all threads to the still, and to the end of still and clip: five seconds at 30 frames a second, eight images',
    `${''.padEnd(24)} first of its process    one that follows`,
    `${''.padEnd(24)}    still     clip       still     clip`,
  ];
  const figures: Record<string, number> = {};
  for (const { scene, size } of RECORDINGS) {
    const recording = join(folder, `${scene}-${size}`);
    await record(scene, size, recording);
    for (const kind of ['strobe', 'ghost']) {
      const out = join(folder, 'out');
      mkdirSync(out, { recursive: true });
      const got = await nodeJson([ORDER, kind, recording, out]);
      const cell = (name: string): string => `${Number(got[name]).toFixed(2)} s`.padStart(9);
      const cells = `${cell('firstStillCpuS')}${cell('firstClipCpuS')}   ${cell('stillCpuS')}${cell('clipCpuS')}`;
      lines.push(`${`${kind}, ${scene} ${size}`.padEnd(24)}${cells}`);
      for (const name of Object.keys(got)) figures[`${kind} ${scene} ${size} ${name}`] = Number(got[name]);
    }
  }
  lines.push('', 'ordered from the running demo, two live channels of 960x540 at 25 frames a second; wall time, medians of 3  (goal: 3 s)');
  for (const { kind, stillS, clipS, late, dropped } of await livePictures(folder)) {
    const live = `the live channel: ${late} frames late, ${dropped} dropped`;
    lines.push(`${kind.padEnd(7)} still after ${stillS.toFixed(1)} s, clip after ${clipS.toFixed(1)} s; ${live}`);
    Object.assign(figures, { [`${kind} live stillS`]: stillS, [`${kind} live clipS`]: clipS, [`${kind} live late`]: late });
  }
  return { name: 'pictures', lines, figures };
}

/** What a channel would have recorded of a scene. */
async function record(scene: string, size: string, folder: string): Promise<void> {
  const url = `sim:${scene}?size=${size}&fps=30`;
  const abort = new AbortController();
  const channel = Channel.parse({ id: 'bench', title: 'bench', source: { url }, outputs: [], replay: {}, ...createScene(url).setup });
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: '.', signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    ...{ draw: false, replayDirectory: folder, onHealth: () => {} },
    events: {
      onComposited: (frame) => {
        if (frame.mediaTimeUs >= RECORDED_US) abort.abort();
      },
    },
  });
  try {
    await opened.runner.run();
  } finally {
    await opened.close();
  }
}
