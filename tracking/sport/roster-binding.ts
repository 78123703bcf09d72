import {
  type Course,
  CourseGeometry,
  type CoursePlace,
  type MediaTimeUs,
  type Point,
  type RosterEntry,
  type TrackedSubject,
  US_PER_SECOND,
} from '../../protocol/index.js';
import { type Decided, NOTHING_DECIDED } from '../identities.js';

/** A subject must have been seen this long before it gets a name, and in a new lane before it changes lane. */
const STABLE_S = 0.4;
/**
 * A lost subject's entry may go to a new track for this long, within this distance of where it is expected. A lane says enough by itself to take
 * anyone in it soon after.
 */
const REMEMBERED_S = 10;
const LANE_REMEMBERED_S = 2;
const NEAR_M = 2;
const NEAR_MPS = 1.5;

/** Who is first seen this near a gate has come in through it. */
const GATE_M = 4;

/** Without lanes, who competes shows by going along the course: this far, this fast. Spectators at its edge do not. */
const COMPETES_M = 3;
const COMPETES_MPS = 1;

interface Known {
  readonly sinceUs: MediaTimeUs;
  seenUs: MediaTimeUs;
  lane: number;
  /** The lane it seems to be changing to, and since when. */
  newLane: number;
  newLaneUs: MediaTimeUs;
  place: CoursePlace;
  /** Where the present stretch of going along the course began, and when. */
  from: { readonly alongM: number; readonly atUs: MediaTimeUs };
  /** Has gone along the course like a competitor. */
  competes: boolean;
  /** Was first seen where competitors come in. */
  readonly cameIn: boolean;
}

interface Bound {
  trackId: number;
  seenUs: MediaTimeUs;
  ground: Point;
  velocity: Point;
}

/**
 * Says who is who: gives subjects their roster entry and lane, and keeps them.
 *
 * Entries with a lane go to whoever runs in that lane; when that track is gone, to the next one in the lane. Entries without go, in roster order, to
 * subjects in the order they settle along the course, leader first; a new track near the place where a lost subject is expected takes over
 * its entry. There are no more competitors than entries: when all have appeared, who begins to compete is the nearest of those missing; where the
 * course states gates, so is anybody first seen away from them. Without a course: in order of appearance, for as long as the track lasts.
 */
export class RosterBinding {
  #roster: readonly RosterEntry[];
  readonly #geometry: CourseGeometry | undefined;
  readonly #known = new Map<number, Known>();
  readonly #bound = new Map<number, Bound>();

  constructor(roster: readonly RosterEntry[], course: Course | undefined) {
    this.#roster = roster;
    this.#geometry = course ? new CourseGeometry(course) : undefined;
  }

  /** The same people, some of them written otherwise (see `samePeople`). */
  correct(roster: readonly RosterEntry[]): void {
    this.#roster = roster;
  }

  /** Forgets everybody. */
  reset(): void {
    this.#known.clear();
    this.#bound.clear();
  }

  /**
   * @param subjects of one frame, ground in metres where there is a course; those that come with an entry keep it
   * @param decided what operators have said: entries that are given to nobody here, tracks that get none
   * @returns the same in the same order, `rosterIndex` and `lane` set
   */
  assign(subjects: readonly TrackedSubject[], mediaTimeUs: MediaTimeUs, decided: Decided = NOTHING_DECIDED): TrackedSubject[] {
    const present = new Map(subjects.map((s) => [s.trackId, s]));
    for (const s of subjects) this.#observe(s, mediaTimeUs);
    for (const [id, known] of this.#known) {
      if (mediaTimeUs - known.seenUs > REMEMBERED_S * US_PER_SECOND) this.#known.delete(id);
    }
    for (const bound of this.#bound.values()) {
      const s = present.get(bound.trackId);
      if (s?.state === 'visible') Object.assign(bound, { seenUs: mediaTimeUs, ground: s.ground, velocity: s.velocity });
    }
    for (const [index, bound] of this.#bound) {
      const isDecided = decided.entries.has(index) && present.get(bound.trackId)?.rosterIndex !== index;
      if (isDecided || decided.nameless.has(bound.trackId)) this.#bound.delete(index);
    }
    const known = subjects.filter((s) => s.rosterIndex >= 0);
    for (const s of known) this.#bind(s.rosterIndex, s, mediaTimeUs);
    // Where runners are followed along their lanes, whoever else is in one is not the runner.
    const isOpen = (s: TrackedSubject) => s.rosterIndex < 0 && !decided.nameless.has(s.trackId);
    const unnamed = new Map(subjects.filter(isOpen).map((s) => [s.trackId, s]));
    if (!known.some((s) => s.lane > 0)) this.#bindLanes(unnamed, mediaTimeUs, decided.entries);
    this.#bindInOrder(unnamed, mediaTimeUs, decided.entries);
    const entryOf = new Map([...this.#bound].map(([index, bound]) => [bound.trackId, index]));
    return subjects.map((s) => ({
      ...s,
      rosterIndex: s.rosterIndex >= 0 ? s.rosterIndex : (entryOf.get(s.trackId) ?? -1),
      lane: s.lane > 0 ? s.lane : (this.#known.get(s.trackId)?.lane ?? 0),
    }));
  }

  /** Where it is on the course, and its lane: a line touched is not a lane changed. */
  #observe(s: TrackedSubject, atUs: MediaTimeUs): void {
    const before = this.#known.get(s.trackId);
    const place = this.#geometry?.locate(s.ground, before?.place.alongM) ?? { alongM: 0, acrossM: 0 };
    const lane = this.#geometry?.laneAt(place.acrossM) ?? 0;
    if (!before) {
      this.#known.set(s.trackId, {
        sinceUs: atUs,
        seenUs: atUs,
        lane,
        newLane: lane,
        newLaneUs: atUs,
        place,
        from: { alongM: place.alongM, atUs },
        competes: false,
        cameIn: this.#nearGate(s.ground),
      });
      return;
    }
    before.seenUs = atUs;
    before.place = place;
    const gone = place.alongM - before.from.alongM;
    const lasted = (atUs - before.from.atUs) / US_PER_SECOND;
    if (gone >= COMPETES_M) before.competes = true;
    // A second in which they did not go that fast: they begin anew from here.
    else if (lasted >= 1 && gone < COMPETES_MPS * lasted - 1e-6) before.from = { alongM: place.alongM, atUs };
    if (lane === before.lane || lane !== before.newLane) {
      before.newLane = lane;
      before.newLaneUs = atUs;
    } else if (atUs - before.newLaneUs >= STABLE_S * US_PER_SECOND) before.lane = lane;
  }

  /** Followed long enough and, on a course, gone along it like a competitor. */
  #settled(trackId: number, atUs: MediaTimeUs): boolean {
    const known = this.#known.get(trackId);
    return known !== undefined && atUs - known.sinceUs >= STABLE_S * US_PER_SECOND && (known.competes || !this.#geometry);
  }

  #onCourse(place: CoursePlace): boolean {
    if (!this.#geometry) return true;
    const { lengthM, course } = this.#geometry;
    return place.alongM >= 0 && place.alongM <= lengthM && Math.abs(place.acrossM) <= course.widthM / 2;
  }

  /**
   * A lane's entry stays with its track while that is seen in the lane. Else it goes to the one that has been in the lane longest, near where the lost
   * one is expected; someone who has left the lane keeps the name until then.
   */
  #bindLanes(present: ReadonlyMap<number, TrackedSubject>, atUs: MediaTimeUs, decided: ReadonlySet<number>): void {
    for (const [index, entry] of this.#roster.entries()) {
      if (entry.lane === undefined || decided.has(index)) continue;
      const inLane = [...present.values()].filter((s) => {
        const known = this.#known.get(s.trackId);
        return s.state === 'visible' && known !== undefined && known.lane === entry.lane && this.#onCourse(known.place);
      });
      const holder = this.#bound.get(index);
      if (holder && inLane.some((s) => s.trackId === holder.trackId)) continue;
      const near = inLane.filter((s) => !holder || goneS(holder, atUs) > LANE_REMEMBERED_S || expected(holder, s, atUs) <= 1);
      const next = near.reduce<TrackedSubject | undefined>(
        (best, s) => (best && this.#since(best) <= this.#since(s) ? best : s),
        undefined,
      );
      if (next) this.#bind(index, next, atUs);
    }
  }

  #since(s: TrackedSubject): MediaTimeUs {
    return this.#known.get(s.trackId)?.sinceUs ?? 0;
  }

  #bindInOrder(present: ReadonlyMap<number, TrackedSubject>, atUs: MediaTimeUs, decided: ReadonlySet<number>): void {
    const taken = new Set([...this.#bound.values()].map((b) => b.trackId));
    const waiting = [...present.values()].filter((s) => {
      const known = this.#known.get(s.trackId);
      return !taken.has(s.trackId) && s.state === 'visible' && known !== undefined && this.#onCourse(known.place);
    });
    waiting.sort((a, b) => this.#along(b) - this.#along(a) || a.trackId - b.trackId);
    const isFree = (i: number) => !this.#bound.has(i) && !decided.has(i);
    const free = [...this.#roster.entries()].flatMap(([i, entry]) => (entry.lane === undefined && isFree(i) ? [i] : []));
    for (const s of waiting) {
      const index = this.#lostNear(s, present, atUs) ?? (this.#settled(s.trackId, atUs) ? this.#entryOf(s, present, free) : undefined);
      if (index !== undefined) this.#bind(index, s, atUs);
    }
  }

  /** Of someone who has begun to compete: a free entry, or that of the nearest one missing. */
  #entryOf(s: TrackedSubject, present: ReadonlyMap<number, TrackedSubject>, free: number[]): number | undefined {
    const missing = this.#missing(present).reduce<number | undefined>(
      (best, [index, bound]) => (best !== undefined && away(this.#bound.get(best) ?? bound, s) <= away(bound, s) ? best : index),
      undefined,
    );
    const isNew = this.#known.get(s.trackId)?.cameIn ?? true;
    return isNew ? (free.shift() ?? missing) : (missing ?? free.shift());
  }

  /** Entries without a lane whose subject is not in sight any more. */
  #missing(present: ReadonlyMap<number, TrackedSubject>): [number, Bound][] {
    if (!this.#geometry) return [];
    return [...this.#bound].filter(
      ([index, bound]) => this.#roster[index].lane === undefined && present.get(bound.trackId)?.state !== 'visible',
    );
  }

  #nearGate(at: Point): boolean {
    const gates = this.#geometry?.course.gates;
    return gates === undefined || gates.some(([from, to]) => distanceToLine(at, from, to) <= GATE_M);
  }

  #along(s: TrackedSubject): number {
    return this.#known.get(s.trackId)?.place.alongM ?? 0;
  }

  /** The entry of the lost subject that is expected nearest to this one, if near enough. */
  #lostNear(s: TrackedSubject, present: ReadonlyMap<number, TrackedSubject>, atUs: MediaTimeUs): number | undefined {
    let best: number | undefined;
    let least = 1;
    for (const [index, bound] of this.#missing(present)) {
      const away = goneS(bound, atUs) > REMEMBERED_S ? Number.POSITIVE_INFINITY : expected(bound, s, atUs);
      if (away > least) continue;
      best = index;
      least = away;
    }
    return best;
  }

  #bind(index: number, s: TrackedSubject, atUs: MediaTimeUs): void {
    for (const [other, bound] of this.#bound) if (bound.trackId === s.trackId) this.#bound.delete(other);
    this.#bound.set(index, { trackId: s.trackId, seenUs: atUs, ground: s.ground, velocity: s.velocity });
  }
}

function goneS(lost: Bound, atUs: MediaTimeUs): number {
  return (atUs - lost.seenUs) / US_PER_SECOND;
}

/** Distance of a subject from where a lost one is expected, 1 being as far as is believed. */
function expected(lost: Bound, s: TrackedSubject, atUs: MediaTimeUs): number {
  const gone = goneS(lost, atUs);
  const x = lost.ground.x + lost.velocity.x * gone;
  const y = lost.ground.y + lost.velocity.y * gone;
  return Math.hypot(s.ground.x - x, s.ground.y - y) / (NEAR_M + NEAR_MPS * gone);
}

function away(lost: Bound, s: TrackedSubject): number {
  return Math.hypot(s.ground.x - lost.ground.x, s.ground.y - lost.ground.y);
}

/** Of a point from a stretch between two others. */
function distanceToLine(p: Point, [fromX, fromY]: readonly [number, number], [toX, toY]: readonly [number, number]): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const share = ((p.x - fromX) * dx + (p.y - fromY) * dy) / Math.max(dx * dx + dy * dy, Number.MIN_VALUE);
  const at = Math.min(Math.max(share, 0), 1);
  return Math.hypot(p.x - fromX - at * dx, p.y - fromY - at * dy);
}
