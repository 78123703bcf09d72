import { type MediaTimeUs, type TrackingFrame, US_PER_SECOND } from '../../protocol/index.js';

/** A leader this far beyond the start line has started: those who wait on the line sway. */
const STARTED_M = 0.25;

/** False while everyone waits on the start line: gaps then mean nothing. */
export function hasStarted(frame: TrackingFrame): boolean {
  return (frame.standings[0]?.distanceM ?? 0) > STARTED_M;
}

/** Media time at which the race started, from the leader's distance; unknown when the start was not seen. */
export class RaceClock {
  #before: { timeUs: MediaTimeUs; distanceM: number } | undefined;
  startedAtUs: MediaTimeUs | undefined;

  observe(frame: TrackingFrame): void {
    const leader = frame.standings[0];
    if (!leader || this.startedAtUs !== undefined) return;
    const now = { timeUs: frame.mediaTimeUs, distanceM: leader.distanceM };
    const before = this.#before;
    if (before && before.distanceM <= STARTED_M && now.distanceM > STARTED_M) {
      const share = (STARTED_M - before.distanceM) / (now.distanceM - before.distanceM);
      this.startedAtUs = before.timeUs + (now.timeUs - before.timeUs) * share;
    }
    this.#before = now;
  }

  /** Race time at a media time, seconds, or undefined while the race has not started or its start was not seen. */
  raceTimeS(atUs: MediaTimeUs): number | undefined {
    return this.startedAtUs === undefined ? undefined : Math.max(0, (atUs - this.startedAtUs) / US_PER_SECOND);
  }
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
