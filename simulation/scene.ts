import { frameTimeUs, type Rational, rationalToNumber, type Size } from '../protocol/index.js';

/** What every scene is made from. */
export interface SceneOptions {
  readonly size: Size;
  readonly fps: Rational;
  readonly seed: number;
}

/** A scene's clock: whole frames, repeating. */
export class SceneClock {
  readonly frames: number;
  readonly durationUs: number;
  private readonly rate: number;

  constructor(
    durationS: number,
    private readonly fps: Rational,
  ) {
    this.rate = rationalToNumber(fps);
    this.frames = Math.max(1, Math.round(durationS * this.rate));
    this.durationUs = frameTimeUs(this.frames, fps);
  }

  /** Scene time of a frame, seconds from the scene's beginning; frames past the end begin again. */
  timeS(index: number): number {
    return (((index % this.frames) + this.frames) % this.frames) / this.rate;
  }

  mediaTimeUs(index: number): number {
    return frameTimeUs(index, this.fps);
  }
}

/** Remembers the last frame's computation, so that drawing a frame and asking for its truth cost it once. */
export function once<T>(make: (index: number) => T): (index: number) => T {
  let last: { index: number; value: T } | undefined;
  return (index) => {
    if (last?.index !== index) last = { index, value: make(index) };
    return last.value;
  };
}

/** Focal length (pixels) at which something of a height at a distance takes a share of the picture, whatever the picture's shape. */
export function focalFor(size: Size, share: number, heightM: number, distanceM: number): number {
  const reference = Math.min(size.height, (size.width * 9) / 16);
  return (share * reference * distanceM) / heightM;
}
