import { Compositor, PreviewEncoder, ReplayReader } from '../../media/index.js';
import { type Progress, runJob } from './jobs.js';
import type { FromReplay, ToReplay } from './messages.js';
import { ReplayPlayer } from './player.js';
import { type Drawn, Redraw } from './redraw.js';

/**
 * A replay process of a channel: looks at, plays and makes things from what the channel recorded, so that the channel itself never stutters. It only
 * reads recordings. Ends when the server is gone.
 */

const FRAME_WIDEST_PX = 1280;

let player: ReplayPlayer | null = null;
let playing: Promise<void> = Promise.resolve();
/** Frames are looked at one after the other; jobs too. */
let looking: Promise<unknown> = Promise.resolve();
let making: Promise<unknown> = Promise.resolve();

process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToReplay) => {
  void answer(message).catch((error: unknown) => {
    send({ type: 'failed', requestId: message.requestId, error: error instanceof Error ? error.message : String(error) });
  });
});

async function answer(message: ToReplay): Promise<void> {
  const { requestId } = message;
  switch (message.type) {
    case 'frame': {
      const result = looking.then(() => look(message.folder, message.mediaTimeUs, message.drawn));
      looking = result.catch(() => undefined);
      send({ type: 'frame', requestId, ...(await result) });
      return;
    }
    case 'play': {
      player?.steer({ do: 'stop' });
      await playing;
      const opened = await ReplayPlayer.open(message.play, (play) => send({ type: 'playing', play }));
      player = opened;
      playing = opened.run().finally(() => {
        if (player === opened) player = null;
      });
      send({ type: 'done', requestId });
      return;
    }
    case 'steer':
      if (!player) throw new Error('no replay is playing; play one first');
      player.steer(message.steer);
      if (message.steer.do === 'stop') await playing;
      send({ type: 'done', requestId });
      return;
    case 'job': {
      const result = making.then(() => runJob(message.job, told(requestId)));
      making = result.catch(() => undefined);
      send({ type: 'made', requestId, endings: await result });
    }
  }
}

/** Progress in hundredths, so that it costs nothing. */
function told(requestId: number): Progress {
  let last = -1;
  return (share, ending) => {
    const hundredths = Math.floor(Math.max(0, Math.min(1, share)) * 100);
    if (hundredths === last && ending === undefined) return;
    last = hundredths;
    send({ type: 'progress', requestId, share: hundredths / 100, ...(ending !== undefined && { ending }) });
  };
}

/** What looks at the buffer, kept from one request to the next. */
interface View {
  readonly key: string;
  readonly reader: ReplayReader;
  readonly redraw: Redraw;
  readonly compositor: Compositor;
  readonly jpeg: PreviewEncoder;
}

let view: View | null = null;

/** Pictures before the one asked for that are looked at first. */
const EARLIER_US = [1_320_000, 1_050_000, 790_000, 530_000, 265_000];

/** A new one where another folder or other graphics are looked at, or the recording began anew with other pictures. */
async function viewOf(folder: string, drawn: Drawn): Promise<View> {
  const reader = view?.reader ?? (await ReplayReader.openFolder(folder));
  await reader.refresh();
  const { size, format } = reader.picture;
  const key = JSON.stringify([folder, drawn, size, format.name]);
  if (view?.key === key) return view;
  const before = view;
  view = null;
  before?.redraw.close();
  before?.compositor.close();
  await before?.jpeg.close();
  const fresh = await ReplayReader.openFolder(folder);
  const redraw = await Redraw.open(fresh, drawn);
  const { picture } = fresh;
  view = { key, reader: fresh, redraw, compositor: new Compositor(picture), jpeg: new PreviewEncoder(picture, FRAME_WIDEST_PX) };
  return view;
}

async function look(folder: string, mediaTimeUs: number, drawn: Drawn): Promise<{ jpeg: Uint8Array; mediaTimeUs: number }> {
  const { reader, redraw, compositor, jpeg } = await viewOf(folder, drawn);
  const index = reader.at(mediaTimeUs);
  if (index < 0) throw new Error('the replay buffer is empty');
  const us = reader.frames[index]?.mediaTimeUs ?? 0;
  // A picture by itself has none before it that tell how its ground looked a moment ago.
  for (const earlier of new Set(EARLIER_US.map((back) => reader.at(us - back)))) {
    if (earlier < 0 || earlier >= index) continue;
    const past = await reader.decodeOne(earlier);
    try {
      await redraw.over({ native: past.native }, compositor, earlier);
    } finally {
      past.native.free();
    }
  }
  const { frame, native } = await reader.decodeOne(index);
  try {
    await redraw.over({ native }, compositor, index);
    return { jpeg: await jpeg.encode({ native }), mediaTimeUs: frame.mediaTimeUs };
  } finally {
    native.free();
  }
}

function send(message: FromReplay): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
