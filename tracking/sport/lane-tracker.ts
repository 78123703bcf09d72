import { type Course, type MediaTimeUs, type Point, type RosterEntry, US_PER_SECOND } from '../../protocol/index.js';
import type { Moved } from '../vision/foreground.js';
import { LaneFilter } from './lane-filter.js';
import { drop, type Lane, LanePlaces, type Pack } from './lane-places.js';
import { bestPlace, type Explains, SCAN_STEP_M, STEP_M, searchNear } from './lane-search.js';
import { LEFT_BEHIND_MPS, reconsider, reconsiderBoth } from './lane-second-thoughts.js';
import { LANE_ID_BASE, type LaneFollower, type LaneTrack, lanesOf } from './lane-track.js';

/** Someone explains at least this share of what one seen whole would. */
const SEEN = 0.15;
const FOUND = 0.35;
/** Unseen for this long, still shown as visible; then as predicted; then looked for anew. */
const FLICKER_S = 0.3;
const KEPT_S = 1.5;
/** A start is looked for this far around the start line; elsewhere on the lane in coarser steps, a few times a second. */
const BEFORE_START_M = 0.8;
const AFTER_START_M = 1.6;
/** Competitors are near one another: someone found further from the others must explain this much more. */
const NEAR_PACK_M = 8;
const ALONE = 0.15;
const SCAN_EVERY_S = 0.2;
/** Who was found must have gone this far, seen this often, before it is believed: still things were there all along. */
const MOVED_M = 0.4;
const MOVED_ELSEWHERE_M = 1.5;
const LEAST_MPS = 1;
/** Who goes leans forward: what moves is this far ahead of the feet. */
const LEAN_M = 0.1;
const SEEN_FRAMES = 4;
/** When this share of those waiting moves at the start line, with this much to see of each, the race is on for all of them. */
const STARTERS = 0.5;
const STIRRED = 0.2;
/** How fast the speed of someone unseen becomes that of the others, a second. */
const AS_OTHERS = 3;
const HOPELESS_S = 0.4;

/**
 * Track before detect along lanes: with one competitor a lane and the ground known, nobody has to be found first. Every lane's runner has a predicted
 * distance; where along the lane it best explains what moved, given the runners of the other lanes, is where it is. Who is hidden by another is
 * carried by the prediction, and nobody can jump to another lane.
 */
export class LaneTracker implements LaneFollower {
  readonly #places: LanePlaces;
  readonly #lanes: Lane[];
  #nextId = LANE_ID_BASE;
  #lastUs: MediaTimeUs | undefined;
  #scannedUs = Number.NEGATIVE_INFINITY;

  /** @returns undefined where the course has no lanes or nobody on the roster has one. */
  static for(roster: readonly RosterEntry[], course: Course | undefined): LaneTracker | undefined {
    if (!course || course.lanes === 0) return undefined;
    const tracker = new LaneTracker(roster, course);
    return tracker.#lanes.length > 0 ? tracker : undefined;
  }

  private constructor(roster: readonly RosterEntry[], course: Course) {
    this.#places = new LanePlaces(course);
    this.#lanes = lanesOf(roster, course).map(({ lane, rosterIndex }) => ({
      lane,
      rosterIndex,
      acrossM: this.#places.geometry.laneMiddleM(lane),
      trackId: this.#nextId++,
      filter: undefined,
      believed: false,
      foundAtM: 0,
      seenFrames: 0,
      seenUs: 0,
      share: 0,
      astray: 0,
      swapped: 0,
    }));
  }

  reset(): void {
    for (const lane of this.#lanes) {
      drop(lane);
      lane.trackId = this.#nextId++;
    }
    this.#lastUs = undefined;
    this.#scannedUs = Number.NEGATIVE_INFINITY;
  }

  step(moved: Moved | undefined, mediaTimeUs: MediaTimeUs, bystanders: readonly Point[] = []): LaneTrack[] {
    const dtS = this.#lastUs === undefined ? 0 : Math.max(0, (mediaTimeUs - this.#lastUs) / US_PER_SECOND);
    const lastUs = this.#lastUs ?? mediaTimeUs;
    this.#lastUs = mediaTimeUs;
    for (const { filter } of this.#lanes) filter?.predict(dtS);
    if (moved) {
      this.#places.silhouettes.load(moved);
      for (const p of bystanders) {
        if (Math.abs(this.#places.geometry.locate(p).acrossM) > this.#places.geometry.course.widthM / 2) this.#places.silhouettes.add(p);
      }
      this.#look(mediaTimeUs, lastUs);
    }
    this.#carryUnseen(mediaTimeUs, dtS);
    for (const lane of this.#lanes) {
      const patience = lane.believed || this.#atStart(lane.foundAtM) ? KEPT_S : HOPELESS_S;
      if (lane.filter && mediaTimeUs - lane.seenUs > patience * US_PER_SECOND) drop(lane);
    }
    return this.#lanes.flatMap((lane) => this.#track(lane, mediaTimeUs));
  }

  #look(atUs: MediaTimeUs, lastUs: MediaTimeUs): void {
    const open = this.#lanes.filter((lane) => lane.filter);
    for (const lane of open) this.#places.add(lane);
    // Twice over, so that the first places do not depend on where the others were only expected to be.
    const pack = this.#pack(lastUs);
    const expected = open.map((lane) => lane.filter?.alongM ?? 0);
    const places = [...expected];
    for (let round = 0; round < 2; round++) {
      for (const [i, lane] of open.entries()) {
        if (!lane.filter) continue;
        this.#places.remove(lane, places[i]);
        const found = searchNear(this.#places.along(lane), expected[i], lane.filter.spreadM);
        places[i] = found.meanM;
        this.#places.add(lane, places[i]);
        if (round === 0) continue;
        lane.filter.settle(found.meanM, found.varianceM2);
        lane.share += 0.3 * (found.share - lane.share);
        if (found.share < SEEN) continue;
        lane.seenUs = atUs;
        lane.seenFrames++;
        const going =
          lane.filter.alongM - lane.foundAtM > (this.#atStart(lane.foundAtM) ? MOVED_M : MOVED_ELSEWHERE_M) &&
          lane.filter.speedMps > LEAST_MPS;
        const left = pack !== undefined && pack.speedMps - lane.filter.speedMps > LEFT_BEHIND_MPS;
        if (going && !left && lane.seenFrames >= SEEN_FRAMES) lane.believed = true;
      }
    }
    const everywhere = atUs - this.#scannedUs >= SCAN_EVERY_S * US_PER_SECOND;
    if (everywhere) {
      this.#scannedUs = atUs;
      for (const lane of open) reconsider(this.#places, lane, this.#pack(atUs));
      for (const lane of open) {
        const next = open.find((l) => l.lane === lane.lane + 1);
        if (next) reconsiderBoth(this.#places, lane, next);
      }
    }
    this.#start(atUs);
    this.#findMore(everywhere, atUs);
  }

  /** Who is not seen is expected to go as the others go. */
  #carryUnseen(atUs: MediaTimeUs, dtS: number): void {
    const pack = this.#pack(atUs);
    if (!pack) return;
    for (const { filter, seenUs } of this.#lanes) {
      if (filter && seenUs < atUs) filter.speedMps += Math.min(1, AS_OTHERS * dtS) * (pack.speedMps - filter.speedMps);
    }
  }

  /** The middle one's place and speed of those seen; undefined where they are too few to say what is usual. */
  #pack(atUs: MediaTimeUs): Pack | undefined {
    const seen = this.#lanes.flatMap(({ filter, believed, seenUs }) => (filter && believed && seenUs === atUs ? [filter] : []));
    if (seen.length < 3) return undefined;
    const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
    return { alongM: middle(seen.map((f) => f.alongM)), speedMps: middle(seen.map((f) => f.speedMps)) };
  }

  /** All start at once: when enough of them stir at the start line, the others are there too, however little shows of them. */
  #start(atUs: MediaTimeUs): void {
    const { startM } = this.#places.geometry.course;
    const ready = this.#lanes.flatMap((lane) => {
      if (lane.filter) return [];
      const [fromM, toM] = [startM - BEFORE_START_M / 2, startM + BEFORE_START_M];
      const best = bestPlace(this.#places.along(lane), fromM, toM, 2 * STEP_M, Number.NEGATIVE_INFINITY);
      return best ? [{ lane, ...best }] : [];
    });
    const stirred = ready.filter(({ share }) => share > STIRRED);
    if (stirred.length < 2 || stirred.length < STARTERS * ready.length) return;
    for (const { lane, alongM, share } of ready) this.#open(lane, share > STIRRED ? alongM : startM, atUs);
  }

  /** Lanes nobody is followed in: at the start line every frame, along all of the lane now and then; who explains most comes first. */
  #findMore(everywhere: boolean, atUs: MediaTimeUs): void {
    const { startM } = this.#places.geometry.course;
    const pack = this.#pack(atUs);
    const waiting = this.#lanes.filter((lane) => !lane.filter);
    while (waiting.length > 0) {
      let next: { lane: Lane; alongM: number; share: number } | undefined;
      for (const lane of waiting) {
        const explains = this.#places.along(lane);
        const likely: Explains = (alongM) => (explains(alongM) ?? 0) - (pack && Math.abs(alongM - pack.alongM) < NEAR_PACK_M ? 0 : ALONE);
        const atStart = bestPlace(explains, startM - BEFORE_START_M, startM + AFTER_START_M, 2 * STEP_M, next?.share ?? FOUND);
        if (atStart) next = { lane, ...atStart };
        const anywhere = everywhere ? bestPlace(likely, 0, this.#places.geometry.lengthM, SCAN_STEP_M, next?.share ?? FOUND) : undefined;
        if (anywhere) next = { lane, ...anywhere };
      }
      if (!next) return;
      const { lane, alongM } = next;
      this.#open(lane, alongM, atUs, pack && Math.abs(alongM - pack.alongM) < NEAR_PACK_M ? pack.speedMps : undefined);
      waiting.splice(waiting.indexOf(lane), 1);
    }
  }

  #open(lane: Lane, alongM: number, atUs: MediaTimeUs, speedMps?: number): void {
    const atStart = this.#atStart(alongM);
    lane.filter = new LaneFilter(alongM, speedMps ?? (atStart ? 1 : 0), 0.25, atStart || speedMps !== undefined ? 2 : 5);
    Object.assign(lane, { believed: false, foundAtM: alongM, seenFrames: 1, seenUs: atUs, share: FOUND, astray: 0, swapped: 0 });
    this.#places.add(lane);
  }

  #track(lane: Lane, atUs: MediaTimeUs): LaneTrack[] {
    const { filter } = lane;
    if (!filter || !lane.believed) return [];
    const feetM = filter.alongM - LEAN_M * Math.max(0, Math.min(1, filter.speedMps));
    const ground = this.#places.at(lane, feetM);
    const ahead = this.#places.at(lane, feetM + 0.1);
    const perMetre = 10 * filter.speedMps;
    const goneS = (atUs - lane.seenUs) / US_PER_SECOND;
    return [
      {
        trackId: lane.trackId,
        rosterIndex: lane.rosterIndex,
        lane: lane.lane,
        ground,
        velocity: { x: (ahead.x - ground.x) * perMetre, y: (ahead.y - ground.y) * perMetre },
        visible: goneS <= FLICKER_S,
        confidence: Math.max(0, Math.min(1, 0.5 + lane.share / 2)) * Math.max(0, 1 - goneS / KEPT_S),
      },
    ];
  }

  #atStart(alongM: number): boolean {
    return Math.abs(alongM - this.#places.geometry.course.startM) < AFTER_START_M;
  }
}
