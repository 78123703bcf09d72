import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHANNEL_THREADS } from '../../media/index.js';
import {
  type Channel,
  type ChannelScene,
  type ChannelState,
  type ChannelStatus,
  type ControlCommand,
  type ControlReply,
  type ExternalPositions,
  externalRefusal,
  type GraphicState,
  replayOf,
} from '../../protocol/index.js';
import { ReplayDesk } from '../replay/index.js';
import { applyGraphicCommand, initialGraphics, type ParseGraphicData } from './graphics-state.js';
import type { ChannelHandle } from './handle.js';
import type { Ending, FromChannel, ToChannel } from './messages.js';
import { stoppedStatus } from './status.js';

const BACK_OFF_MS = { first: 500, last: 10_000 };
/** A process that ran this long is taken as healthy: the back-off starts anew. */
const HEALTHY_AFTER_MS = 30_000;
/** How long a process may take to close its files before it is killed. */
const STOP_WITHIN_MS = 8000;
const REQUEST_TIMEOUT_MS = 5000;
const PREVIEW_EVERY_MS = 120;

export interface SupervisorOptions {
  readonly channel: Channel;
  readonly baseDir: string;
  readonly hlsDirectory: string;
  /** Where the replay keeps what it records and makes. */
  readonly replayDirectory: string;
  readonly parseGraphicData: ParseGraphicData;
  readonly log: (line: string) => void;
}

/**
 * Runs one channel in a process of its own and stands for it towards the rest of the server. Alone owns restart: a process that dies is
 * started again with back-off, with its graphics as they were; a fault that only the user can mend is reported and waits for `channel.start`.
 */
export class ChannelSupervisor implements ChannelHandle {
  readonly id: string;
  readonly hlsDirectory: string | null;
  readonly #o: SupervisorOptions;
  #child: ChildProcess | null = null;
  #closed = false;
  #wanted = false;
  #restarts = 0;
  #backOffMs = BACK_OFF_MS.first;
  #restartTimer: NodeJS.Timeout | null = null;
  #requestId = 0;
  readonly #requests = new Map<number, (message: FromChannel | null) => void>();
  #revision = 0;
  #scene: ChannelScene;
  #graphics: readonly GraphicState[];
  #status: ChannelStatus;
  #preview: { atMs: number; jpeg: Promise<Uint8Array | null> } | null = null;
  readonly replay: ReplayDesk | null;
  readonly #onState = new Set<(state: ChannelState) => void>();
  readonly #onStatus = new Set<(status: ChannelStatus) => void>();
  readonly #onPositions = new Set<(frame: Uint8Array) => void>();

  /** @throws Error naming a graphic whose set-up is not right. */
  constructor(options: SupervisorOptions) {
    const { channel } = options;
    this.#o = options;
    this.id = channel.id;
    this.hlsDirectory = channel.outputs.some((o) => o.type === 'hls') ? options.hlsDirectory : null;
    this.#scene = {
      channel: channel.id,
      title: channel.title,
      width: 1280,
      height: 720,
      fps: null,
      roster: channel.roster,
      course: channel.course ?? null,
      floor: channel.floor ?? null,
      look: channel.look,
    };
    this.#graphics = initialGraphics(channel.graphics, options.parseGraphicData);
    const replay = replayOf(channel);
    this.replay =
      replay &&
      new ReplayDesk({
        ...{ channel, replay, directory: options.replayDirectory, baseDir: options.baseDir },
        graphics: () => this.#graphics,
        onChange: () => this.#changed(),
      });
    this.#status = stoppedStatus(channel, '');
  }

  start(): void {
    this.#wanted = true;
    this.#backOffMs = BACK_OFF_MS.first;
    if (!this.#child && !this.#closed) this.#spawn();
  }

  /** Ends the process and resolves once it is gone; outputs are closed and playable. */
  async stop(): Promise<void> {
    this.#wanted = false;
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    this.#restartTimer = null;
    const child = this.#child;
    if (!child) {
      this.#setStatus(stoppedStatus(this.#o.channel, 'stopped by the operator'));
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#send({ type: 'stop' });
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(kill);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.stop(), this.replay?.close()]);
  }

  state(): ChannelState {
    return {
      revision: this.#revision,
      scene: this.#scene,
      graphics: [...this.#graphics],
      status: this.#status,
      ...(this.replay && { replay: this.replay.summary() }),
    };
  }

  async command(command: ControlCommand): Promise<ControlReply> {
    switch (command.command) {
      case 'channel.start':
        this.start();
        return this.#done();
      case 'channel.stop':
        await this.stop();
        return this.#done();
      case 'graphic.set':
      case 'graphics.allOff':
        if (this.#child) return this.#ask(command);
        try {
          this.#setGraphics(applyGraphicCommand(this.#graphics, command, -1, this.#o.parseGraphicData));
          return this.#done();
        } catch (error) {
          return { ok: false, error: error instanceof Error ? error.message : String(error) };
        }
      default:
        if (!this.replay)
          return { ok: false, error: `channel "${this.id}" records no replay; set "replay": {"seconds": 120} in the project` };
        return this.replay.command(command, () => this.#revision);
    }
  }

  pushPositions(positions: ExternalPositions): ControlReply {
    const refusal = externalRefusal(this.#o.channel, positions);
    if (refusal !== undefined) return { ok: false, error: refusal };
    if (!this.#child) return { ok: false, error: `channel "${this.id}" is not running` };
    this.#send({ type: 'positions', positions });
    return this.#done();
  }

  preview(): Promise<Uint8Array | null> {
    const now = performance.now();
    if (this.#preview && now - this.#preview.atMs < PREVIEW_EVERY_MS) return this.#preview.jpeg;
    const jpeg = this.#request((requestId) => ({ type: 'preview', requestId })).then((m) => (m?.type === 'preview' ? m.jpeg : null));
    this.#preview = { atMs: now, jpeg };
    return jpeg;
  }

  onState(listener: (state: ChannelState) => void): () => void {
    return subscribe(this.#onState, listener);
  }

  onStatus(listener: (status: ChannelStatus) => void): () => void {
    return subscribe(this.#onStatus, listener);
  }

  onPositions(listener: (frame: Uint8Array) => void): () => void {
    return subscribe(this.#onPositions, listener);
  }

  #spawn(): void {
    const child = fork(fileURLToPath(new URL('./process.js', import.meta.url)), [], {
      serialization: 'advanced',
      // Every FFmpeg call that waits for a network holds a thread of the pool.
      // glibc would give each of those threads an arena of its own, and keep in all of them what one has freed: 90 MB more at 1080p.
      env: { MALLOC_ARENA_MAX: '2', ...process.env, UV_THREADPOOL_SIZE: String(CHANNEL_THREADS) },
      // A terminal's Ctrl-C reaches the whole group: the child ignores it and waits for our 'stop', so that its files are closed in order.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const startedMs = performance.now();
    let ending: Ending | null = null;
    this.#child = child;
    child.on('message', (message: FromChannel) => {
      if (message.type === 'ended') {
        ending = message.ending;
      } else this.#receive(message);
    });
    child.on('error', (error) => this.#o.log(`channel ${this.id}: process: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#child = null;
      for (const answer of this.#requests.values()) answer(null);
      this.#requests.clear();
      if (performance.now() - startedMs > HEALTHY_AFTER_MS) this.#backOffMs = BACK_OFF_MS.first;
      const how: Ending = ending ?? { kind: 'failure', message: `the channel's process ended (${signal ?? `exit code ${code}`})` };
      if (how.kind === 'failure' && this.#wanted) this.#restartLater(how.message);
      else this.#settle(how.kind === 'fault' ? how.message : null);
    });
    this.#send({
      type: 'start',
      channel: this.#o.channel,
      graphics: this.#restarts > 0 || this.#revision > 0 ? this.#graphics.map((g) => ({ ...g, changedAtUs: -1, steppedAtUs: -1 })) : null,
      baseDir: this.#o.baseDir,
      hlsDirectory: this.#o.hlsDirectory,
      replayDirectory: this.replay?.bufferDirectory ?? null,
      restarts: this.#restarts,
    });
    this.#setStatus({ ...stoppedStatus(this.#o.channel, 'starting'), running: true, source: 'opening', restarts: this.#restarts });
  }

  #settle(fault: string | null): void {
    const byOperator = !this.#wanted;
    this.#wanted = false;
    const message = fault ?? (byOperator ? 'stopped by the operator' : 'the source came to its end');
    const source = fault ? 'failed' : byOperator ? 'stopped' : 'ended';
    this.#setStatus({ ...this.#status, running: false, source, message });
  }

  #restartLater(why: string): void {
    this.#restarts += 1;
    const message = `${why}; another try in ${(this.#backOffMs / 1000).toFixed(1)} s`;
    this.#setStatus({ ...this.#status, running: false, source: 'failed', message, restarts: this.#restarts });
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = null;
      this.#spawn();
    }, this.#backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, BACK_OFF_MS.last);
  }

  #receive(message: Exclude<FromChannel, { type: 'ended' }>): void {
    switch (message.type) {
      case 'scene':
        this.#scene = message.scene;
        this.#changed();
        return;
      case 'graphics':
        this.#setGraphics(message.graphics);
        return;
      case 'status':
        this.#setStatus(message.status);
        return;
      case 'positions':
        this.#emit(this.#onPositions, message.frame);
        return;
      case 'reply':
      case 'preview': {
        const answer = this.#requests.get(message.requestId);
        this.#requests.delete(message.requestId);
        answer?.(message);
      }
    }
  }

  async #ask(command: ControlCommand): Promise<ControlReply> {
    const message = await this.#request((requestId) => ({ type: 'command', requestId, command }));
    if (message?.type !== 'reply') return { ok: false, error: `channel "${this.id}" did not answer; its process may be restarting` };
    return message.reply.ok ? this.#done() : message.reply;
  }

  #request(make: (requestId: number) => ToChannel): Promise<FromChannel | null> {
    if (!this.#child) return Promise.resolve(null);
    this.#requestId += 1;
    const requestId = this.#requestId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#requests.delete(requestId);
        resolve(null);
      }, REQUEST_TIMEOUT_MS);
      this.#requests.set(requestId, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      this.#send(make(requestId));
    });
  }

  #send(message: ToChannel): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  #done(): ControlReply {
    return { ok: true, revision: this.#revision };
  }

  #setGraphics(graphics: readonly GraphicState[]): void {
    this.#graphics = graphics;
    this.#changed();
  }

  #setStatus(status: ChannelStatus): void {
    const significant =
      status.running !== this.#status.running || status.source !== this.#status.source || status.message !== this.#status.message;
    // A source that is live has no message; that it came, or came back, is news all the same.
    if (significant && (status.message || status.source === 'live'))
      this.#o.log(`channel ${this.id}: ${status.source}${status.message ? `: ${status.message}` : ''}`);
    this.#status = status;
    this.replay?.recorded(status.replay);
    this.#emit(this.#onStatus, status);
    if (significant) this.#changed();
  }

  #changed(): void {
    this.#revision += 1;
    this.#emit(this.#onState, this.state());
  }

  #emit<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#o.log(`channel ${this.id}: a listener failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
