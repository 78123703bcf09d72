import type { Frame } from 'node-av/lib';
import {
  type Care,
  type CutOut,
  cutOut,
  type HeldFrame,
  Looks,
  PictureKernel,
  PictureStore,
  type ReplayReader,
  type SourceInfo,
  type Standing,
  standing,
} from '../../media/index.js';
import type { Box, TimeRange, TrackedSubject } from '../../protocol/index.js';
import { isMeasured } from './repair.js';

/** Memory for the pictures that clean plates are picked from, and how many that may be. */
const SAMPLES_BYTES = 300e6;
const FEWEST = 12;
const MOST = 32;
/** Pictures before and after a range see the ground that a subject stands on within it. */
const AROUND_US = 1_500_000;

/** Cuts subjects out of one recording: holds pictures from all over a range, which tell what lies behind everybody. */
export class Cutting {
  private readonly spare: HeldFrame['picture'];
  private readonly looks: Looks;

  private constructor(
    readonly store: PictureStore,
    readonly samples: readonly HeldFrame[],
  ) {
    this.spare = store.place();
    this.looks = new Looks(store, samples);
  }

  /** Reads the pictures. @throws MediaError when they cannot be read. */
  static async over(reader: ReplayReader, range: TimeRange): Promise<Cutting> {
    const info: SourceInfo = reader.picture;
    const store = new PictureStore(new PictureKernel(), info);
    const most = Math.floor(SAMPLES_BYTES / (info.size.width * info.size.height * 1.5));
    const places = spread(reader, range, Math.max(FEWEST, Math.min(MOST, most)));
    store.reserve(places.length + 1);
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
    return subjects.map((subject) => cutOut(this.store, held, subject, this.samples, this.looks, care));
  }

  /** Who really stands in a box of a picture, before and behind a place in it. */
  async standing(
    native: Frame,
    tracking: HeldFrame['tracking'],
    box: Box,
    people: readonly TrackedSubject[],
    footY: number,
  ): Promise<Standing | null> {
    const held = await this.store.hold(native, tracking, this.spare);
    return standing(this.store, held, box, people, this.samples, this.looks, footY);
  }

  close(): void {
    this.store.close();
  }
}

/**
 * Places in the reader's frames, evenly over the range and a little around it, with a picture and a pose: the first of each group that starts with
 * a key frame, which a decoder gets at without the pictures before them; more of each group where the groups are few.
 */
function spread(reader: ReplayReader, range: TimeRange, count: number): number[] {
  const groups: number[][] = [];
  for (const [i, frame] of reader.frames.entries()) {
    const near = frame.mediaTimeUs >= range.fromUs - AROUND_US && frame.mediaTimeUs <= range.toUs + AROUND_US;
    if (frame.key || groups.length === 0) groups.push([]);
    if (near && frame.bytes > 0 && isMeasured(frame)) groups.at(-1)?.push(i);
  }
  const some = groups.filter((group) => group.length > 0);
  const each = Math.ceil(FEWEST / Math.max(1, some.length));
  return evenly(
    some.flatMap((group) => evenly(group, each)),
    count,
  );
}

/** At most `count` of a list, evenly, the first among them. */
function evenly(list: readonly number[], count: number): number[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}
