import type { Frame } from 'node-av/lib';
import {
  type Care,
  type CutOut,
  cutOut,
  type HeldFrame,
  PictureKernel,
  PictureStore,
  type ReplayReader,
  type SourceInfo,
} from '../../media/index.js';
import type { TimeRange, TrackedSubject } from '../../protocol/index.js';
import { isMeasured } from './repair.js';

/** Memory for the pictures that clean plates are picked from, and how many that may be. */
const SAMPLES_BYTES = 300e6;
const FEWEST = 8;
const MOST = 40;
/** Pictures before and after a range see the ground that a subject stands on within it. */
const AROUND_US = 1_500_000;

/** Cuts subjects out of one recording: holds pictures from all over a range, which tell what lies behind everybody. */
export class Cutting {
  private readonly spare: HeldFrame['picture'];

  private constructor(
    readonly store: PictureStore,
    readonly samples: readonly HeldFrame[],
  ) {
    this.spare = store.place();
  }

  /** Reads the pictures. @throws MediaError when they cannot be read. */
  static async over(reader: ReplayReader, range: TimeRange): Promise<Cutting> {
    const info: SourceInfo = reader.picture;
    const store = new PictureStore(new PictureKernel(), info);
    const most = Math.floor(SAMPLES_BYTES / (info.size.width * info.size.height * 1.5));
    const places = spread(reader, range, Math.max(FEWEST, Math.min(MOST, most)));
    const samples: HeldFrame[] = [];
    for await (const { frame, native } of reader.decodeSome(places)) {
      try {
        samples.push(await store.hold(native, frame.tracking));
      } finally {
        native.free();
      }
    }
    return new Cutting(store, samples);
  }

  /** A subject out of a picture. @returns null where it cannot be told from what is behind it. */
  async cut(native: Frame, tracking: HeldFrame['tracking'], subjects: readonly TrackedSubject[], care: Care): Promise<(CutOut | null)[]> {
    const held = await this.store.hold(native, tracking, this.spare);
    return subjects.map((subject) => cutOut(this.store, held, subject, this.samples, care));
  }

  close(): void {
    this.store.close();
  }
}

/** Places in the reader's frames, evenly over the range and a little around it, with a picture and a pose. */
function spread(reader: ReplayReader, range: TimeRange, count: number): number[] {
  const usable: number[] = [];
  for (const [i, frame] of reader.frames.entries()) {
    const near = frame.mediaTimeUs >= range.fromUs - AROUND_US && frame.mediaTimeUs <= range.toUs + AROUND_US;
    if (near && frame.bytes > 0 && isMeasured(frame)) usable.push(i);
  }
  if (usable.length <= count) return usable;
  return Array.from({ length: count }, (_, i) => usable[Math.round((i * (usable.length - 1)) / (count - 1))]!);
}
