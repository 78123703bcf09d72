import { type MediaTimeUs, type Point, US_PER_SECOND } from '../../../protocol/index.js';

export interface TrailPoint {
  readonly timeUs: MediaTimeUs;
  readonly at: Point;
}

/** Finer than this in time, a path shows the tracker's noise and nothing else. */
const SAMPLE_US = 80_000;
/** A pause in sight longer than this breaks a path. */
const BREAK_US = 1_000_000;
const POINTS_MAX = 1024;

/** Where one subject was on the ground, thinned out in time; the newest point is always the current one. */
export class Trail {
  #points: TrailPoint[] = [];
  #newest: TrailPoint | undefined;

  get length(): number {
    return this.#newest ? this.#points.length + 1 : 0;
  }

  add(timeUs: MediaTimeUs, at: Point): void {
    const newest = this.#newest;
    if (newest && timeUs - newest.timeUs > BREAK_US) this.#points = [];
    const last = this.#points.at(-1);
    if (!last || timeUs - last.timeUs >= SAMPLE_US) this.#points.push({ timeUs, at });
    if (this.#points.length > POINTS_MAX) this.#points.shift();
    this.#newest = { timeUs, at };
  }

  forget(nowUs: MediaTimeUs, seconds: number): void {
    const oldest = nowUs - seconds * US_PER_SECOND - SAMPLE_US;
    while (this.#points[0] && this.#points[0].timeUs < oldest) this.#points.shift();
    if (this.#newest && this.#newest.timeUs < oldest) this.#newest = undefined;
  }

  /** Oldest first, each smoothed with its neighbours but for the newest, which is where the subject stands. */
  points(): TrailPoint[] {
    const newest = this.#newest;
    if (!newest) return [];
    const raw = this.#points.at(-1)?.timeUs === newest.timeUs ? this.#points : [...this.#points, newest];
    return raw.map((point, i) => {
      const before = raw[i - 1];
      const after = raw[i + 1];
      if (!before || !after) return point;
      return {
        timeUs: point.timeUs,
        at: { x: (before.at.x + 2 * point.at.x + after.at.x) / 4, y: (before.at.y + 2 * point.at.y + after.at.y) / 4 },
      };
    });
  }
}
