import type { ChildProcess } from 'node:child_process';
import { ownProcess } from '../own-process.js';
import type { Progress } from './jobs.js';
import type { FromReplay, ToReplay } from './messages.js';

/** A request without its number. */
type Request = ToReplay extends infer M ? (M extends ToReplay ? Omit<M, 'requestId'> : never) : never;
type Answer = Exclude<FromReplay, { type: 'playing' | 'progress' }>;

interface Asked {
  readonly settle: (answer: Answer) => void;
  readonly progress: Progress;
}

/** The server's end of one replay process. It is started when first asked, and again after it died. */
export class ReplayWorker {
  private child: ChildProcess | null = null;
  private nextId = 0;
  private readonly asked = new Map<number, Asked>();

  constructor(
    private readonly onPlaying: (message: Extract<FromReplay, { type: 'playing' }>) => void,
    private readonly onGone: () => void,
  ) {}

  /** Resolves with the answer; a process that dies answers `failed`. Never rejects. */
  ask(request: Request, progress: Progress = () => {}): Promise<Answer> {
    const child = this.child ?? this.start();
    const requestId = ++this.nextId;
    return new Promise((settle) => {
      this.asked.set(requestId, { settle, progress });
      child.send({ ...request, requestId }, () => {});
    });
  }

  /** Ends the process, whatever it does; what it was asked fails. */
  async close(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  private start(): ChildProcess {
    const child = ownProcess(new URL('./process.js', import.meta.url));
    this.child = child;
    child.on('message', (message: FromReplay) => this.receive(message));
    const gone = (how: string): void => {
      if (this.child !== child) return;
      this.child = null;
      const error = `the replay process ended (${how}); try again`;
      for (const [requestId, { settle }] of this.asked) settle({ type: 'failed', requestId, error });
      this.asked.clear();
      this.onGone();
    };
    child.on('error', (error) => gone(error.message));
    child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    return child;
  }

  private receive(message: FromReplay): void {
    if (message.type === 'playing') {
      this.onPlaying(message);
      return;
    }
    const asked = this.asked.get(message.requestId);
    if (message.type === 'progress') {
      asked?.progress(message.share, message.ending);
      return;
    }
    this.asked.delete(message.requestId);
    asked?.settle(message);
  }
}
