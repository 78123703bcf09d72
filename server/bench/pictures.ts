import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Channel } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { nodeJson } from './child.js';

const ORDER = fileURLToPath(new URL('./picture-order.js', import.meta.url));
const SECONDS = 14;
const RECORDINGS = [
  { scene: 'sprint', size: '1280x720' },
  { scene: 'sprint', size: '1920x1080' },
  { scene: 'drone', size: '1280x720' },
] as const;

export async function benchPictures(folder: string): Promise<BenchResult> {
  const lines = [
    `five seconds at 30 frames a second, eight images; processor seconds to the still, and to the end of still and clip`,
    `${''.padEnd(26)}  in a process just started    in one that made some before`,
    `${''.padEnd(26)}       still      clip            still      clip    (wall: still, clip)`,
  ];
  const figures: Record<string, number> = {};
  for (const { scene, size } of RECORDINGS) {
    const recording = join(folder, `${scene}-${size}`);
    await record(scene, size, recording);
    for (const kind of ['strobe', 'ghost']) {
      const out = join(folder, 'out');
      mkdirSync(out, { recursive: true });
      const got = await nodeJson([ORDER, kind, recording, out]);
      const of = (name: string): number => Number(got[name]);
      const s = (name: string): string => `${of(name).toFixed(2)} s`.padStart(10);
      lines.push(
        `${`${kind}, ${scene} ${size}`.padEnd(26)}  ${s('firstStillCpuS')}${s('firstClipCpuS')}       ${s('stillCpuS')}${s('clipCpuS')}${s('stillS')}${s('clipS')}`,
      );
      for (const name of Object.keys(got)) figures[`${kind} ${scene} ${size} ${name}`] = of(name);
    }
  }
  return { name: 'pictures', lines, figures };
}

/** What a channel would have recorded of a scene, every frame of it. */
async function record(scene: string, size: string, folder: string): Promise<void> {
  const url = `sim:${scene}?size=${size}&fps=30`;
  const abort = new AbortController();
  const channel = Channel.parse({ id: 'bench', title: 'bench', source: { url }, outputs: [], replay: {}, ...createScene(url).setup });
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: '.', signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    ...{ draw: false, replayDirectory: folder, onHealth: () => {} },
    events: {
      onComposited: (frame) => {
        if (frame.mediaTimeUs >= SECONDS * 1e6) abort.abort();
      },
    },
  });
  try {
    await opened.runner.run();
  } finally {
    await opened.close();
  }
}
