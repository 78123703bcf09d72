import type { Frame } from 'node-av/lib';
import {
  Compositor,
  type CutOut,
  type HeldFrame,
  mapped,
  type PictureMap,
  type PictureView,
  panorama,
  placed,
  type Registration,
  type ReplayReader,
  registration,
  registrationFor,
  type SourceInfo,
  viewOf,
} from '../../media/index.js';
import {
  type Box,
  iou,
  type OverlayRegion,
  type StrobeCommand,
  type TimeRange,
  type TrackedSubject,
  type TrackingFrame,
} from '../../protocol/index.js';
import { Cutting } from './cutting.js';
import { blendShared, Film, saveStill } from './film.js';
import type { Progress } from './jobs.js';
import { chooseMoments, nameOf, type Sighting, sightings, standIns, subjectIn } from './moments.js';

/**
 * A stroboscopic picture: one subject at several moments, each image cut out of its own picture and drawn where it stood, registered by its own pose.
 * @returns endings of the files made. @throws Error in one line.
 */
export async function makeStrobe(
  reader: ReplayReader,
  range: TimeRange,
  command: StrobeCommand,
  out: string,
  progress: Progress,
): Promise<string[]> {
  const seen = sightings(reader.frames, range, command.subject, reader.scene);
  const moments = chooseMoments(seen, command.moments);
  const [first, last] = [moments[0]!, moments.at(-1)!];
  const cutting = await Cutting.over(reader, { fromUs: first.frame.mediaTimeUs, toUs: last.frame.mediaTimeUs });
  progress(0.2);
  const images = await chosenImages(reader, cutting, moments, (poor) => standIns(seen, poor, command.moments));
  if (images.length < Math.min(2, moments.length))
    throw new Error(
      `${nameOf(command.subject, reader.scene)} is seen too seldom, or does not move enough to be told from the ground behind; choose a longer range`,
    );
  progress(0.3);
  const stage = await stageOf(reader, cutting, command, images);
  const strobe = new Strobe(reader, cutting, command, images, stage);
  try {
    const files: string[] = [];
    // Written while the film is begun.
    let writing: Promise<void> | null = null;
    if (command.make !== 'clip') {
      const still = await strobe.still(last);
      writing = saveStill(still, stage.info, `${out}.png`).then(() => progress(0.4, 'png'));
      writing.catch(() => {});
      files.push('png');
    }
    if (command.make !== 'still') {
      await strobe.film(`${out}.mp4`, command.reveal ? { from: reader.at(range.fromUs), to: reader.at(range.toUs) } : null, last, (share) =>
        progress(0.4 + 0.6 * share),
      );
      files.push('mp4');
    }
    await writing;
    return files;
  } finally {
    strobe.close();
    cutting.close();
  }
}

/** A panorama's width: players and encoders like no more than this in a film. */
const WIDEST_STILL_PX = 3840;
const WIDEST_FILM_PX = 1920;

/** What everything is drawn on: the recorded pictures themselves, or one picture of all the ground. */
interface Stage {
  readonly info: SourceInfo;
  readonly fixed: { readonly native: Frame; readonly view: PictureView } | null;
}

async function stageOf(reader: ReplayReader, cutting: Cutting, { canvas, make }: StrobeCommand, images: readonly CutOut[]): Promise<Stage> {
  const newest = images.at(-1)!;
  if (canvas === 'frame' || (canvas === 'auto' && allInside(images, newest.view, reader.picture)))
    return { info: reader.picture, fixed: null };
  const middle = middleOf(cutting.samples, (images[0]!.mediaTimeUs + newest.mediaTimeUs) / 2);
  const { native, info, view } = await panorama(
    cutting.store,
    cutting.samples,
    middle,
    images,
    reader.picture,
    make === 'still' ? WIDEST_STILL_PX : WIDEST_FILM_PX,
  );
  return { info, fixed: { native, view } };
}

function allInside(images: readonly CutOut[], view: PictureView, { size }: SourceInfo): boolean {
  return images.every((image) => {
    const map = registration(image.view, view, image.foot, 'turned');
    const at = map && mapped(map, { x: image.box.x + image.box.width / 2, y: image.box.y + image.box.height / 2 });
    return at !== undefined && at.x > 0 && at.y > 0 && at.x < size.width && at.y < size.height;
  });
}

function middleOf(samples: readonly HeldFrame[], us: number): HeldFrame {
  const off = (s: HeldFrame): number => Math.abs(s.mediaTimeUs - us);
  const [first, ...rest] = samples;
  if (!first) throw new Error('the camera pose was lost all through the range');
  return rest.reduce((best, s) => (off(s) < off(best) ? s : best), first);
}

/** Less of a body than this share of what is usual among the images is poor; still less, where nothing better is near, is left out. */
const POOR = 0.6;
const TOO_LITTLE = 0.3;

/** One image a moment, where enough of the subject shows then or, if others may stand in, near by. */
async function chosenImages(
  reader: ReplayReader,
  cutting: Cutting,
  moments: readonly Sighting[],
  standInsFor: (poor: Sighting) => Sighting[],
): Promise<CutOut[]> {
  const images = await cutImages(reader, cutting, moments);
  const usual = images.map(({ share }) => share).sort((a, b) => a - b)[images.length >> 1] ?? 0;
  const poor = images.filter(({ share }) => share < POOR * usual);
  const others = new Map(
    poor.map((image) => [image, moments.filter((m) => m.frame.mediaTimeUs === image.mediaTimeUs).flatMap(standInsFor)]),
  );
  const instead = await cutImages(reader, cutting, [...others.values()].flat());
  return images.flatMap((image) => {
    const times = new Set(others.get(image)?.map((s) => s.frame.mediaTimeUs));
    const best = [image, ...instead.filter(({ mediaTimeUs }) => times.has(mediaTimeUs))].reduce((a, b) => (b.share > a.share ? b : a));
    return best.share >= TOO_LITTLE * usual ? best : [];
  });
}

async function cutImages(reader: ReplayReader, cutting: Cutting, moments: readonly Sighting[]): Promise<CutOut[]> {
  const byTime = new Map(moments.map((m) => [m.frame.mediaTimeUs, m.subject]));
  const images: CutOut[] = [];
  for await (const { frame, native } of reader.decodeSome(moments.map((m) => m.index))) {
    try {
      const subject = byTime.get(frame.mediaTimeUs);
      const [cut] = subject ? await cutting.cut(native, frame.tracking, [subject], 'still') : [];
      if (cut) images.push(cut);
    } finally {
      native.free();
    }
  }
  return images;
}

/** An image as it lies in the picture being drawn. */
interface Placed {
  readonly map: PictureMap;
  readonly opacity: number;
  /** Null where nothing of it is inside. */
  readonly region: OverlayRegion | null;
  readonly body: Box;
  readonly footY: number;
}

class Strobe {
  private readonly compositor: Compositor;
  private readonly how: Registration;
  /** Where nothing moved since the frame before, what was drawn for it is used again. */
  private readonly drawn = new Map<CutOut, Placed>();

  constructor(
    private readonly reader: ReplayReader,
    private readonly cutting: Cutting,
    private readonly command: StrobeCommand,
    private readonly images: readonly CutOut[],
    private readonly stage: Stage,
  ) {
    this.compositor = new Compositor(stage.info);
    const newest = images.at(-1)!;
    this.how = images.some((image) => registrationFor(image.view, newest.view, image.foot) === 'upright') ? 'upright' : 'turned';
  }

  /** All images, over the picture of the last moment or over the panorama. @returns a picture for the caller to free. */
  async still(last: Sighting): Promise<Frame> {
    const { frame, native } = await this.reader.decodeOne(last.index);
    const shown = await this.draw(native, frame.tracking, Number.POSITIVE_INFINITY);
    if (shown !== native) native.free();
    return shown;
  }

  /** @param range places of the frames played; null: only the last picture, held. */
  async film(path: string, range: { from: number; to: number } | null, last: Sighting, progress: Progress): Promise<void> {
    const film = await Film.open(path, this.stage.info, this.command.speed);
    let shown: Frame | null = null;
    try {
      const { from, to } = range ?? { from: last.index, to: last.index };
      const { frames } = this.reader;
      const [firstUs, lastUs] = [frames[from]?.mediaTimeUs ?? 0, frames[to]?.mediaTimeUs ?? 0];
      for await (const { frame, native } of this.reader.decode(from, to)) {
        const picture = await this.draw(native, frame.tracking, range ? frame.mediaTimeUs : Number.POSITIVE_INFINITY);
        shown?.free();
        shown = picture;
        if (picture !== native) native.free();
        await film.write(picture, frame.mediaTimeUs, frame.durationUs);
        progress((frame.mediaTimeUs - firstUs) / Math.max(1, lastUs - firstUs));
      }
      if (shown) await film.hold(shown, this.command.holdS);
    } finally {
      shown?.free();
      await film.finish();
    }
  }

  close(): void {
    this.stage.fixed?.native.free();
    this.compositor.close();
  }

  /**
   * Draws the images up to a moment into a picture, oldest first, then whoever stands before them.
   * @returns the picture itself, or a new one where the stage is a panorama.
   */
  private async draw(native: Frame, tracking: TrackingFrame, untilUs: number): Promise<Frame> {
    const { fixed, info } = this.stage;
    const target = fixed ? fixed.view : viewOf(tracking);
    const past = this.images.filter((image) => image.mediaTimeUs <= untilUs);
    const images: Placed[] = [];
    const regions: OverlayRegion[] = [];
    if (fixed || tracking.pose.state === 'held') {
      for (const [i, image] of past.entries()) {
        if (!fixed && image.mediaTimeUs === tracking.mediaTimeUs) continue;
        const age = (past.length - 1 - i) / Math.max(1, this.images.length - 1);
        const placed = this.place(image, target, info, `image/${i}`, 1 - this.command.fade * age);
        if (placed?.region) images.push(placed);
      }
      regions.push(...images.flatMap(({ region }) => region ?? []), ...(await this.standingBefore(native, tracking, target, images)));
    }
    const picture = fixed ? fixed.native.clone() : native;
    if (!picture) throw new Error('out of memory while drawing a picture');
    blendShared(this.compositor, picture, regions);
    return picture;
  }

  private place(image: CutOut, target: PictureView, info: SourceInfo, key: string, opacity: number): Placed | null {
    const map = registration(image.view, target, image.foot, this.how);
    if (!map) return null;
    const before = this.drawn.get(image);
    if (before && before.opacity === opacity && before.map.matrix.every((v, i) => Math.abs(v - map.matrix[i]!) < 1e-9)) return before;
    const corner = mapped(map, { x: image.box.x, y: image.box.y });
    const opposite = mapped(map, { x: image.box.x + image.box.width, y: image.box.y + image.box.height });
    const foot = mapped(map, image.foot);
    if (!corner || !opposite || !foot) return null;
    const drawn: Placed = {
      ...{ map, opacity, region: placed(this.cutting.store.kernel, image, map, info.size, key, opacity) },
      body: { ...corner, width: opposite.x - corner.x, height: opposite.y - corner.y },
      footY: foot.y,
    };
    this.drawn.set(image, drawn);
    return drawn;
  }

  /** The subject as it is in this picture, the newest of all; and others who stand nearer to the camera than an image they would be hidden by. */
  private async standingBefore(
    native: Frame,
    tracking: TrackingFrame,
    target: PictureView,
    images: readonly Placed[],
  ): Promise<OverlayRegion[]> {
    const { fixed, info } = this.stage;
    const subject = subjectIn(tracking, this.command.subject);
    const others = fixed ? [] : tracking.subjects.filter((s) => s !== subject && s.state === 'visible' && hides(s, images));
    const wanted = [...others, ...(subject && subject.state !== 'outside' && (fixed || meets(subject, images)) ? [subject] : [])];
    if (wanted.length === 0) return [];
    const cuts = await this.cutting.cut(native, tracking, wanted, 'moving');
    return cuts.flatMap((cut, i) => {
      const map = cut && registration(cut.view, target, cut.foot, this.how);
      return (cut && map && placed(this.cutting.store.kernel, cut, map, info.size, `front/${i}`)) ?? [];
    });
  }
}

function meets({ box }: TrackedSubject, images: readonly Placed[]): boolean {
  return images.some(({ body }) => iou(body, box) > 0);
}

/** Stands lower in the picture than every image it meets, by a clear margin. */
function hides(subject: TrackedSubject, images: readonly Placed[]): boolean {
  const met = images.filter((image) => meets(subject, [image]));
  return met.length > 0 && met.every(({ footY }) => subject.foot.y > footY + subject.box.height * 0.03);
}
