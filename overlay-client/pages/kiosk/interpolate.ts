import type { Point, Standing, TrackingFrame } from '../../../protocol/index.js';
import { MediaClock } from '../shared/media-clock.js';

/** Where one subject is at the shown moment, with where it was. */
export interface Shown {
  readonly trackId: number;
  readonly rosterIndex: number;
  readonly ground: Point;
  /** 0 to 1: fades a subject that is expected rather than seen. */
  readonly certainty: number;
  /** Oldest first, up to the shown moment; the last is `ground`. */
  readonly path: readonly Point[];
}

export interface Moment {
  readonly mediaTimeUs: number;
  readonly subjects: readonly Shown[];
  readonly standings: readonly Standing[];
  /** Whether anything still moves: false once the newest frame is shown. */
  readonly moving: boolean;
}

/** Frames are shown this late, so that there is nearly always a next one to move towards. */
const DELAY_MS = 140;
const PATH_POINT_US = 80_000;
/** A subject that leaps further than this many units between two frames is not the one it was. */
const LEAP = 3;

/** Positions between frames, for a screen faster than the camera. Pure: the time is given. */
export class Interpolator {
  readonly #pathUs: number;
  readonly #clock = new MediaClock();
  #frames: TrackingFrame[] = [];
  readonly #paths = new Map<number, { us: number; at: Point }[]>();
  #pathsUntilUs = Number.NEGATIVE_INFINITY;

  /** @param pathS seconds of path behind each subject. */
  constructor(pathS: number) {
    this.#pathUs = pathS * 1e6;
  }

  push(frame: TrackingFrame, nowMs: number): void {
    const steady = this.#clock.observe(frame.mediaTimeUs, nowMs);
    if (!steady || frame.discontinuity || frame.mediaTimeUs <= (this.#frames.at(-1)?.mediaTimeUs ?? -1)) this.#clear();
    this.#frames.push(frame);
    if (this.#frames.length > 500) this.#frames.shift();
  }

  /** @returns undefined before the first frame. */
  at(nowMs: number): Moment | undefined {
    const wantedUs = this.#clock.mediaTimeUs(nowMs) - DELAY_MS * 1000;
    while (this.#frames.length > 1 && (this.#frames[1]?.mediaTimeUs ?? 0) <= wantedUs) this.#pass();
    const [from, to] = this.#frames;
    if (!from) return undefined;
    const share = to ? Math.min(1, Math.max(0, (wantedUs - from.mediaTimeUs) / (to.mediaTimeUs - from.mediaTimeUs))) : 0;
    const us = to ? from.mediaTimeUs + share * (to.mediaTimeUs - from.mediaTimeUs) : from.mediaTimeUs;
    const subjects = from.subjects.map((s): Shown => {
      const next = to?.subjects.find((n) => n.trackId === s.trackId)?.ground ?? s.ground;
      const leap = Math.hypot(next.x - s.ground.x, next.y - s.ground.y) > LEAP;
      const ground = leap ? s.ground : { x: s.ground.x + (next.x - s.ground.x) * share, y: s.ground.y + (next.y - s.ground.y) * share };
      const path = (this.#paths.get(s.trackId) ?? []).map((p) => p.at);
      return {
        trackId: s.trackId,
        rosterIndex: s.rosterIndex,
        ground,
        certainty: s.state === 'visible' ? 1 : 0.45,
        path: [...path, ground],
      };
    });
    return { mediaTimeUs: us, subjects, standings: from.standings, moving: this.#frames.length > 1 || from.mediaTimeUs > wantedUs };
  }

  /** Lets the oldest frame go, into the paths. */
  #pass(): void {
    const frame = this.#frames.shift();
    if (!frame) return;
    if (frame.mediaTimeUs - this.#pathsUntilUs >= PATH_POINT_US) {
      this.#pathsUntilUs = frame.mediaTimeUs;
      for (const s of frame.subjects) {
        const path = this.#paths.get(s.trackId) ?? [];
        const last = path.at(-1);
        if (last && Math.hypot(last.at.x - s.ground.x, last.at.y - s.ground.y) > LEAP) path.length = 0;
        path.push({ us: frame.mediaTimeUs, at: s.ground });
        this.#paths.set(s.trackId, path);
      }
      for (const [id, path] of this.#paths) {
        while (path.length > 0 && frame.mediaTimeUs - (path[0]?.us ?? 0) > this.#pathUs) path.shift();
        if (path.length === 0) this.#paths.delete(id);
      }
    }
  }

  #clear(): void {
    this.#frames = [];
    this.#paths.clear();
    this.#pathsUntilUs = Number.NEGATIVE_INFINITY;
  }
}
