import { join } from 'node:path';
import type { ReplayBuffer } from '../../protocol/index.js';
import type { Holds } from './holds.js';
import type { ReplayWorker } from './worker.js';

/** So much must be recorded before, and again before another try. */
const ENOUGH_US = 4_000_000;
const LENGTH_US = 2_000_000;
const TRIES = 8;

/**
 * Has the process that makes pictures make one for nobody as soon as there is something to make it from: the first that is ordered would wait a second and
 * more for a process to start and for code to be compiled.
 */
export class Rehearsals {
  private isDone = false;
  private tries = 0;
  private nextUs = 0;

  constructor(
    private readonly maker: Pick<ReplayWorker, 'ask'>,
    private readonly holds: Pick<Holds, 'around'>,
  ) {}

  /** What there is to make it from. */
  recorded({ fromUs, toUs }: ReplayBuffer): void {
    if (fromUs < 0 || toUs < this.nextUs - 2 * ENOUGH_US) this.nextUs = 0;
    if (this.isDone || this.tries >= TRIES || fromUs < 0 || toUs < Math.max(this.nextUs, fromUs + ENOUGH_US)) return;
    this.isDone = true;
    this.tries++;
    this.nextUs = toUs + ENOUGH_US;
    void this.rehearse(toUs).catch(() => this.again());
  }

  /** The process is gone, or it came to nothing. */
  again(): void {
    this.isDone = false;
  }

  private async rehearse(toUs: number): Promise<void> {
    const { from, release } = await this.holds.around({ fromUs: toUs - LENGTH_US, toUs });
    try {
      const { type } = await this.maker.ask({ type: 'job', job: { kind: 'rehearsal', from, out: join(from.folder, 'rehearsal') } });
      if (type !== 'made') this.again();
    } finally {
      await release();
    }
  }
}
