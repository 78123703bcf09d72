import { type MediaTimeUs, type TrackingFrame, US_PER_SECOND } from '../../protocol/index.js';

/** A leader this far beyond the start line has started: those who wait on the line sway. */
const STARTED_M = 0.25;

/** False while everyone waits on the start line: gaps then mean nothing. */
export function hasStarted(frame: TrackingFrame): boolean {
  return (frame.standings[0]?.distanceM ?? 0) > STARTED_M;
}

/** Who is first seen under way no further than this from the line was standing on it: what does not move is often not seen. */
const JUST_STARTED_M = 4;
/** Over so long their speed is measured; slower, they still wait a step in front of the line. */
const MEASURED_US = 240_000;
const MOVING_MPS = 1;

/** True where a start may still be told: nobody is so far that it must have been missed. */
export function isAtStart(frame: TrackingFrame): boolean {
  return (frame.standings[0]?.distanceM ?? 0) <= JUST_STARTED_M;
}

interface Sight {
  readonly timeUs: MediaTimeUs;
  readonly distanceM: number;
}

/** Media time at which the race started, from the leader's distance; unknown when the start was not seen. */
export class RaceClock {
  #before: Sight | undefined;
  /** Where the leader was first seen, when that was just after the start. */
  #under: Sight | undefined;
  startedAtUs: MediaTimeUs | undefined;

  observe(frame: TrackingFrame): void {
    const leader = frame.standings[0];
    if (!leader || this.startedAtUs !== undefined) return;
    const now = { timeUs: frame.mediaTimeUs, distanceM: leader.distanceM };
    const before = this.#before;
    if (before && before.distanceM <= STARTED_M && now.distanceM > STARTED_M) {
      const share = (STARTED_M - before.distanceM) / (now.distanceM - before.distanceM);
      this.startedAtUs = before.timeUs + (now.timeUs - before.timeUs) * share;
    } else if (now.distanceM > STARTED_M) {
      this.#fromUnderWay(now);
    }
    this.#before = now;
  }

  /** Works out when someone who was first seen a few metres on crossed the line: from rest, at an even acceleration. */
  #fromUnderWay(now: Sight): void {
    const first = this.#under;
    if (!first) {
      if (now.distanceM <= JUST_STARTED_M) this.#under = now;
      return;
    }
    if (now.timeUs - first.timeUs < MEASURED_US) return;
    const speedMps = ((now.distanceM - first.distanceM) * US_PER_SECOND) / (now.timeUs - first.timeUs);
    if (speedMps < MOVING_MPS) {
      this.#under = now.distanceM <= JUST_STARTED_M ? now : undefined;
      return;
    }
    const middleM = (first.distanceM + now.distanceM) / 2;
    const sinceS = ((2 * middleM) / speedMps) * (1 - Math.sqrt(STARTED_M / middleM));
    this.startedAtUs = (first.timeUs + now.timeUs) / 2 - sinceS * US_PER_SECOND;
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
