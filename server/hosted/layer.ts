import { Worker } from 'node:worker_threads';
import { HOSTED } from '../../overlay-client/index.js';
import type { GraphicState, OverlayRegion } from '../../protocol/index.js';
import type { FromHosted, HostedStart, ToHosted } from './messages.js';

/** A picture whose page was not heard of for so long is taken away. */
const STALE_MS = 1_200;
const CLOSE_MS = 3_000;
const THREAD_AGAIN_MS = 5_000;

/** What became of the browser's pictures. */
export interface HostedFigures {
  readonly pictures: number;
  /** Left out because a newer one came. */
  readonly superseded: number;
  /** From the browser's screen to here, the newest. */
  readonly delayMs: number;
  readonly restarts: number;
}

/**
 * Others' graphics for the composite: the newest picture of them there is, whatever the browser does. The browser runs while the rundown holds such a graphic.
 */
export class HostedLayer {
  readonly #start: HostedStart;
  readonly #log: (line: string) => void;
  #worker: Worker | null = null;
  #again: NodeJS.Timeout | undefined;
  #regions: OverlayRegion[] = [];
  #revision = 0;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  /** The regions are of a browser that is gone: no sign of life of another makes them last. */
  #isOver = true;
  #problem = '';
  #figures: HostedFigures = { pictures: 0, superseded: 0, delayMs: 0, restarts: 0 };

  /** @param log told every problem once, in one line */
  constructor(start: HostedStart, log: (line: string) => void) {
    this.#start = start;
    this.#log = log;
  }

  /** Starts the browser with the first hosted graphic of a rundown, ends it with the last. */
  follow(graphics: readonly Pick<GraphicState, 'type'>[]): void {
    const isWanted = graphics.some(({ type }) => type.startsWith(HOSTED));
    if (isWanted && !this.#worker && !this.#again) this.#spawn();
    if (!isWanted) void this.close();
  }

  /** What lies over our own graphics now. */
  get regions(): readonly OverlayRegion[] {
    return performance.now() - this.#heardAtMs < STALE_MS ? this.#regions : [];
  }

  /** Whether there is a browser, or should be. */
  get isOn(): boolean {
    return this.#worker !== null || this.#again !== undefined;
  }

  get figures(): HostedFigures {
    return this.#figures;
  }

  warnings(): string[] {
    return this.#problem === '' ? [] : [`Others’ graphics show in the overlay page only: ${this.#problem}`];
  }

  async close(): Promise<void> {
    clearTimeout(this.#again);
    this.#again = undefined;
    const worker = this.#worker;
    this.#forget();
    this.#problem = '';
    if (!worker) return;
    worker.removeAllListeners();
    worker.on('error', () => {});
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    this.#say(worker, { type: 'close' });
    const kill = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await gone;
    clearTimeout(kill);
  }

  #spawn(): void {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: this.#start, name: 'hosted' });
    this.#worker = worker;
    let why = 'its thread ended';
    worker.on('message', (message: FromHosted) => this.#receive(worker, message));
    worker.on('error', (error) => {
      why = error.message.split('\n')[0] ?? why;
    });
    worker.once('exit', () => {
      this.#forget();
      this.#tell(`${why}; another try in ${THREAD_AGAIN_MS / 1000} s`);
      this.#again = setTimeout(() => {
        this.#again = undefined;
        this.#spawn();
      }, THREAD_AGAIN_MS);
    });
  }

  #forget(): void {
    this.#worker = null;
    this.#regions = [];
    this.#heardAtMs = Number.NEGATIVE_INFINITY;
  }

  #receive(worker: Worker, message: FromHosted): void {
    switch (message.type) {
      case 'alive':
        if (!this.#isOver) this.#heardAtMs = performance.now();
        return;
      case 'problem':
        if (message.line !== '') this.#isOver = true;
        this.#figures = { ...this.#figures, restarts: message.restarts };
        this.#tell(message.line);
        return;
      case 'picture':
        this.#take(message);
        this.#say(worker, { type: 'taken' });
    }
  }

  #take({ bands, superseded, delayMs }: Extract<FromHosted, { type: 'picture' }>): void {
    const before = this.#regions;
    this.#regions = bands.flatMap(({ rgba, ...box }, i) => {
      const as = before[i];
      if (rgba) return [{ ...box, key: `hosted/${i}`, revision: ++this.#revision, onGround: false, rgba }];
      return as ? [as] : [];
    });
    this.#isOver = false;
    this.#heardAtMs = performance.now();
    this.#figures = { ...this.#figures, pictures: this.#figures.pictures + 1, superseded, delayMs: Math.round(delayMs) };
  }

  #tell(problem: string): void {
    if (problem !== '' && problem !== this.#problem) this.#log(`others’ graphics: ${problem}`);
    this.#problem = problem;
  }

  #say(worker: Worker, message: ToHosted): void {
    worker.postMessage(message);
  }
}
