import { type Course, type MediaTimeUs, type Standing, type TrackingFrame, US_PER_SECOND } from '../../protocol/index.js';
import { RaceClock } from './race-clock.js';
import { type Ranked, Ranking } from './ranking.js';
import { displayKey } from './roster.js';

/** A competitor's race is remembered at places this far apart along the course, or further where that would be more than PLACES_MAX. */
const PLACE_M = 1;
const PLACES_MAX = 4000;
/** Competitors remembered; later ones are not. */
const COMPETITORS_MAX = 500;

/** When one competitor was where, and how fast: filled in as the race goes on. Distances are metres from the start line. */
export interface RaceRecord {
  /** See `displayKey`. */
  readonly key: string;
  readonly trackId: number;
  readonly rosterIndex: number;
  /** The standing last seen. */
  readonly latest: Standing;
  /** Media time of the finish, or null. */
  readonly finishedAtUs: MediaTimeUs | null;
  /** Media time at which a place was reached first, between frames; undefined where that was not seen. */
  timeAtUs(distanceM: number): MediaTimeUs | undefined;
  /** Place at a media time within what is known; undefined outside it. */
  distanceAtM(mediaTimeUs: MediaTimeUs): number | undefined;
  /** Mean speed over the metres around a place, metres a second; undefined where that was not seen. */
  speedAtMps(distanceM: number, overM?: number): number | undefined;
}

/**
 * The race so far, from the frames' standings, once for all graphics of a channel. Memory is bounded by the course, not by how long the race takes.
 * Nothing is known of what happened before the first frame seen.
 */
export class RaceLog {
  readonly clock = new RaceClock();
  readonly #records = new Map<string, Log>();
  readonly #ranking = new Ranking();
  #ranked: readonly Ranked[] = [];
  readonly #lengthM: number;
  readonly #splitsM: readonly number[];

  constructor(course: Course | null) {
    this.#lengthM = course ? course.finishM - course.startM : 0;
    this.#splitsM = course ? [...course.splitsM].map((at) => at - course.startM).sort((a, b) => a - b) : [];
  }

  /** Length of the race, metres; 0 without a course. */
  get lengthM(): number {
    return this.#lengthM;
  }

  /** Where intermediate times are taken, and the finish, metres from the start, in order. */
  get marksM(): readonly number[] {
    return [...this.#splitsM.filter((at) => at > 0 && at < this.#lengthM), this.#lengthM];
  }

  /** Every frame once, in order. */
  observe(frame: TrackingFrame): void {
    this.clock.observe(frame);
    this.#ranked = this.#ranking.observe(frame);
    for (const standing of frame.standings) {
      const key = displayKey(standing);
      let log = this.#records.get(key);
      if (!log) {
        if (this.#records.size >= COMPETITORS_MAX || this.#lengthM <= 0) continue;
        log = new Log(key, this.#lengthM, standing);
        this.#records.set(key, log);
      }
      // What is only predicted is shown, and not remembered: nobody measured it.
      if (frame.predicted) log.latest = standing;
      else log.add(standing, frame.mediaTimeUs);
    }
  }

  /** The order that every graphic shows on the frame last observed, first place first. */
  get ranked(): readonly Ranked[] {
    return this.#ranked;
  }

  get(key: string): RaceRecord | undefined {
    return this.#records.get(key);
  }

  /** The record of a roster entry, if it has been seen. */
  of(rosterIndex: number): RaceRecord | undefined {
    return this.#records.get(`r${rosterIndex}`);
  }

  records(): RaceRecord[] {
    return [...this.#records.values()];
  }

  /** Seconds from the start of the race to a media time; undefined where the start was not seen. */
  raceTimeS(atUs: MediaTimeUs): number | undefined {
    return this.clock.raceTimeS(atUs);
  }
}

class Log implements RaceRecord {
  latest: Standing;
  /** Media time at each place, NaN where not known. */
  readonly #times: Float64Array;
  readonly #stepM: number;
  #before: { readonly atUs: MediaTimeUs; readonly distanceM: number } | undefined;
  #next = 0;

  constructor(
    readonly key: string,
    lengthM: number,
    standing: Standing,
  ) {
    this.latest = standing;
    this.#stepM = Math.max(PLACE_M, lengthM / PLACES_MAX);
    this.#times = new Float64Array(Math.floor(lengthM / this.#stepM) + 2).fill(Number.NaN);
    // Whoever is first seen under way was never seen further back.
    this.#next = Math.max(0, Math.ceil(standing.distanceM / this.#stepM));
  }

  get trackId(): number {
    return this.latest.trackId;
  }

  get rosterIndex(): number {
    return this.latest.rosterIndex;
  }

  get finishedAtUs(): MediaTimeUs | null {
    return this.latest.finishedAtUs;
  }

  add(standing: Standing, atUs: MediaTimeUs): void {
    this.latest = standing;
    const before = this.#before;
    const { distanceM } = standing;
    this.#before = { atUs, distanceM };
    if (!before || distanceM <= before.distanceM) return;
    for (; this.#next < this.#times.length && this.#next * this.#stepM <= distanceM; this.#next++) {
      const share = (this.#next * this.#stepM - before.distanceM) / (distanceM - before.distanceM);
      this.#times[this.#next] = before.atUs + (atUs - before.atUs) * Math.max(0, share);
    }
  }

  timeAtUs(distanceM: number): MediaTimeUs | undefined {
    const at = distanceM / this.#stepM;
    const index = Math.floor(at);
    const from = this.#times[index];
    if (from === undefined || Number.isNaN(from)) return undefined;
    if (at - index < 1e-9) return from;
    const to = this.#times[index + 1];
    // Further than is remembered: a competitor who runs out behind the finish and stops says nothing about places in between.
    if (to === undefined) return undefined;
    if (Number.isNaN(to)) return this.#beyond(distanceM, from, index);
    return from + (to - from) * (at - index);
  }

  /** Between the last place passed and where the competitor is now. */
  #beyond(distanceM: number, fromUs: MediaTimeUs, index: number): MediaTimeUs | undefined {
    const now = this.#before;
    if (!now || distanceM > now.distanceM) return undefined;
    const from = index * this.#stepM;
    return now.distanceM > from ? fromUs + ((now.atUs - fromUs) * (distanceM - from)) / (now.distanceM - from) : fromUs;
  }

  distanceAtM(mediaTimeUs: MediaTimeUs): number | undefined {
    const now = this.#before;
    if (!now || mediaTimeUs > now.atUs) return undefined;
    let low = 0;
    while (low < this.#next && Number.isNaN(this.#times[low] ?? Number.NaN)) low++;
    let high = this.#next - 1;
    if (high < low || mediaTimeUs < (this.#times[low] ?? 0)) return undefined;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#times[middle] ?? 0) <= mediaTimeUs) low = middle;
      else high = middle - 1;
    }
    const fromUs = this.#times[low] ?? 0;
    const fromM = low * this.#stepM;
    const passed = this.#times[low + 1];
    const [toUs, toM] =
      low + 1 < this.#next && passed !== undefined ? [passed, (low + 1) * this.#stepM] : [now.atUs, Math.max(fromM, now.distanceM)];
    return toUs > fromUs ? fromM + ((toM - fromM) * (mediaTimeUs - fromUs)) / (toUs - fromUs) : fromM;
  }

  speedAtMps(distanceM: number, overM = 4): number | undefined {
    const from = this.timeAtUs(distanceM - overM / 2);
    const to = this.timeAtUs(distanceM + overM / 2);
    return from === undefined || to === undefined || to <= from ? undefined : (overM * US_PER_SECOND) / (to - from);
  }
}
