import { join } from 'node:path';
import { ReplayItem, ReplayState } from '../../protocol/index.js';
import { median } from './child.js';
import { type Served, served } from './served.js';

const RECORDED_US = 20e6;
const RANGE_US = 5e6;
/** The ghost ran so much earlier: soon enough to be in the picture. */
const EARLIER_US = 400_000;
const RUNS = 3;
const REST_MS = 1500;

/** How long a picture took that was ordered of a running channel, seconds, medians; and what the live channel lost in that time, all runs together. */
export interface LivePicture {
  readonly kind: 'strobe' | 'ghost';
  readonly stillS: number;
  readonly clipS: number;
  readonly late: number;
  readonly dropped: number;
}

/** Orders pictures of five seconds from the demo, two live channels, by HTTP. */
export async function livePictures(folder: string): Promise<LivePicture[]> {
  const server = await served(['--data', join(folder, 'data')]);
  try {
    while ((await replay(server)).buffer.toUs < RECORDED_US) await sleep(500);
    const results: LivePicture[] = [];
    for (const kind of ['strobe', 'ghost'] as const) {
      const before = await server.status('race');
      const runs: Pick<LivePicture, 'stillS' | 'clipS'>[] = [];
      for (let n = 0; n < RUNS; n++) {
        runs.push(await order(server, kind));
        await sleep(REST_MS);
      }
      const after = await server.status('race');
      results.push({
        kind,
        stillS: median(runs.map((r) => r.stillS)),
        clipS: median(runs.map((r) => r.clipS)),
        late: after.framesLate - before.framesLate,
        dropped: after.framesDropped - before.framesDropped,
      });
    }
    return results;
  } finally {
    await server.end();
  }
}

async function order(server: Served, kind: LivePicture['kind']): Promise<Pick<LivePicture, 'stillS' | 'clipS'>> {
  const { toUs } = (await replay(server)).buffer;
  const run = (rosterIndex: number, syncUs: number) => ({ subject: { rosterIndex }, syncUs });
  const command =
    kind === 'strobe'
      ? { command: 'picture.strobe', subject: { rosterIndex: 3 }, lastS: RANGE_US / 1e6, moments: { count: 8 } }
      : { command: 'picture.ghost', run: run(3, toUs - RANGE_US), ghost: run(5, toUs - RANGE_US - EARLIER_US), afterS: RANGE_US / 1e6 };
  const start = performance.now();
  const since = (): number => (performance.now() - start) / 1000;
  const answer = await fetch(`${server.url}/api/channels/race/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  const reply: unknown = await answer.json();
  const id = typeof reply === 'object' && reply !== null && 'id' in reply ? reply.id : undefined;
  if (id === undefined) throw new Error(`${kind} was refused: ${JSON.stringify(reply)}`);
  for (let stillS = Number.NaN; ; await sleep(20)) {
    const items = ReplayItem.array().parse(await (await fetch(`${server.url}/api/channels/race/pictures`)).json());
    const item = items.find((i) => i.id === id);
    if (item?.state === 'failed') throw new Error(`${kind}: ${item.message}`);
    if (Number.isNaN(stillS) && item?.files.some((file) => file.endsWith('.png'))) stillS = since();
    if (item?.state === 'done') return { stillS, clipS: since() };
  }
}

async function replay(server: Served): Promise<ReplayState> {
  return ReplayState.parse(await (await fetch(`${server.url}/api/channels/race/replay`)).json());
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
