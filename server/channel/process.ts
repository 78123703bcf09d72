import type { VideoFrame } from '../../media/index.js';
import { type ControlReply, encodeTrackingFrame, type SourceHealth, type TrackingFrame } from '../../protocol/index.js';
import { UsageError } from '../usage-error.js';
import { stamped } from './desk/index.js';
import type { OpenChannel } from './live-channel.js';
import { obey } from './live-commands.js';
import type { ChannelStart, DeskChange, Ending, FromChannel, ToChannel } from './messages.js';
import { openChannel } from './open.js';
import { Pictures } from './pictures.js';
import { StatusReporter } from './status-reporter.js';

/**
 * A channel's process: opens what its project says, runs it, tells the server what happens. Ends by itself when the source ends, when
 * told to stop, or when the server is gone.
 */

const STATUS_EVERY_MS = 1000;
const abort = new AbortController();
let opened: OpenChannel | null = null;
let reporter: StatusReporter | null = null;
let pictures: Pictures | null = null;
/** What operators changed while the source was being opened; the newest says it all but for a set-up before it. */
let waiting: DeskChange | null = null;

// Ctrl-C on a terminal reaches us too; the server ends us in order.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => abort.abort());
process.on('disconnect', () => abort.abort());
process.on('message', (message: ToChannel) => receive(message));

function receive(message: ToChannel): void {
  switch (message.type) {
    case 'start':
      void run(message).then(end);
      return;
    case 'stop':
      abort.abort();
      return;
    case 'desk':
      void reply(message.requestId, () => changeDesk(message.change));
      return;
    case 'command':
      void reply(message.requestId, async () => {
        if (!opened) throw new Error('the channel is still opening its source');
        return await obey(opened, message.command);
      });
      return;
    case 'positions':
      opened?.tracking.pushExternal(message.positions);
      return;
    case 'picture': {
      const { requestId, kind } = message;
      if (pictures) pictures.ask(kind, (picture) => send({ type: 'picture', requestId, picture }));
      else send({ type: 'picture', requestId, picture: null });
    }
  }
}

async function run(start: ChannelStart): Promise<Ending> {
  const { channel } = start;
  const status = new StatusReporter(channel, start.restarts);
  reporter = status;
  const report = (): void => {
    send({ type: 'status', status: status.status(opened) });
  };
  const timer = setInterval(report, STATUS_EVERY_MS);
  const onHealth = (health: SourceHealth, message: string): void => {
    status.source(health, message);
    report();
  };
  try {
    opened = await openChannel({
      channel,
      mode: 'live',
      baseDir: start.baseDir,
      signal: abort.signal,
      outputs: channel.outputs,
      hlsDirectory: start.hlsDirectory,
      replayDirectory: start.replayDirectory,
      graphics: start.graphics,
      draw: true,
      hosted: start.hosted,
      onHealth,
      events: {
        onClean: (picture) => pictures?.clean(picture, picture.mediaTimeUs),
        onComposited: composited,
      },
    });
    const { source, tracking, runner } = opened;
    pictures = new Pictures(source.info, ({ luma, mediaTimeUs }) => tracking.freeze(luma, mediaTimeUs));
    if (waiting) opened.change(waiting);
    send({ type: 'scene', scene: opened.scene });
    send({ type: 'graphics', graphics: opened.runner.graphics });
    report();
    await runner.run();
    return { kind: 'done' };
  } catch (error) {
    if (abort.signal.aborted) return { kind: 'done' };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof UsageError ? 'fault' : 'failure', message };
  } finally {
    clearInterval(timer);
    await opened?.close().catch((error: unknown) => console.error(`channel ${channel.id}: closing: ${String(error)}`));
    await pictures?.close();
  }
}

function composited(frame: TrackingFrame, picture: VideoFrame): void {
  if (picture.discontinuity === 'loop') send({ type: 'loop', atUs: frame.mediaTimeUs });
  send({ type: 'positions', frame: new Uint8Array(encodeTrackingFrame(frame)) });
  pictures?.composited(picture, frame.mediaTimeUs);
}

function changeDesk(change: DeskChange): string {
  if (!opened) {
    waiting = { ...change, channel: change.channel ?? waiting?.channel ?? null };
    send({ type: 'graphics', graphics: stamped([], change.graphics, -1) });
    return '';
  }
  const graphics = opened.change(change);
  if (change.channel) send({ type: 'scene', scene: opened.scene });
  send({ type: 'graphics', graphics });
  return '';
}

/** Answers a request with what the work returns, or why it could not be done. */
async function reply(requestId: number, work: () => Promise<string> | string): Promise<void> {
  let answer: ControlReply;
  try {
    const message = await work();
    answer = { ok: true, revision: 0, ...(message && { message }) };
  } catch (error) {
    answer = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  send({ type: 'reply', requestId, reply: answer });
}

/** The last message, then the process ends: whatever native code still holds must not keep it. */
function end(ending: Ending): void {
  if (reporter) send({ type: 'status', status: reporter.status(null) });
  const code = ending.kind === 'done' ? 0 : 1;
  if (!process.send || !process.connected) process.exit(code);
  const last: FromChannel = { type: 'ended', ending };
  process.send(last, undefined, undefined, () => process.exit(code));
}

function send(message: FromChannel): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
