import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pinSegments } from '../../media/index.js';
import type { TimeRange } from '../../protocol/index.js';
import type { Recording } from './jobs.js';

/** Pictures before and after a range show what is behind those in it. */
const AROUND_US = 2_500_000;

/** A recording that stays until it is let go. */
export interface Held<From extends Recording = { readonly folder: string }> {
  readonly from: From;
  readonly release: () => Promise<void>;
}

/** Keeps parts of a rolling buffer from rolling away while they are played or made into something. */
export class Holds {
  private count = 0;

  /** @param directory for what is held; emptied. */
  constructor(
    private readonly buffer: string,
    private readonly directory: string,
  ) {
    void this.close();
  }

  /** Everything up to a media time: what graphics remember began before the range. */
  upTo(toUs: number): Promise<Held> {
    return this.between(0, toUs);
  }

  /** A range and what is just around it: enough where no graphics are drawn, and quickly read. */
  around({ fromUs, toUs }: TimeRange): Promise<Held> {
    return this.between(fromUs - AROUND_US, toUs + AROUND_US);
  }

  private async between(fromUs: number, toUs: number): Promise<Held> {
    const folder = join(this.directory, `${process.pid}-${++this.count}`);
    await pinSegments(this.buffer, fromUs, toUs, folder);
    return { from: { folder }, release: () => remove(folder) };
  }

  async close(): Promise<void> {
    await remove(this.directory);
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
