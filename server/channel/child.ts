import type { ChildProcess } from 'node:child_process';
import { ownProcess } from '../own-process.js';
import type { ChannelStart, Ending, FromChannel, ToChannel } from './messages.js';

const BACK_OFF_MS = { first: 500, last: 10_000 };
/** A process that ran this long is taken as healthy: the back-off starts anew. */
const HEALTHY_AFTER_MS = 30_000;
/** How long a process may take to close its files before it is killed. */
const STOP_WITHIN_MS = 8000;
const REQUEST_TIMEOUT_MS = 5000;

export interface ChildEvents {
  /** What a process that starts is told; called anew for each. */
  readonly start: (restarts: number) => ChannelStart;
  readonly onMessage: (message: Exclude<FromChannel, { type: 'ended' | 'reply' | 'picture' }>) => void;
  readonly onStarting: (restarts: number) => void;
  /** It failed and is started again by itself. */
  readonly onRestarting: (why: string, restarts: number, inMs: number) => void;
  /** It ended and stays so; `fault` is for the user to mend. */
  readonly onEnded: (fault: string | null, byOperator: boolean) => void;
  readonly log: (line: string) => void;
}

/** A channel's process, kept running while it is wanted: alone owns restart, with back-off. A fault that only the user can mend waits for `start`. */
export class ChannelChild {
  readonly #e: ChildEvents;
  #child: ChildProcess | null = null;
  #closed = false;
  #wanted = false;
  #restarts = 0;
  #backOffMs = BACK_OFF_MS.first;
  #restartTimer: NodeJS.Timeout | null = null;
  #requestId = 0;
  readonly #requests = new Map<number, (message: FromChannel | null) => void>();

  constructor(events: ChildEvents) {
    this.#e = events;
  }

  get running(): boolean {
    return this.#child !== null;
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
      this.#e.onEnded(null, true);
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.send({ type: 'stop' });
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(kill);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  send(message: ToChannel): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** @returns the answer, or null when there is no process, or it does not answer in time. */
  request(make: (requestId: number) => ToChannel): Promise<FromChannel | null> {
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
      this.send(make(requestId));
    });
  }

  #spawn(): void {
    const child = ownProcess(new URL('./process.js', import.meta.url));
    const startedMs = performance.now();
    let ending: Ending | null = null;
    this.#child = child;
    child.on('message', (message: FromChannel) => {
      if (message.type === 'ended') ending = message.ending;
      else this.#receive(message);
    });
    child.on('error', (error) => this.#e.log(`process: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#child = null;
      for (const answer of this.#requests.values()) answer(null);
      this.#requests.clear();
      if (performance.now() - startedMs > HEALTHY_AFTER_MS) this.#backOffMs = BACK_OFF_MS.first;
      const how: Ending = ending ?? { kind: 'failure', message: `the channel's process ended (${signal ?? `exit code ${code}`})` };
      if (how.kind === 'failure' && this.#wanted) this.#restartLater(how.message);
      else this.#settle(how.kind === 'fault' ? how.message : null);
    });
    this.send(this.#e.start(this.#restarts));
    this.#e.onStarting(this.#restarts);
  }

  #settle(fault: string | null): void {
    const byOperator = !this.#wanted;
    this.#wanted = false;
    this.#e.onEnded(fault, byOperator);
  }

  #restartLater(why: string): void {
    this.#restarts += 1;
    this.#e.onRestarting(why, this.#restarts, this.#backOffMs);
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = null;
      this.#spawn();
    }, this.#backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, BACK_OFF_MS.last);
  }

  #receive(message: Exclude<FromChannel, { type: 'ended' }>): void {
    if (message.type !== 'reply' && message.type !== 'picture') {
      this.#e.onMessage(message);
      return;
    }
    const answer = this.#requests.get(message.requestId);
    this.#requests.delete(message.requestId);
    answer?.(message);
  }
}
