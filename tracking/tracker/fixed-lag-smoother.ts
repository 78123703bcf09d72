import {
  depth,
  imageOf,
  imageSlope,
  lensOfPicture,
  type Point,
  type TrackedSubject,
  type TrackingFrame,
  US_PER_SECOND,
} from '../../protocol/index.js';
import { type FilterStep, firstStep, nextStep, type Spread, smoothedState } from './ground-filter.js';

/** Standard deviation of a measured foot, pixels: a part that is always there and a share of the box's height. */
const NOISE_PX = 0.5;
const NOISE_SHARE = 0.015;
/** Factor on it for a subject that was not seen but expected. */
const UNSEEN = 4;
/** Spectral density of people's acceleration, m² / s³; their height, which gives metres where the ground is in pixels. */
const ACCELERATION = 2;
const PERSON_M = 1.75;
/** Variance of the speed somebody appears with, m² / s². */
const FIRST_SPEED = 25;
/** So many measurements in a row far from where they are expected: it is somewhere else, not badly measured. */
const FAR_OFF = 6;
const FAR_OFF_FRAMES = 3;
/** A longer gap in media time than this starts every subject anew. */
const LONGEST_GAP_S = 1;

/** One subject in one waiting frame. */
interface Sample {
  readonly subject: TrackedSubject;
  readonly step: FilterStep;
}

/** One subject's samples in the frames around, oldest first, the last one in the newest frame. */
interface Trail {
  samples: Sample[];
  farOff: number;
  lastIndex: number;
}

interface Waiting {
  readonly frame: TrackingFrame;
  /** For each subject its trail and its sample, or null where it is passed on as it is. */
  readonly subjects: readonly { readonly subject: TrackedSubject; readonly trail: Trail | null }[];
}

/**
 * Smooths positions with the frames that wait for output anyway: frame N goes out knowing N+1 to N+lag, so graphics neither shake nor trail.
 *
 * Each subject is filtered forward on the ground and smoothed backward over the waiting frames (Rauch, Tung, Striebel 1965), with pixel noise carried to the
 * ground by the frame's own pose: far away and along the view it counts for more. The foot is the smoothed ground seen through that frame's
 * pose as measured; the box moves along and its size is the mean over equally many frames on both sides.
 */
export class FixedLagSmoother {
  readonly #lag: number;
  #waiting: Waiting[] = [];
  #trails = new Map<number, Trail>();
  #newest: TrackingFrame | undefined;
  #count = 0;

  constructor(lagFrames: number) {
    if (!Number.isInteger(lagFrames) || lagFrames < 0) throw new Error(`lag of ${lagFrames} frames: expected a whole number from 0`);
    this.#lag = lagFrames;
  }

  /**
   * Takes the next frame; every frame comes out once, in order, its time and index as they were.
   * @returns the frame `lagFrames` before this one, smoothed, or null while the first ones wait
   */
  push(frame: TrackingFrame): TrackingFrame | null {
    const before = this.#newest;
    this.#newest = frame;
    const sinceS = before ? (frame.mediaTimeUs - before.mediaTimeUs) / US_PER_SECOND : 0;
    const goesOn = before !== undefined && !frame.discontinuity && sinceS > 0 && sinceS <= LONGEST_GAP_S;
    if (!goesOn || before.pose.unit !== frame.pose.unit) this.#trails.clear();
    this.#waiting.push({ frame, subjects: frame.subjects.map((subject) => ({ subject, trail: this.#extend(subject, frame, sinceS) })) });
    for (const [id, trail] of this.#trails) if (trail.lastIndex !== this.#count) this.#trails.delete(id);
    this.#count++;
    return this.#waiting.length > this.#lag ? this.#release() : null;
  }

  /** The frames still waiting, smoothed with what there is. */
  flush(): TrackingFrame[] {
    const rest: TrackingFrame[] = [];
    while (this.#waiting.length > 0) rest.push(this.#release());
    this.#trails.clear();
    this.#newest = undefined;
    return rest;
  }

  /** Filters one subject forward into the newest frame. */
  #extend(subject: TrackedSubject, frame: TrackingFrame, sinceS: number): Trail | null {
    const noise = measurementNoise(subject, frame);
    if (!noise) {
      this.#trails.delete(subject.trackId);
      return null;
    }
    const perMetre = frame.pose.unit === 'm' ? 1 : noise.unitsPerPixel * (Math.max(subject.box.height, 1) / PERSON_M);
    const start = () => firstStep(subject.ground, subject.velocity, noise.spread, FIRST_SPEED * perMetre ** 2);
    const trail = this.#trails.get(subject.trackId);
    const last = trail?.samples.at(-1);
    if (!trail || !last) {
      const fresh: Trail = { samples: [{ subject, step: start() }], farOff: 0, lastIndex: this.#count };
      this.#trails.set(subject.trackId, fresh);
      return fresh;
    }
    const { step, off } = nextStep(last.step, sinceS, ACCELERATION * perMetre ** 2, subject.ground, noise.spread);
    trail.farOff = off > FAR_OFF ? trail.farOff + 1 : 0;
    if (trail.farOff >= FAR_OFF_FRAMES) {
      this.#trails.delete(subject.trackId);
      return this.#extend(subject, frame, sinceS);
    }
    trail.samples.push({ subject, step });
    if (trail.samples.length > 2 * this.#lag + 1) trail.samples.shift();
    trail.lastIndex = this.#count;
    return trail;
  }

  #release(): TrackingFrame {
    const oldest = this.#waiting.shift();
    if (!oldest) throw new Error('no frame waits');
    const { frame } = oldest;
    return {
      ...frame,
      subjects: oldest.subjects.map(({ subject, trail }) => (trail ? smoothed(subject, trail, frame) : subject)),
    };
  }
}

/** The subject as all of its trail says it was; as measured where that cannot be seen. */
function smoothed(subject: TrackedSubject, trail: Trail, frame: TrackingFrame): TrackedSubject {
  const { samples } = trail;
  const at = samples.findIndex((s) => s.subject === subject);
  const [x, y, vx, vy] = smoothedState(samples.slice(at).map((s) => s.step));
  const ground = { x, y };
  const foot = imageOf(frame, ground);
  if (!foot) return subject;
  const reach = Math.min(at, samples.length - 1 - at);
  const around = samples.slice(at - reach, at + reach + 1);
  const width = around.reduce((sum, s) => sum + s.subject.box.width, 0) / around.length;
  const height = around.reduce((sum, s) => sum + s.subject.box.height, 0) / around.length;
  return { ...subject, ground, velocity: { x: vx, y: vy }, foot, box: boxAt(subject, foot, width, height) };
}

/** The subject's box with another size, lying to the foot as before. */
function boxAt(subject: TrackedSubject, foot: Point, width: number, height: number): TrackedSubject['box'] {
  const { box } = subject;
  const shareX = box.width > 0 ? (subject.foot.x - box.x) / box.width : 0.5;
  const shareY = box.height > 0 ? (subject.foot.y - box.y) / box.height : 1;
  return { x: foot.x - shareX * width, y: foot.y - shareY * height, width, height };
}

/** What a foot's pixel noise is on the ground, through the frame's pose; null where the pose does not say. */
function measurementNoise(subject: TrackedSubject, frame: TrackingFrame): { spread: Spread; unitsPerPixel: number } | null {
  const m = frame.pose.groundToImage;
  if (frame.pose.state !== 'held' || !(depth(m, subject.ground) > 0)) return null;
  // Pixels a ground unit, and its inverse.
  const [a, b, c, d] = imageSlope(m, lensOfPicture(frame), subject.ground);
  const det = a * d - b * c;
  if (!(Math.abs(det) > 1e-12)) return null;
  const sigma = (NOISE_PX + NOISE_SHARE * subject.box.height) * (subject.state === 'visible' ? 1 : UNSEEN);
  const k = (sigma / det) ** 2;
  return {
    spread: { xx: k * (d * d + b * b), xy: -k * (c * d + a * b), yy: k * (c * c + a * a) },
    unitsPerPixel: 1 / Math.sqrt(Math.abs(det)),
  };
}
