import { apply, IDENTITY, invert, type Mat3, type MediaTimeUs, multiply, US_PER_SECOND } from '../protocol/index.js';
import type { Detection, Track } from './detection.js';
import type { Tracker } from './tracker/index.js';

/** Frames whose motion is kept: detections older than these join no more. */
const KEPT_FRAMES = 300;
/** Seconds after the last detections for which somebody counts as seen, and after which nothing is said of anybody. */
const BRIDGED_S = 0.5;
const KEPT_S = 1.5;

interface FrameMotion {
  readonly atUs: MediaTimeUs;
  /** Of the picture since the frame before. */
  readonly fromPrevious: Mat3;
}

/**
 * Follows people who are detected in some frames only, and only known of later: detections join the tracker at the media time they were made
 * at, with all motion of the camera until then, and its tracks are carried on from there to the newest frame, by their own motion and the camera's.
 */
export class LateTracks {
  readonly #tracker: Tracker;
  /** From the last frame that detections joined at, that one first. */
  #frames: FrameMotion[] = [];
  #joinedUs: MediaTimeUs | undefined;
  #tracks: readonly Track[] = [];
  #tooLate = 0;

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** Detections that came after newer ones, or for frames no longer known. */
  get tooLate(): number {
    return this.#tooLate;
  }

  /** Another frame. @param previousToCurrent how the picture moved, continuous source pixels */
  frame(mediaTimeUs: MediaTimeUs, previousToCurrent: Mat3): void {
    this.#frames.push({ atUs: mediaTimeUs, fromPrevious: previousToCurrent });
    if (this.#frames.length > KEPT_FRAMES) this.#frames.shift();
  }

  /** The picture was cut: nobody is followed across it, and detections from before it are void. */
  reset(): void {
    this.#tracker.reset();
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
    this.#tracks = this.#tracker.step(detections, frame.atUs, motion);
    this.#joinedUs = frame.atUs;
    this.#frames.splice(0, at);
  }

  /** Everybody, carried to the newest frame. */
  tracks(): Track[] {
    const newest = this.#frames.at(-1);
    if (this.#joinedUs === undefined || !newest || !this.#follows) return [];
    const sinceS = (newest.atUs - this.#joinedUs) / US_PER_SECOND;
    if (sinceS > KEPT_S) return [];
    const camera = this.#motion(1, this.#frames.length - 1);
    return this.#tracks.map((track) => carried(track, sinceS, camera));
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

function carried(track: Track, sinceS: number, camera: Mat3): Track {
  const { box, velocity, state } = track;
  const foot = { x: box.x + box.width / 2 + velocity.x * sinceS, y: box.y + box.height + velocity.y * sinceS };
  const now = apply(camera, foot);
  const beside = apply(camera, { x: foot.x + 1, y: foot.y });
  const growth = invert(camera) ? Math.hypot(beside.x - now.x, beside.y - now.y) : 1;
  const [width, height] = [box.width * growth, box.height * growth];
  return {
    ...track,
    box: { x: now.x - width / 2, y: now.y - height, width, height },
    velocity: { x: velocity.x * growth, y: velocity.y * growth },
    state: state === 'confirmed' && sinceS > BRIDGED_S ? 'lost' : state,
  };
}
