import type { Frame } from 'node-av/lib';
import {
  Compositor,
  mapped,
  placed,
  type Registration,
  type ReplayPicture,
  type ReplayReader,
  registration,
  registrationFor,
  shareOverlap,
  viewOf,
} from '../../media/index.js';
import type { Box, GhostCommand, TimeRange, TrackingFrame } from '../../protocol/index.js';
import { Cutting } from './cutting.js';
import { blendShared, Film, saveStill } from './film.js';
import { rangeOf } from './ghost-range.js';
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
    return await maker.make(out, (share, ending) => progress(0.25 + 0.75 * share, ending));
  } finally {
    maker.close();
  }
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
    this.registration = a && b ? registrationFor(viewOf(b), viewOf(a), subject?.foot ?? centre) : 'turned';
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

  /** The still first: it is wanted at once. */
  async make(out: string, progress: Progress): Promise<string[]> {
    const { run, command, ranges } = this;
    const { make, stillAtS = command.afterS } = command;
    const [from, to] = [run.at(ranges.run.fromUs), run.at(ranges.run.toUs)];
    const files: string[] = [];
    // Written while the film is begun.
    let writing: Promise<void> | null = null;
    if (make !== 'clip') {
      let at = Math.max(from, Math.min(to, run.at(command.run.syncUs + stillAtS * 1e6)));
      // A picture that was dropped while recording: the one shown before it.
      while (at > from && run.frames[at]?.bytes === 0) at--;
      const still = await this.pass(at, at, async () => {});
      this.checkDrawn(make === 'still');
      if (still) {
        writing = saveStill(still, run.picture, `${out}.png`).then(() => progress(0.1, 'png'));
        writing.catch(() => {});
        files.push('png');
      }
    }
    if (make !== 'still') {
      await this.film(`${out}.mp4`, from, to, progress);
      this.checkDrawn(true);
      files.push('mp4');
    }
    await writing;
    return files;
  }

  private async film(path: string, from: number, to: number, progress: Progress): Promise<void> {
    const film = await Film.open(path, this.run.picture, this.command.speed);
    const { fromUs, toUs } = this.ranges.run;
    try {
      const last = await this.pass(from, to, async ({ frame, native }) => {
        await film.write(native, frame.mediaTimeUs, frame.durationUs);
        progress(0.1 + (0.9 * (frame.mediaTimeUs - fromUs)) / Math.max(1, toUs - fromUs));
      });
      if (last) await film.hold(last, this.command.holdS);
      last?.free();
    } finally {
      await film.finish();
    }
  }

  /** Draws the ghost into frames `from` to `to` of the run. @returns the last picture, the caller's to free. */
  private async pass(from: number, to: number, use: (picture: ReplayPicture) => Promise<void>): Promise<Frame | null> {
    const { run, ghost, command } = this;
    const offUs = command.ghost.syncUs - command.run.syncUs;
    const firstUs = (run.frames[from]?.mediaTimeUs ?? 0) + offUs;
    const lastUs = (run.frames[to]?.mediaTimeUs ?? 0) + offUs;
    const others = new Follower(ghost, ghost.at(firstUs), ghost.at(lastUs) + 1);
    let last: Frame | null = null;
    try {
      for await (const picture of run.decode(from, to)) {
        last?.free();
        last = picture.native;
        await this.draw(picture, await others.at(picture.frame.mediaTimeUs + offUs));
        await use(picture);
      }
      return last;
    } catch (error) {
      last?.free();
      throw error;
    } finally {
      await others.close();
    }
  }

  /** @param all nothing more is going to be drawn. */
  private checkDrawn(all: boolean): void {
    if (all && this.drawnFrames === 0)
      throw new Error(`${nameOf(this.command.ghost.subject, this.ghost.scene)} is nowhere inside the picture of the run at those times`);
  }

  close(): void {
    this.cuts.run.close();
    this.cuts.ghost.close();
    this.compositor.close();
  }

  private async draw({ frame, native }: ReplayPicture, other: ReplayPicture | null): Promise<void> {
    const subject = other && subjectIn(other.frame.tracking, this.command.ghost.subject);
    if (!other || !subject || subject.state === 'outside' || lost(frame.tracking) || lost(other.frame.tracking)) return;
    const [cut] = await this.cuts.ghost.cut(other.native, other.frame.tracking, [subject], 'moving');
    const map = cut && registration(cut.view, viewOf(frame.tracking), cut.foot, this.registration);
    const region = cut && map && placed(this.cuts.ghost.store.kernel, cut, map, this.run.picture.size, 'ghost', this.command.opacity);
    if (!cut || !map || !region) return;
    this.drawnFrames++;
    const footY = mapped(map, cut.foot)?.y ?? 0;
    const met = frame.tracking.subjects.filter((there) => there.state === 'visible' && overlap(there.box, region));
    const there = met.length > 0 ? await this.cuts.run.standing(native, frame.tracking, region, met, footY) : null;
    if (there) shareOverlap(region, there, { nearer: 1 - NEARER_SHARE, farther: NEARER_SHARE });
    blendShared(this.compositor, native, [region]);
  }

  private trackingAt(reader: ReplayReader, us: number): TrackingFrame | undefined {
    return reader.frames[reader.at(us)]?.tracking;
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
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
