import { type Course, CourseGeometry, type MediaTimeUs, type Point, type RosterEntry, US_PER_SECOND } from '../../protocol/index.js';
import type { Moved } from '../vision/foreground.js';
import { LaneFilter } from './lane-filter.js';
import { bestPlace, type Explains, LEAST_REACH_M, STEP_M, searchNear } from './lane-search.js';
import { Silhouettes } from './silhouette.js';

/** Someone followed along a lane. */
export interface LaneTrack {
  /** The same for a lane until the race begins again. */
  readonly trackId: number;
  readonly rosterIndex: number;
  readonly lane: number;
  readonly ground: Point;
  /** Metres a second on the ground. */
  readonly velocity: Point;
  /** Seen in this frame or just before; else where they are expected. */
  readonly visible: boolean;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Identities of lane tracks: above the general tracker's, below those from outside. */
export const LANE_ID_BASE = 0x4000_0000;

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
const SCAN_STEP_M = 0.3;
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
/** A lane is left for a place at most this far away that explains this much more, this often in a row. */
const ASTRAY_M = 4;
const BETTER = 0.8;
const ASTRAY_SCANS = 3;
const SWAP_BETTER = 0.1;
const SWAP_SURE = 1.6;
/** How fast the speed of someone unseen becomes that of the others, a second. */
const AS_OTHERS = 3;
/** Slower than the others by this: standing while they run. */
const LEFT_BEHIND_MPS = 4;
const HOPELESS_S = 0.4;

interface Lane {
  readonly lane: number;
  readonly rosterIndex: number;
  readonly acrossM: number;
  trackId: number;
  filter: LaneFilter | undefined;
  believed: boolean;
  foundAtM: number;
  seenFrames: number;
  seenUs: MediaTimeUs;
  /** Smoothed share of a silhouette explained. */
  share: number;
  /** Scans in a row that liked another place better. */
  astray: number;
  /** How much more other places for this lane and the next together explained, summed over scans in a row. */
  swapped: number;
}

/**
 * Track before detect along lanes: with one competitor a lane and the ground known, nobody has to be found first. Every lane's runner has a predicted
 * distance; where along the lane it best explains what moved, given the runners of the other lanes, is where it is. Who is hidden by another is
 * carried by the prediction, and nobody can jump to another lane.
 */
export class LaneTracker {
  readonly #geometry: CourseGeometry;
  readonly #lanes: Lane[];
  readonly #silhouettes = new Silhouettes();
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
    this.#geometry = new CourseGeometry(course);
    const first = new Map<number, number>();
    for (const [index, { lane }] of roster.entries()) {
      if (lane !== undefined && lane >= 1 && lane <= course.lanes && !first.has(lane)) first.set(lane, index);
    }
    this.#lanes = [...first].map(([lane, rosterIndex]) => ({
      lane,
      rosterIndex,
      acrossM: this.#geometry.laneMiddleM(lane),
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

  /** The race begins again: everybody is at the start, under a new identity. */
  reset(): void {
    for (const lane of this.#lanes) {
      drop(lane);
      lane.trackId = this.#nextId++;
    }
    this.#lastUs = undefined;
    this.#scannedUs = Number.NEGATIVE_INFINITY;
  }

  /**
   * One frame, in order of media time.
   * @param moved undefined where the pose or the mask cannot be trusted: everybody is carried forward.
   * @param bystanders where others stand, metres: beside the course they account for what moves there.
   */
  step(moved: Moved | undefined, mediaTimeUs: MediaTimeUs, bystanders: readonly Point[] = []): LaneTrack[] {
    const dtS = this.#lastUs === undefined ? 0 : Math.max(0, (mediaTimeUs - this.#lastUs) / US_PER_SECOND);
    const lastUs = this.#lastUs ?? mediaTimeUs;
    this.#lastUs = mediaTimeUs;
    for (const { filter } of this.#lanes) filter?.predict(dtS);
    if (moved) {
      this.#silhouettes.load(moved);
      for (const p of bystanders) {
        if (Math.abs(this.#geometry.locate(p).acrossM) > this.#geometry.course.widthM / 2) this.#silhouettes.add(p);
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
    for (const lane of open) this.#silhouettes.add(this.#ground(lane));
    // Twice over, so that the first places do not depend on where the others were only expected to be.
    const pack = this.#pack(lastUs);
    const expected = open.map((lane) => lane.filter?.alongM ?? 0);
    const places = [...expected];
    for (let round = 0; round < 2; round++) {
      for (const [i, lane] of open.entries()) {
        if (!lane.filter) continue;
        this.#silhouettes.remove(this.#at(lane, places[i]));
        const found = searchNear(this.#along(lane), expected[i], lane.filter.spreadM);
        places[i] = found.meanM;
        this.#silhouettes.add(this.#at(lane, places[i]));
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
      for (const lane of open) this.#reconsider(lane, atUs);
      for (const lane of open) {
        const next = open.find((l) => l.lane === lane.lane + 1);
        if (next) this.#reconsiderBoth(lane, next);
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
  #pack(atUs: MediaTimeUs): { alongM: number; speedMps: number } | undefined {
    const seen = this.#lanes.flatMap(({ filter, believed, seenUs }) => (filter && believed && seenUs === atUs ? [filter] : []));
    if (seen.length < 3) return undefined;
    const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
    return { alongM: middle(seen.map((f) => f.alongM)), speedMps: middle(seen.map((f) => f.speedMps)) };
  }

  /**
   * Someone who took a neighbour's place finds back: another place in the lane that explains far more, again and again, is theirs. So does someone
   * who stands while the others run: it is a bystander whom they passed.
   */
  #reconsider(lane: Lane, atUs: MediaTimeUs): void {
    const { filter } = lane;
    if (!filter) return;
    const pack = this.#pack(atUs);
    const stands = pack !== undefined && pack.speedMps - filter.speedMps > LEFT_BEHIND_MPS;
    const around = stands ? pack.alongM : filter.alongM;
    this.#silhouettes.remove(this.#ground(lane));
    const explains = this.#along(lane);
    const least = stands ? 0 : Math.max(0, explains(filter.alongM) ?? 0) + BETTER;
    const elsewhere: Explains = (alongM) => (Math.abs(alongM - filter.alongM) < LEAST_REACH_M ? undefined : explains(alongM));
    const bestM = bestPlace(elsewhere, around - ASTRAY_M, around + ASTRAY_M, SCAN_STEP_M, least)?.alongM;
    lane.astray = bestM === undefined ? 0 : lane.astray + 1;
    if (bestM !== undefined && lane.astray >= ASTRAY_SCANS) {
      lane.filter = new LaneFilter(bestM, stands ? pack.speedMps : filter.speedMps, 0.25, 2);
      lane.astray = 0;
    }
    this.#silhouettes.add(this.#ground(lane));
  }

  /** Two neighbours who took each other's runner stay put one by one: together they are better off elsewhere. */
  #reconsiderBoth(a: Lane, b: Lane): void {
    if (!a.filter || !b.filter || Math.abs(a.filter.alongM - b.filter.alongM) > ASTRAY_M) return;
    const places = [a.filter.alongM, b.filter.alongM];
    this.#silhouettes.remove(this.#ground(a));
    this.#silhouettes.remove(this.#ground(b));
    const together = (first: Lane, firstM: number, second: Lane, secondM: (explains: Explains) => number | undefined) => {
      const alone = this.#along(first)(firstM) ?? 0;
      this.#silhouettes.add(this.#at(first, firstM));
      const explains = this.#along(second);
      const alongM = secondM(explains);
      const share = alongM === undefined ? Number.NEGATIVE_INFINITY : alone + (explains(alongM) ?? 0);
      this.#silhouettes.remove(this.#at(first, firstM));
      return { alongM, share };
    };
    const now = together(a, places[0], b, () => places[1]).share;
    const middleM = (places[0] + places[1]) / 2;
    const around = (explains: Explains) =>
      bestPlace(explains, middleM - ASTRAY_M, middleM + ASTRAY_M, 3 * STEP_M, Number.NEGATIVE_INFINITY)?.alongM;
    let better: readonly [number, number] | undefined;
    let most = now + SWAP_BETTER;
    for (const [first, second] of [
      [a, b],
      [b, a],
    ]) {
      const firstM = around(this.#along(first));
      if (firstM === undefined) continue;
      const { alongM, share } = together(first, firstM, second, around);
      if (alongM === undefined || share <= most) continue;
      most = share;
      better = first === a ? [firstM, alongM] : [alongM, firstM];
    }
    const moves = better?.every((m, i) => Math.abs(m - places[i]) > LEAST_REACH_M) ?? false;
    a.swapped = moves ? a.swapped + most - now : 0;
    if (better && a.swapped > SWAP_SURE) {
      a.filter = new LaneFilter(better[0], a.filter.speedMps, 0.25, 2);
      b.filter = new LaneFilter(better[1], b.filter.speedMps, 0.25, 2);
      a.swapped = 0;
    }
    this.#silhouettes.add(this.#ground(a));
    this.#silhouettes.add(this.#ground(b));
  }

  /** All start at once: when enough of them stir at the start line, the others are there too, however little shows of them. */
  #start(atUs: MediaTimeUs): void {
    const { startM } = this.#geometry.course;
    const ready = this.#lanes.flatMap((lane) => {
      if (lane.filter) return [];
      const [fromM, toM] = [startM - BEFORE_START_M / 2, startM + BEFORE_START_M];
      const best = bestPlace(this.#along(lane), fromM, toM, 2 * STEP_M, Number.NEGATIVE_INFINITY);
      return best ? [{ lane, ...best }] : [];
    });
    const stirred = ready.filter(({ share }) => share > STIRRED);
    if (stirred.length < 2 || stirred.length < STARTERS * ready.length) return;
    for (const { lane, alongM, share } of ready) this.#open(lane, share > STIRRED ? alongM : startM, atUs);
  }

  /** Lanes nobody is followed in: at the start line every frame, along all of the lane now and then; who explains most comes first. */
  #findMore(everywhere: boolean, atUs: MediaTimeUs): void {
    const { startM } = this.#geometry.course;
    const pack = this.#pack(atUs);
    const waiting = this.#lanes.filter((lane) => !lane.filter);
    while (waiting.length > 0) {
      let next: { lane: Lane; alongM: number; share: number } | undefined;
      for (const lane of waiting) {
        const explains = this.#along(lane);
        const likely: Explains = (alongM) => (explains(alongM) ?? 0) - (pack && Math.abs(alongM - pack.alongM) < NEAR_PACK_M ? 0 : ALONE);
        const atStart = bestPlace(explains, startM - BEFORE_START_M, startM + AFTER_START_M, 2 * STEP_M, next?.share ?? FOUND);
        if (atStart) next = { lane, ...atStart };
        const anywhere = everywhere ? bestPlace(likely, 0, this.#geometry.lengthM, SCAN_STEP_M, next?.share ?? FOUND) : undefined;
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
    this.#silhouettes.add(this.#ground(lane));
  }

  #track(lane: Lane, atUs: MediaTimeUs): LaneTrack[] {
    const { filter } = lane;
    if (!filter || !lane.believed) return [];
    const feetM = filter.alongM - LEAN_M * Math.max(0, Math.min(1, filter.speedMps));
    const ground = this.#at(lane, feetM);
    const ahead = this.#at(lane, feetM + 0.1);
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
    return Math.abs(alongM - this.#geometry.course.startM) < AFTER_START_M;
  }

  #along(lane: Lane): Explains {
    return (alongM) => this.#silhouettes.explains(this.#at(lane, alongM));
  }

  #ground(lane: Lane): Point {
    return this.#at(lane, lane.filter?.alongM ?? 0);
  }

  #at(lane: Lane, alongM: number): Point {
    return this.#geometry.pointAt(alongM, lane.acrossM);
  }
}

function drop(lane: Lane): void {
  lane.filter = undefined;
  lane.believed = false;
}
