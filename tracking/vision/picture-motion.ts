import { invert, type Mat3, type MediaTimeUs, type Size } from '../../protocol/index.js';
import { UnitFrame } from './camera-model.js';
import { relative } from './pictures.js';
import { type Motion, STANDSTILL } from './rolling-shutter.js';

interface Held {
  readonly pose: Mat3;
  readonly atUs: MediaTimeUs;
  readonly motion: Motion | undefined;
}

/** How fast pictures move while they are taken. */
export class PictureMotion {
  readonly #frame: UnitFrame;
  #before: Held | undefined;
  #now: Held | undefined;
  #nowUs: MediaTimeUs = 0;

  constructor(size: Size) {
    this.#frame = new UnitFrame(size);
  }

  /** On to the next picture. @param pose of the one before (reference → picture, pixels), if it was held, as it is seen by now. */
  next(atUs: MediaTimeUs, pose: Mat3): void {
    this.#before = this.#now && { ...this.#now, pose };
    this.#now = undefined;
    this.#nowUs = atUs;
  }

  /** What was held before says nothing of this picture. */
  interrupt(): void {
    this.#before = undefined;
  }

  /** The motion of this picture, if this is its pose; none where nothing is known of it. */
  at(pose: Mat3): Motion {
    return this.#motionTo(pose) ?? STANDSTILL;
  }

  /** Accepts this picture's pose as measured. @returns the motion of the one before, now that it is known from both sides. */
  hold(pose: Mat3): Motion | undefined {
    const motion = this.#motionTo(pose);
    this.#now = { pose, atUs: this.#nowUs, motion };
    const earlier = this.#before?.motion;
    return motion && earlier ? combine(earlier, 0.5, motion, 0.5) : motion;
  }

  #motionTo(pose: Mat3): Motion | undefined {
    if (!this.#before) return undefined;
    const step = this.#frame.toUnit(relative(pose, this.#before.pose));
    const back = invert(step);
    const seconds = (this.#nowUs - this.#before.atUs) / 1e6;
    if (!back || !(seconds > 0)) return undefined;
    return combine(step, 0.5 / seconds / step[8], back, -0.5 / seconds / back[8]);
  }
}

function combine(a: Mat3, times: number, b: Mat3, timesB: number): Mat3 {
  const s = (i: number) => a[i] * times + b[i] * timesB;
  return [s(0), s(1), s(2), s(3), s(4), s(5), s(6), s(7), s(8)];
}
