import { writeFile } from 'node:fs/promises';
import type { Frame } from 'node-av/lib';
import {
  Compositor,
  type CutOut,
  placed,
  pngOf,
  type Registration,
  type ReplayPicture,
  type ReplayReader,
  registration,
  registrationFor,
  shareOverlap,
} from '../../media/index.js';
import {
  apply,
  type GhostCommand,
  type GhostRun,
  IDENTITY,
  type OverlayRegion,
  type TimeRange,
  type TrackingFrame,
} from '../../protocol/index.js';
import { Cutting } from './cutting.js';
import { Film } from './film.js';
import type { Progress } from './jobs.js';
import { nameOf, sightings, subjectIn, time } from './moments.js';

/** How much of what is seen where the two overlap belongs to the nearer one. */
const NEARER_SHARE = 0.65;

/**
 * A ghost: a second run drawn into the picture of the first, both at the same time from a chosen moment, the ghost on the very ground it ran on.
 * @returns endings of the files made. @throws Error in one line.
 */
export async function makeGhost(
  run: ReplayReader,
  ghost: ReplayReader,
  command: GhostCommand,
  out: string,
  progress: Progress,
): Promise<string[]> {
  const ranges = { run: rangeOf(command, command.run), ghost: rangeOf(command, command.ghost) };
  checkCovered(run, ranges.run, 'run');
  checkCovered(ghost, ranges.ghost, 'ghost');
  if (run.frames[0]?.tracking.pose.unit !== ghost.frames[0]?.tracking.pose.unit)
    throw new Error('one run is calibrated and the other is not: they share no ground');
  sightings(ghost.frames, ranges.ghost, command.ghost.subject, ghost.scene);
  const maker = await GhostMaker.open(run, ghost, command, ranges);
  try {
    progress(0.25);
    return await maker.make(out, (share) => progress(0.25 + 0.75 * share));
  } finally {
    maker.close();
  }
}

function rangeOf({ beforeS, afterS }: GhostCommand, { syncUs }: GhostRun): TimeRange {
  return { fromUs: Math.max(0, Math.round(syncUs - beforeS * 1e6)), toUs: Math.round(syncUs + afterS * 1e6) };
}

function checkCovered(reader: ReplayReader, { fromUs }: TimeRange, what: string): void {
  const first = reader.frames[0]?.mediaTimeUs ?? 0;
  const last = reader.frames.at(-1)?.mediaTimeUs ?? 0;
  if (fromUs > last || fromUs < first - 1e6)
    throw new Error(`the ${what} starts at ${time(fromUs)}, but its recording goes from ${time(first)} to ${time(last)}`);
}

class GhostMaker {
  private readonly compositor: Compositor;
  private readonly registration: Registration;
  private drawnFrames = 0;

  private constructor(
    private readonly run: ReplayReader,
    private readonly ghost: ReplayReader,
    private readonly command: GhostCommand,
    private readonly ranges: { run: TimeRange; ghost: TimeRange },
    private readonly cuts: { run: Cutting; ghost: Cutting },
  ) {
    this.compositor = new Compositor(run.picture);
    const [a, b] = [this.trackingAt(run, command.run.syncUs), this.trackingAt(ghost, command.ghost.syncUs)];
    const subject = b && subjectIn(b, command.ghost.subject);
    const centre = { x: (b?.width ?? 0) / 2, y: (b?.height ?? 0) * 0.6 };
    this.registration = a && b ? registrationFor(b.pose.groundToImage, a.pose.groundToImage, subject?.foot ?? centre) : 'turned';
  }

  static async open(
    run: ReplayReader,
    ghost: ReplayReader,
    command: GhostCommand,
    ranges: { run: TimeRange; ghost: TimeRange },
  ): Promise<GhostMaker> {
    const cuts = { run: await Cutting.over(run, ranges.run), ghost: await Cutting.over(ghost, ranges.ghost) };
    return new GhostMaker(run, ghost, command, ranges, cuts);
  }

  async make(out: string, progress: Progress): Promise<string[]> {
    const { run, command, ranges } = this;
    const [from, to] = [run.at(ranges.run.fromUs), run.at(ranges.run.toUs)];
    const stillUs = command.run.syncUs + (command.stillAtS ?? command.afterS) * 1e6;
    const still = Math.max(from, Math.min(to, run.at(stillUs)));
    const wantsFilm = command.make !== 'still';
    const film = wantsFilm ? await Film.open(`${out}.mp4`, run.picture, command.speed) : null;
    const files: string[] = [];
    let last: Frame | null = null;
    const ghostPictures = new Follower(this.ghost, this.ghost.at(ranges.ghost.fromUs), this.ghost.at(ranges.ghost.toUs));
    try {
      const stillFrameUs = run.frames[still]?.mediaTimeUs ?? 0;
      for await (const picture of run.decode(wantsFilm ? from : still, wantsFilm ? to : still)) {
        const { frame, native } = picture;
        last?.free();
        last = native;
        await this.draw(picture, await ghostPictures.at(command.ghost.syncUs + frame.mediaTimeUs - command.run.syncUs));
        if (frame.mediaTimeUs === stillFrameUs && command.make !== 'clip') {
          await writeFile(`${out}.png`, await pngOf(native, run.picture));
          files.push('png');
        }
        await film?.write(native, frame.mediaTimeUs, frame.durationUs);
        progress((frame.mediaTimeUs - ranges.run.fromUs) / Math.max(1, ranges.run.toUs - ranges.run.fromUs));
      }
      if (last && film) await film.hold(last, command.holdS);
    } finally {
      last?.free();
      await ghostPictures.close();
      await film?.finish();
    }
    if (this.drawnFrames === 0)
      throw new Error(`${nameOf(command.ghost.subject, this.ghost.scene)} is nowhere inside the picture of the run at those times`);
    return film ? [...files, 'mp4'] : files;
  }

  close(): void {
    this.cuts.run.close();
    this.cuts.ghost.close();
    this.compositor.close();
  }

  private async draw({ frame, native }: ReplayPicture, other: ReplayPicture | null): Promise<void> {
    const subject = other && subjectIn(other.frame.tracking, this.command.ghost.subject);
    if (!other || !subject || subject.state !== 'visible' || lost(frame.tracking) || lost(other.frame.tracking)) return;
    const [cut] = await this.cuts.ghost.cut(other.native, other.frame.tracking, [subject], 'moving');
    const map = cut && registration(cut.groundToImage, frame.tracking.pose.groundToImage, cut.foot, this.registration);
    const region = cut && map && placed(this.cuts.ghost.store.kernel, cut, map, this.run.picture.size, 'ghost', this.command.opacity);
    if (!cut || !map || !region) return;
    this.drawnFrames++;
    const footY = apply(map, cut.foot).y;
    for (const there of await this.met(native, frame.tracking, region)) {
      const share = footY > there.footY ? NEARER_SHARE : 1 - NEARER_SHARE;
      shareOverlap(there.region, region, share);
    }
    this.compositor.blend({ native }, [region]);
  }

  /** Everybody in the run's picture whom the ghost overlaps. */
  private async met(native: Frame, tracking: TrackingFrame, ghost: OverlayRegion): Promise<{ region: OverlayRegion; footY: number }[]> {
    const met = tracking.subjects.filter(
      ({ box, state }) =>
        state === 'visible' &&
        box.x < ghost.x + ghost.width &&
        box.x + box.width > ghost.x &&
        box.y < ghost.y + ghost.height &&
        box.y + box.height > ghost.y,
    );
    if (met.length === 0) return [];
    const cuts = await this.cuts.run.cut(native, tracking, met, 'moving');
    return cuts.flatMap((cut: CutOut | null) => {
      const region = cut && placed(this.cuts.run.store.kernel, cut, IDENTITY, this.run.picture.size, 'there');
      return cut && region ? { region, footY: cut.foot.y } : [];
    });
  }

  private trackingAt(reader: ReplayReader, us: number): TrackingFrame | undefined {
    return reader.frames[reader.at(us)]?.tracking;
  }
}

function lost(tracking: TrackingFrame): boolean {
  return tracking.pose.state === 'lost';
}

/** Pictures of the ghost's recording, asked for by time, later and later. */
class Follower {
  private readonly pictures: AsyncGenerator<ReplayPicture, void, undefined>;
  private now: ReplayPicture | null = null;
  private ahead: ReplayPicture | null = null;
  private done = false;

  constructor(reader: ReplayReader, from: number, to: number) {
    this.pictures = reader.decode(Math.max(0, from), Math.max(from, to));
  }

  /** The picture nearest to a media time; null where the recording has none within a twentieth of a second. It stays this object's. */
  async at(us: number): Promise<ReplayPicture | null> {
    while (!this.done) {
      this.ahead ??= await this.pull();
      if (!this.ahead) break;
      const nearer = !this.now || Math.abs(this.ahead.frame.mediaTimeUs - us) <= Math.abs(this.now.frame.mediaTimeUs - us);
      if (!nearer) break;
      this.now?.native.free();
      this.now = this.ahead;
      this.ahead = null;
    }
    return this.now && Math.abs(this.now.frame.mediaTimeUs - us) < 50_000 ? this.now : null;
  }

  async close(): Promise<void> {
    this.now?.native.free();
    this.ahead?.native.free();
    await this.pictures.return();
  }

  private async pull(): Promise<ReplayPicture | null> {
    const { value, done } = await this.pictures.next();
    if (done) this.done = true;
    return value ?? null;
  }
}
