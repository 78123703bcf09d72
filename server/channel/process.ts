import type { VideoFrame } from '../../media/index.js';
import { PreviewEncoder } from '../../media/index.js';
import {
  type ControlCommand,
  type ControlReply,
  encodeTrackingFrame,
  type SourceHealth,
  type TrackingFrame,
} from '../../protocol/index.js';
import { UsageError } from '../usage-error.js';
import type { ChannelStart, Ending, FromChannel, ToChannel } from './messages.js';
import { type OpenChannel, openChannel } from './open.js';
import { StatusReporter } from './status-reporter.js';

/**
 * A channel's process: opens what its project says, runs it, tells the server what happens. Ends by itself when the source ends, when
 * told to stop, or when the server is gone.
 */

const STATUS_EVERY_MS = 1000;
const abort = new AbortController();
let opened: OpenChannel | null = null;
let reporter: StatusReporter | null = null;
let preview: PreviewEncoder | null = null;
let previewRequests: number[] = [];

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
    case 'command':
      send({ type: 'reply', requestId: message.requestId, reply: obey(message.command) });
      return;
    case 'positions':
      opened?.tracking.pushExternal(message.positions);
      return;
    case 'preview':
      if (opened) previewRequests.push(message.requestId);
      else send({ type: 'preview', requestId: message.requestId, jpeg: null });
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
      onHealth,
      events: {
        onComposited: composited,
        onGraphics: (graphics) => send({ type: 'graphics', graphics }),
      },
    });
    send({ type: 'scene', scene: opened.scene });
    send({ type: 'graphics', graphics: opened.runner.graphics });
    report();
    await opened.runner.run();
    return { kind: 'done' };
  } catch (error) {
    if (abort.signal.aborted) return { kind: 'done' };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof UsageError ? 'fault' : 'failure', message };
  } finally {
    clearInterval(timer);
    for (const requestId of previewRequests) send({ type: 'preview', requestId, jpeg: null });
    await opened?.close().catch((error: unknown) => console.error(`channel ${channel.id}: closing: ${String(error)}`));
    await preview?.close();
  }
}

function composited(frame: TrackingFrame, picture: VideoFrame): void {
  send({ type: 'positions', frame: new Uint8Array(encodeTrackingFrame(frame)) });
  if (previewRequests.length > 0 && opened) {
    const requests = previewRequests;
    previewRequests = [];
    preview ??= new PreviewEncoder(opened.source.info);
    preview
      .encode(picture)
      .catch(() => null)
      .then((jpeg) => {
        for (const requestId of requests) send({ type: 'preview', requestId, jpeg });
      })
      .catch(() => {});
  }
}

function obey(command: ControlCommand): ControlReply {
  if (command.command !== 'graphic.set' && command.command !== 'graphics.allOff')
    return { ok: false, error: `${command.command} is the server's` };
  if (!opened) return { ok: false, error: 'the channel is still opening its source' };
  try {
    opened.runner.command(command);
    return { ok: true, revision: 0 };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
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
