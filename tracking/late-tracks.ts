import {
  apply,
  IDENTITY,
  invert,
  type LumaPicture,
  type Mat3,
  type MediaTimeUs,
  multiply,
  type Point,
  US_PER_SECOND,
} from '../protocol/index.js';
import type { Detection, Track } from './detection.js';
import type { Tracker } from './tracker/index.js';
import type { BoxFlow } from './vision/index.js';

/** Frames whose motion is kept: detections older than these join no more. */
const KEPT_FRAMES = 300;
/** Seconds after the last detections for which somebody counts as seen, and after which nothing is said of anybody. */
const BRIDGED_S = 0.5;
const KEPT_S = 1.5;

interface FrameMotion {
  readonly atUs: MediaTimeUs;
  /** Of the picture since the frame before. */
  readonly fromPrevious: Mat3;
  /** How far tracks went in the picture since then, where that was measured. */
  shifts: ReadonlyMap<number, Point>;
}

/**
 * Follows people who are detected in some frames only, and only known of later: detections join the tracker at the media time they were made
 * at, with all motion of the camera until then, and its tracks are carried on from there to the newest frame: by what the pictures between show of
 * them, else by their own motion and the camera's.
 */
export class LateTracks {
  readonly #tracker: Tracker;
  readonly #flow: BoxFlow | undefined;
  /** From the last frame that detections joined at, that one first. */
  #frames: FrameMotion[] = [];
  #joinedUs: MediaTimeUs | undefined;
  #tracks: readonly Track[] = [];
  #tooLate = 0;

  /** @param flow looks in the pictures where tracks went; without it they go on as they did */
  constructor(tracker: Tracker, flow?: BoxFlow) {
    this.#tracker = tracker;
    this.#flow = flow;
  }

  /** Detections that came after newer ones, or for frames no longer known. */
  get tooLate(): number {
    return this.#tooLate;
  }

  /** Another frame. @param previousToCurrent how the picture moved, continuous source pixels */
  frame(mediaTimeUs: MediaTimeUs, previousToCurrent: Mat3, luma?: LumaPicture): void {
    if (luma) this.#flow?.next(luma);
    this.#frames.push({ atUs: mediaTimeUs, fromPrevious: previousToCurrent, shifts: new Map() });
    if (this.#frames.length > KEPT_FRAMES) this.#frames.shift();
  }

  /** The picture was cut: nobody is followed across it, and detections from before it are void. */
  reset(): void {
    this.#tracker.reset();
    this.#flow?.reset();
    this.#frames = [];
    this.#tracks = [];
    this.#joinedUs = undefined;
  }

  /** Detections of the frame nearest to a media time, continuous source pixels of that frame. */
  join(detections: readonly Detection[], atUs: MediaTimeUs): void {
    let at = -1;
    for (const [i, frame] of this.#frames.entries()) {
      if (at < 0 || Math.abs(frame.atUs - atUs) < Math.abs(this.#frames[at].atUs - atUs)) at = i;
    }
    const frame = this.#frames[at];
    const off = frame ? Math.abs(frame.atUs - atUs) : Number.POSITIVE_INFINITY;
    if (off > US_PER_SECOND / 2 || (this.#joinedUs !== undefined && frame.atUs <= this.#joinedUs)) {
      this.#tooLate++;
      return;
    }
    const motion = this.#follows ? { previousToCurrent: this.#motion(1, at), confidence: 1 } : null;
    const shown = this.#follows ? this.#shown(at) : undefined;
    this.#tracks = this.#tracker.step(detections, frame.atUs, motion, shown);
    this.#joinedUs = frame.atUs;
    this.#frames.splice(0, at);
  }

  /** Everybody, carried to the newest frame. */
  tracks(): Track[] {
    const newest = this.#frames.at(-1);
    if (this.#joinedUs === undefined || !newest || !this.#follows) return [];
    const sinceS = (newest.atUs - this.#joinedUs) / US_PER_SECOND;
    if (sinceS > KEPT_S) return [];
    if (sinceS > 0 && this.#flow) this.#measure(newest);
    const late = sinceS > BRIDGED_S;
    return this.#carried(this.#frames.length - 1).map((t) => (late && t.state === 'confirmed' ? { ...t, state: 'lost' } : t));
  }

  close(): void {
    this.#flow?.close();
  }

  /** Where the pictures show those tracks at a frame that they were measured on the way to: the middle of their boxes. */
  #shown(at: number): Map<number, Point> {
    const measured = new Set(this.#frames.slice(1, at + 1).flatMap(({ shifts }) => [...shifts.keys()]));
    const carried = this.#carried(at).filter(({ trackId }) => measured.has(trackId));
    return new Map(carried.map(({ trackId, box }) => [trackId, { x: box.x + box.width / 2, y: box.y + box.height / 2 }]));
  }

  /** Looks where the tracks went between the last two frames. */
  #measure(newest: FrameMotion): void {
    const last = this.#frames.length - 1;
    const before = this.#carried(last - 1);
    const dtS = (newest.atUs - this.#frames[last - 1].atUs) / US_PER_SECOND;
    newest.shifts =
      this.#flow?.shifts(
        before
          .filter(({ state }) => state !== 'lost')
          .map((track) => ({ trackId: track.trackId, before: track.box, expected: advanced(track, newest, dtS).box })),
      ) ?? newest.shifts;
  }

  /** Everybody, carried from the last detections to a frame since. */
  #carried(to: number): Track[] {
    let tracks = [...this.#tracks];
    for (let i = 1; i <= to; i++) {
      const dtS = (this.#frames[i].atUs - this.#frames[i - 1].atUs) / US_PER_SECOND;
      tracks = tracks.map((track) => advanced(track, this.#frames[i], dtS));
    }
    return tracks;
  }

  /** All motion since the last detections is known. */
  get #follows(): boolean {
    return this.#joinedUs !== undefined && this.#frames[0]?.atUs === this.#joinedUs;
  }

  /** Motion over frames `from` to `to`, both included. */
  #motion(from: number, to: number): Mat3 {
    let motion = IDENTITY;
    for (let i = from; i <= to; i++) motion = multiply(this.#frames[i].fromPrevious, motion);
    return motion;
  }
}

/** A track one frame on. */
function advanced(track: Track, { fromPrevious, shifts }: FrameMotion, dtS: number): Track {
  const { trackId, box, velocity } = track;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const moved = apply(fromPrevious, middle);
  const beside = apply(fromPrevious, { x: middle.x + 1, y: middle.y });
  const growth = invert(fromPrevious) ? Math.hypot(beside.x - moved.x, beside.y - moved.y) : 1;
  const shift = shifts.get(trackId);
  const now = shift
    ? { x: middle.x + shift.x, y: middle.y + shift.y }
    : { x: moved.x + velocity.x * growth * dtS, y: moved.y + velocity.y * growth * dtS };
  const [width, height] = [box.width * growth, box.height * growth];
  return {
    ...track,
    box: { x: now.x - width / 2, y: now.y - height / 2, width, height },
    velocity: { x: velocity.x * growth, y: velocity.y * growth },
  };
}
