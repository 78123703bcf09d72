import { ChannelScene, ChannelState, decodeTrackingFrame, type Size, TrackingFrame } from '../../protocol/index.js';

/** Where a graphic in another host gets its scene and frames from. */
export type Feed =
  /** A Leaderline channel, live. */
  | { readonly kind: 'live'; readonly scene: ChannelScene; listen(onFrame: (frame: TrackingFrame) => void): () => void }
  /** What was recorded, its first frame at media time 0. */
  | { readonly kind: 'recorded'; readonly scene: ChannelScene; readonly frames: readonly TrackingFrame[] }
  /** Nothing is tracked: what the data says is all there is. */
  | { readonly kind: 'none'; readonly scene: ChannelScene };

export interface FeedOptions {
  readonly server: string;
  readonly channel: string;
  readonly recording: string;
  /** The host's picture, for a scene of its own. */
  readonly size: Size;
}

const LONGEST_MS = 2_500;
const RETRY_MS = 1_000;

/** @throws Error with one line: what could not be reached or read, and what to do. */
export async function openFeed(o: FeedOptions): Promise<Feed> {
  if (o.recording !== '') return await recorded(o.recording);
  if (o.server === '') return { kind: 'none', scene: emptyScene(o.size) };
  if (o.channel === '') throw new Error('leaderlineServer is given, but no leaderlineChannel: name the channel to follow');
  return await live(o.server, o.channel);
}

async function live(server: string, channel: string): Promise<Feed> {
  if (!URL.canParse(server)) throw new Error(`leaderlineServer: "${server}" is no address; write it like http://192.168.1.5:8080`);
  const address = new URL(`/api/channels/${encodeURIComponent(channel)}`, server);
  address.search = new URL(server).search;
  const { scene } = ChannelState.parse(await fetched(address.href, (answer) => answer.json()));
  const socket = new URL(`/positions/${encodeURIComponent(channel)}`, address);
  socket.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.search = address.search;
  return { kind: 'live', scene, listen: (onFrame) => follow(socket.href, onFrame) };
}

/** Follows a channel's positions until the returned function is called; a lost connection is made again. */
function follow(address: string, onFrame: (frame: TrackingFrame) => void): () => void {
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const connect = (): void => {
    socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) onFrame(decodeTrackingFrame(data));
    });
    socket.addEventListener('close', () => {
      retry = setTimeout(connect, RETRY_MS);
    });
  };
  let closed = false;
  connect();
  return () => {
    if (closed) return;
    closed = true;
    const last = socket;
    socket?.addEventListener('close', () => clearTimeout(retry));
    clearTimeout(retry);
    last?.close();
  };
}

async function recorded(address: string): Promise<Feed> {
  const [first = '', ...lines] = (await fetched(address, (answer) => answer.text())).split('\n').filter((line) => line !== '');
  try {
    const scene = ChannelScene.parse(JSON.parse(first));
    const frames = lines.map((line) => TrackingFrame.parse(JSON.parse(line)));
    const startUs = frames[0]?.mediaTimeUs ?? 0;
    return { kind: 'recorded', scene, frames: frames.map((frame) => ({ ...frame, mediaTimeUs: frame.mediaTimeUs - startUs })) };
  } catch {
    throw new Error(`leaderlineRecording: ${address} is no recording: make one with leaderline track --format recording`);
  }
}

async function fetched<T>(address: string, read: (answer: Response) => Promise<T>): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, { signal: AbortSignal.timeout(LONGEST_MS) });
  } catch {
    throw new Error(`${address} cannot be reached from here: is the server running, and is its token part of the address?`);
  }
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return await read(answer);
}

function emptyScene({ width, height }: Size): ChannelScene {
  return {
    ...{ channel: '', title: '', width, height, fps: null, roster: [], course: null, floor: null },
    look: { mode: 'dark' },
  };
}
