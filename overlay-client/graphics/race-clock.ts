import { type MediaTimeUs, type TrackingFrame, US_PER_SECOND } from '../../protocol/index.js';

/** A leader this far beyond the start line has started: those who wait on the line sway. */
const STARTED_M = 0.25;

/** False while everyone waits on the start line: gaps then mean nothing. */
export function hasStarted(frame: TrackingFrame): boolean {
  return (frame.standings[0]?.distanceM ?? 0) > STARTED_M;
}

/**
 * Whoever is first seen on the move no further out than this, and at least this fast, came from the line: a camera that sees what moves
 * does not see those who wait.
 */
const FIRST_SEEN_M = 2.5;
const MOVING_MPS = 2;

/** True where a start may still be told: nobody is so far that it must have been missed. */
export function isAtStart(frame: TrackingFrame): boolean {
  return (frame.standings[0]?.distanceM ?? 0) <= FIRST_SEEN_M;
}

/**
 * Media time at which the race started: when the leader left the line; where that was not seen but the first steps were, reckoned back from
 * them; else unknown.
 */
export class RaceClock {
  #before: { timeUs: MediaTimeUs; distanceM: number } | undefined;
  /** Somebody was seen on the line: the start itself will be seen. */
  #isWaiting = false;
  #isSettled = false;
  startedAtUs: MediaTimeUs | undefined;
  /** False where the start was reckoned: good to a fifth of a second or so. */
  isExact = true;

  observe(frame: TrackingFrame): void {
    const leader = frame.standings[0];
    if (!leader || this.#isSettled) return;
    const now = { timeUs: frame.mediaTimeUs, distanceM: leader.distanceM };
    const before = this.#before;
    if (before && before.distanceM <= STARTED_M && now.distanceM > STARTED_M) {
      const share = (STARTED_M - before.distanceM) / (now.distanceM - before.distanceM);
      this.startedAtUs = before.timeUs + (now.timeUs - before.timeUs) * share;
      this.isExact = true;
      this.#isSettled = true;
    }
    if (now.distanceM <= STARTED_M) this.#isWaiting = true;
    if (!this.#isWaiting) this.#reckon(frame);
    if (this.startedAtUs !== undefined && now.distanceM > FIRST_SEEN_M) this.#isSettled = true;
    this.#before = now;
  }

  /**
   * From rest at a steady acceleration, someone at d with speed v set off 2d / v ago, and was s beyond the line √(s / d) of that time later:
   * the moment that counts where it is seen. The middle of what all say.
   */
  #reckon({ standings, mediaTimeUs }: TrackingFrame): void {
    if ((standings[0]?.distanceM ?? 0) > FIRST_SEEN_M) return;
    const ago = standings
      .filter(({ distanceM, speedMps }) => distanceM > STARTED_M && speedMps >= MOVING_MPS)
      .map(({ distanceM, speedMps }) => ((2 * distanceM) / speedMps) * (1 - Math.sqrt(STARTED_M / distanceM)))
      .sort((a, b) => a - b);
    const middle = ago[ago.length >> 1];
    if (middle === undefined) return;
    this.startedAtUs = Math.max(0, mediaTimeUs - middle * US_PER_SECOND);
    this.isExact = false;
  }

  /** Race time at a media time, seconds, or undefined while the race has not started or its start was not seen. */
  raceTimeS(atUs: MediaTimeUs): number | undefined {
    return this.startedAtUs === undefined ? undefined : Math.max(0, (atUs - this.startedAtUs) / US_PER_SECOND);
  }
}

/** Race time as it may be written: hundredths, or tenths where the start was reckoned. */
export function formatRaceTime(clock: RaceClock, seconds: number): string {
  return formatTime(seconds, clock.isExact ? 2 : 1);
}

/** Gaps run in five steps a second of media time, in every graphic at once: readable, and the same wherever they stand. */
export function gapStep(nowUs: MediaTimeUs): number {
  return Math.floor(nowUs / 200_000);
}

/** 9.58, 1:43.25, 2:01:39: as timekeepers write it. @param decimals of the seconds, below an hour. */
export function formatTime(seconds: number, decimals: number): string {
  const scale = 10 ** decimals;
  // Cut, not rounded: a clock never shows a time that has not been reached.
  const units = Math.floor(seconds * scale + 1e-6);
  const whole = Math.floor(units / scale);
  const fraction = decimals > 0 ? `.${String(units % scale).padStart(decimals, '0')}` : '';
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = whole % 60;
  if (h > 0) return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`;
  return m > 0 ? `${m}:${String(s).padStart(2, '0')}${fraction}` : `${s}${fraction}`;
}
