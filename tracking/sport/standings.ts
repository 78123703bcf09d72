import {
  type Course,
  CourseGeometry,
  type MediaTimeUs,
  type Standing,
  type TrackedSubject,
  type TrackingFrame,
  US_PER_SECOND,
} from '../../protocol/index.js';
import { DistanceFilter } from './distance-filter.js';
import { DistanceHistory } from './distance-history.js';

/** Metres beyond the course's edge where a competitor still counts; a new one must be inside. */
const MARGIN_M = 1;
/** Seconds a competitor who is not seen keeps a predicted place. */
const PREDICTED_S = 5;
/** Somebody must be this much further to pass somebody else: side by side, and before the start, the order stands still. */
const PASSED_M = 0.15;
/** Finishers kept at most; where people cross a line all day, the first ones leave the list. */
const MOST_FINISHERS = 500;

/** One competitor in the race. */
class Competitor {
  trackId: number;
  rosterIndex = -1;
  readonly filter: DistanceFilter;
  readonly history = new DistanceHistory();
  updatedUs: MediaTimeUs;
  seenUs: MediaTimeUs;
  finishedAtUs: MediaTimeUs | null = null;
  /** When the expected place passed the finish; it counts once it is seen beyond. */
  #crossedUs: MediaTimeUs | null = null;

  constructor(trackId: number, alongM: number, atUs: MediaTimeUs) {
    this.trackId = trackId;
    this.filter = new DistanceFilter(alongM);
    this.updatedUs = atUs;
    this.seenUs = atUs;
    this.history.add(alongM, atUs);
  }

  /** To this frame, with its measurement if there is one; notices the finish on the way. */
  advance(measuredM: number | undefined, atUs: MediaTimeUs, finishM: number): void {
    const before = this.filter.distanceM;
    const beforeUs = this.updatedUs;
    this.filter.predict((atUs - beforeUs) / US_PER_SECOND);
    if (measuredM !== undefined) {
      this.filter.update(measuredM);
      this.seenUs = atUs;
    }
    this.updatedUs = atUs;
    const now = this.filter.distanceM;
    this.history.add(now, atUs);
    if (now < finishM) this.#crossedUs = null;
    else this.#crossedUs ??= beforeUs + Math.round(((finishM - before) / (now - before)) * (atUs - beforeUs));
    if (measuredM !== undefined) this.finishedAtUs ??= this.#crossedUs;
  }
}

/**
 * The order of a race, frame by frame. Competitors are known by roster entry where bound, else by track. Only who has been inside the
 * course before the finish takes part; who is not seen keeps a predicted place for some seconds; who has finished stays, ranked by time.
 */
export class Standings {
  readonly #geometry: CourseGeometry;
  #byTrack = new Map<number, Competitor>();
  #byRoster = new Map<number, Competitor>();
  /** Everyone, as ranked in the frame before. */
  #order: Competitor[] = [];
  #lastUs: MediaTimeUs | undefined;

  constructor(course: Course) {
    this.#geometry = new CourseGeometry(course);
  }

  /** Forgets the race: nobody has started, nobody has finished. */
  reset(): void {
    this.#byTrack.clear();
    this.#byRoster.clear();
    this.#order = [];
    this.#lastUs = undefined;
  }

  /**
   * @param frame with subjects on calibrated ground, in order of media time; a frame that is not in metres or whose pose is lost measures nothing
   * @returns ordered by rank
   */
  update(frame: TrackingFrame): Standing[] {
    if (this.#lastUs !== undefined && frame.mediaTimeUs < this.#lastUs) this.reset();
    this.#lastUs = frame.mediaTimeUs;
    const measured = this.#measure(frame);
    for (const [competitor, alongM] of measured) competitor.advance(alongM, frame.mediaTimeUs, this.#geometry.course.finishM);
    const all = new Set([...this.#byTrack.values(), ...this.#byRoster.values()]);
    for (const competitor of all) {
      if (measured.has(competitor)) continue;
      const unseenUs = frame.mediaTimeUs - competitor.seenUs;
      if (competitor.finishedAtUs === null && unseenUs > PREDICTED_S * US_PER_SECOND) this.#drop(competitor);
      else competitor.advance(undefined, frame.mediaTimeUs, this.#geometry.course.finishM);
    }
    this.#forgetFirstFinishers();
    return this.#ranked(frame.mediaTimeUs);
  }

  /** Who is seen in this frame, and where along the course. */
  #measure(frame: TrackingFrame): Map<Competitor, number> {
    const measured = new Map<Competitor, number>();
    if (frame.pose.unit !== 'm' || frame.pose.state !== 'held') return measured;
    for (const subject of frame.subjects) {
      const known = this.#byRoster.get(subject.rosterIndex) ?? this.#byTrack.get(subject.trackId);
      const { alongM, acrossM } = this.#geometry.locate(subject.ground, known?.filter.distanceM);
      if (subject.state !== 'visible' || !this.#inside(alongM, acrossM, known !== undefined)) continue;
      if (!known && alongM >= this.#geometry.course.finishM) continue;
      const competitor = known ?? new Competitor(subject.trackId, alongM, frame.mediaTimeUs);
      this.#bind(competitor, subject);
      measured.set(competitor, alongM);
    }
    return measured;
  }

  #inside(alongM: number, acrossM: number, known: boolean): boolean {
    const margin = known ? MARGIN_M : 0;
    if (Math.abs(acrossM) > this.#geometry.course.widthM / 2 + margin) return false;
    return alongM >= -margin && alongM <= this.#geometry.lengthM + margin;
  }

  /** A competitor goes by the roster entry once that is known, and by the track it has now. */
  #bind(competitor: Competitor, subject: TrackedSubject): void {
    if (this.#byTrack.get(competitor.trackId) === competitor) this.#byTrack.delete(competitor.trackId);
    competitor.trackId = subject.trackId;
    this.#byTrack.set(subject.trackId, competitor);
    if (subject.rosterIndex < 0) return;
    for (const [index, other] of this.#byRoster) if (other === competitor && index !== subject.rosterIndex) this.#byRoster.delete(index);
    competitor.rosterIndex = subject.rosterIndex;
    this.#byRoster.set(subject.rosterIndex, competitor);
  }

  #forgetFirstFinishers(): void {
    const finishers = [...this.#byTrack.values()].filter((c) => c.finishedAtUs !== null);
    if (finishers.length <= MOST_FINISHERS) return;
    finishers.sort((a, b) => a.seenUs - b.seenUs);
    for (const competitor of finishers.slice(0, finishers.length - MOST_FINISHERS)) this.#drop(competitor);
  }

  #drop(competitor: Competitor): void {
    for (const map of [this.#byTrack, this.#byRoster]) for (const [key, value] of map) if (value === competitor) map.delete(key);
  }

  /** The order of the frame before, with those who came put in, those who went taken out, and those swapped who have passed. */
  #reordered(): Competitor[] {
    const present = new Set(this.#byTrack.values());
    const order = this.#order.filter((c) => present.delete(c));
    for (const c of present) {
      const at = order.findIndex((other) => leads(c, other, 0));
      order.splice(at < 0 ? order.length : at, 0, c);
    }
    for (let i = 1; i < order.length; i++) {
      for (let k = i; k > 0 && leads(order[k], order[k - 1], PASSED_M); k--) [order[k - 1], order[k]] = [order[k], order[k - 1]];
    }
    this.#order = order;
    return order;
  }

  #ranked(nowUs: MediaTimeUs): Standing[] {
    const { startM, finishM } = this.#geometry.course;
    const place = (c: Competitor) => (c.finishedAtUs === null ? Math.min(c.filter.distanceM, finishM) : finishM);
    const order = this.#reordered();
    const leader = order[0];
    return order.map(
      (c, i): Standing => ({
        trackId: c.trackId,
        rosterIndex: c.rosterIndex,
        rank: i + 1,
        distanceM: place(c) - startM,
        speedMps: c.filter.speedMps,
        gapM: Math.max(0, place(leader) - place(c)),
        gapS: c === leader ? 0 : gapSeconds(leader, c, nowUs),
        finishedAtUs: c.finishedAtUs,
      }),
    );
  }
}

/** Who has finished leads by time, else the one further along by more than `marginM`. */
function leads(a: Competitor, b: Competitor, marginM: number): boolean {
  if (a.finishedAtUs !== null || b.finishedAtUs !== null) {
    return (a.finishedAtUs ?? Number.POSITIVE_INFINITY) < (b.finishedAtUs ?? Number.POSITIVE_INFINITY);
  }
  return a.filter.distanceM > b.filter.distanceM + marginM;
}

function gapSeconds(leader: Competitor, c: Competitor, nowUs: MediaTimeUs): number | null {
  if (c.finishedAtUs !== null && leader.finishedAtUs !== null) return (c.finishedAtUs - leader.finishedAtUs) / US_PER_SECOND;
  if (c.filter.distanceM >= leader.filter.distanceM) return 0;
  return leader.history.secondsSince(c.filter.distanceM, nowUs);
}
