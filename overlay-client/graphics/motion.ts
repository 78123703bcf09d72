import { type MediaTimeUs, US_PER_SECOND } from '../../protocol/index.js';

/** Movement as functions of media time: the same frames give the same motion, at any frame rate and in either host. */

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** 0 → 1, slow at both ends. */
export function easeInOut(t: number): number {
  const c = clamp(t, 0, 1);
  return c * c * (3 - 2 * c);
}

/** 0 → 1, fast first. */
export function easeOut(t: number): number {
  return 1 - (1 - clamp(t, 0, 1)) ** 3;
}

/** Length of a graphic's in and out animation, microseconds. */
export const PRESENCE_US = 350_000;

/**
 * How present a graphic is, 0 (not there) to 1, at a media time.
 * @param changedAtUs media time at which `on` last changed; -1: it was so from the beginning.
 */
export function presence(on: boolean, changedAtUs: MediaTimeUs, nowUs: MediaTimeUs): number {
  const done = changedAtUs < 0 ? 1 : easeInOut((nowUs - changedAtUs) / PRESENCE_US);
  return on ? done : 1 - done;
}

/** A value that moves towards 0 or 1 at a constant rate of media time. */
export class Fader {
  value = 0;
  readonly #durationUs: number;

  constructor(durationUs: number) {
    this.#durationUs = durationUs;
  }

  step(towards: boolean, elapsedUs: number): number {
    const change = elapsedUs / this.#durationUs;
    this.value = clamp(this.value + (towards ? change : -change), 0, 1);
    return this.value;
  }
}

/**
 * Critically damped follower of a moving target: no overshoot, and no lag behind a target in steady motion because the target's own
 * velocity is fed forward. Exact solution of the differential equation, so the frame rate does not matter.
 */
export class Follower {
  position: number;
  velocity = 0;
  readonly #omega: number;

  /** @param settleS seconds until a step is 98 % done. */
  constructor(start: number, settleS: number) {
    this.position = start;
    this.#omega = 5.8 / settleS;
  }

  /** @param targetVelocity of the target, units a second. */
  step(target: number, targetVelocity: number, elapsedUs: number): number {
    const dt = elapsedUs / US_PER_SECOND;
    if (dt <= 0) return this.position;
    // Solved relative to a target that moves in a straight line and arrives at `target` now.
    const before = target - targetVelocity * dt;
    const offset = this.position - before;
    const relative = this.velocity - targetVelocity;
    const decay = Math.exp(-this.#omega * dt);
    const slope = (relative + this.#omega * offset) * dt;
    this.position = target + (offset + slope) * decay;
    this.velocity = targetVelocity + (relative - this.#omega * slope) * decay;
    return this.position;
  }

  /** Moves the whole state without a transition. */
  shift(by: number): void {
    this.position += by;
  }

  jump(to: number): void {
    this.position = to;
    this.velocity = 0;
  }
}

/** Follows a point like a string of `slack` length: noise shorter than that moves nothing. */
export function slacken(held: number, actual: number, slack: number): number {
  return clamp(held, actual - slack, actual + slack);
}
