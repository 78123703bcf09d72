import { type Course, CourseGeometry, type MediaTimeUs, type Point, type RosterEntry, US_PER_SECOND } from '../../protocol/index.js';
import type { Moved } from '../vision/foreground.js';
import { LaneFilter } from './lane-filter.js';
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

const STEP_M = 0.08;
/** Where someone is looked for, in standard deviations of the prediction, within these bounds in metres. */
const REACH = 3;
const LEAST_REACH_M = 0.4;
const MOST_REACH_M = 1.6;
/** How much a whole runner's silhouette weighs against the prediction, in nats: neighbouring pixels do not tell independently. */
const WEIGHT = 20;
/** A position is never believed better than this, metres. */
const FINEST_M = 0.06;
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
const SCAN_EVERY_S = 0.16;
/** Who was found must have gone this far, seen this often, before it is believed: still things were there all along. */
const MOVED_M = 0.4;
const MOVED_ELSEWHERE_M = 1.5;
const LEAST_MPS = 1;
const SEEN_FRAMES = 4;
/** When this share of those waiting moves at the start line, with this much to see of each, the race is on for all of them. */
const STARTERS = 0.5;
const STIRRED = 0.2;
/** A lane is left for a place at most this far away that explains this much more, this often in a row. */
const ASTRAY_M = 4;
const BETTER = 0.4;
const ASTRAY_SCANS = 3;
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
    this.#lastUs = mediaTimeUs;
    for (const { filter } of this.#lanes) filter?.predict(dtS);
    if (moved) {
      this.#silhouettes.load(moved);
      for (const p of bystanders) {
        if (Math.abs(this.#geometry.locate(p).acrossM) > this.#geometry.course.widthM / 2) this.#silhouettes.add(p);
      }
      this.#look(mediaTimeUs);
    }
    this.#carryUnseen(mediaTimeUs, dtS);
    for (const lane of this.#lanes) {
      const patience = lane.believed ? KEPT_S : HOPELESS_S;
      if (lane.filter && mediaTimeUs - lane.seenUs > patience * US_PER_SECOND) drop(lane);
    }
    return this.#lanes.flatMap((lane) => this.#track(lane, mediaTimeUs));
  }

  #look(atUs: MediaTimeUs): void {
    const open = this.#lanes.filter((lane) => lane.filter);
    for (const lane of open) this.#silhouettes.add(this.#ground(lane));
    // Twice over, so that the first places do not depend on where the others were only expected to be.
    const expected = open.map((lane) => lane.filter?.alongM ?? 0);
    const places = [...expected];
    for (let round = 0; round < 2; round++) {
      for (const [i, lane] of open.entries()) {
        if (!lane.filter) continue;
        this.#silhouettes.remove(this.#at(lane, places[i]));
        const found = this.#search(lane, lane.filter, expected[i]);
        places[i] = found.meanM;
        this.#silhouettes.add(this.#at(lane, places[i]));
        if (round === 0) continue;
        lane.filter.settle(found.meanM, found.varianceM2);
        lane.share += 0.3 * (found.share - lane.share);
        if (found.share < SEEN) continue;
        lane.seenUs = atUs;
        lane.seenFrames++;
        const atStart = Math.abs(lane.foundAtM - this.#geometry.course.startM) < AFTER_START_M;
        const going = lane.filter.alongM - lane.foundAtM > (atStart ? MOVED_M : MOVED_ELSEWHERE_M) && lane.filter.speedMps > LEAST_MPS;
        if (going && lane.seenFrames >= SEEN_FRAMES) lane.believed = true;
      }
    }
    const everywhere = atUs - this.#scannedUs >= SCAN_EVERY_S * US_PER_SECOND;
    if (everywhere) {
      this.#scannedUs = atUs;
      for (const lane of open) this.#reconsider(lane, atUs);
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

  /** Where along a lane someone is, from where they are expected and from what they would explain. */
  #search(lane: Lane, filter: LaneFilter, expectedM: number): { meanM: number; varianceM2: number; share: number } {
    const spread = Math.max(filter.spreadM, FINEST_M);
    const reach = Math.max(LEAST_REACH_M, Math.min(MOST_REACH_M, REACH * spread));
    const count = Math.ceil(reach / STEP_M);
    const shares: (number | undefined)[] = [];
    let most = Number.NEGATIVE_INFINITY;
    const belief = (i: number, share: number) =>
      WEIGHT * Math.max(-0.1, Math.min(share, 1 + 0.2 * (share - 1))) - ((i * STEP_M) / spread) ** 2 / 2;
    for (let i = -count; i <= count; i++) {
      const share = this.#silhouettes.explains(this.#at(lane, expectedM + i * STEP_M));
      shares.push(share);
      most = Math.max(most, belief(i, share ?? 0));
    }
    let total = 0;
    let mean = 0;
    let square = 0;
    let best = 0;
    for (let i = -count; i <= count; i++) {
      const share = shares[i + count] ?? 0;
      const weight = Math.exp(belief(i, share) - most);
      const x = i * STEP_M;
      total += weight;
      mean += weight * x;
      square += weight * x * x;
      best += weight * share;
    }
    mean /= total;
    const varianceM2 = Math.max(FINEST_M ** 2, square / total - mean * mean);
    return { meanM: expectedM + mean, varianceM2, share: best / total };
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
    let most = stands ? 0 : Math.max(0, this.#silhouettes.explains(this.#ground(lane)) ?? 0) + BETTER;
    let bestM: number | undefined;
    for (let away = -ASTRAY_M; away <= ASTRAY_M; away += SCAN_STEP_M) {
      const alongM = around + away;
      const share = this.#silhouettes.explains(this.#at(lane, alongM)) ?? 0;
      if (Math.abs(alongM - filter.alongM) < LEAST_REACH_M || share <= most) continue;
      most = share;
      bestM = alongM;
    }
    lane.astray = bestM === undefined ? 0 : lane.astray + 1;
    if (bestM !== undefined && lane.astray >= ASTRAY_SCANS) {
      lane.filter = new LaneFilter(bestM, stands ? pack.speedMps : filter.speedMps, 0.25, 2);
      lane.astray = 0;
    }
    this.#silhouettes.add(this.#ground(lane));
  }

  /** All start at once: when enough of them stir at the start line, the others are there too, however little shows of them. */
  #start(atUs: MediaTimeUs): void {
    const { startM } = this.#geometry.course;
    const ready = this.#lanes.flatMap((lane) => {
      if (lane.filter) return [];
      let most = Number.NEGATIVE_INFINITY;
      let bestM = startM;
      for (let m = startM - BEFORE_START_M / 2; m <= startM + BEFORE_START_M; m += 2 * STEP_M) {
        const share = this.#silhouettes.explains(this.#at(lane, m));
        if (share === undefined || share <= most) continue;
        most = share;
        bestM = m;
      }
      return most > Number.NEGATIVE_INFINITY ? [{ lane, bestM, most }] : [];
    });
    const stirred = ready.filter(({ most }) => most > STIRRED);
    if (stirred.length < 2 || stirred.length < STARTERS * ready.length) return;
    for (const { lane, bestM, most } of ready) this.#open(lane, most > STIRRED ? bestM : startM, atUs);
  }

  /** Lanes nobody is followed in: at the start line every frame, along all of the lane now and then; who explains most comes first. */
  #findMore(everywhere: boolean, atUs: MediaTimeUs): void {
    const { startM } = this.#geometry.course;
    const pack = this.#pack(atUs);
    const waiting = this.#lanes.filter((lane) => !lane.filter);
    while (waiting.length > 0) {
      let next: Lane | undefined;
      let nextM = 0;
      let most = FOUND;
      const consider = (lane: Lane, alongM: number, handicap: number) => {
        const share = (this.#silhouettes.explains(this.#at(lane, alongM)) ?? 0) - handicap;
        if (share <= most) return;
        most = share;
        next = lane;
        nextM = alongM;
      };
      for (const lane of waiting) {
        for (let m = startM - BEFORE_START_M; m <= startM + AFTER_START_M; m += 2 * STEP_M) consider(lane, m, 0);
        if (!everywhere) continue;
        for (let m = 0; m <= this.#geometry.lengthM; m += SCAN_STEP_M) {
          consider(lane, m, pack && Math.abs(m - pack.alongM) < NEAR_PACK_M ? 0 : ALONE);
        }
      }
      if (!next) return;
      this.#open(next, nextM, atUs, pack && Math.abs(nextM - pack.alongM) < NEAR_PACK_M ? pack.speedMps : undefined);
      waiting.splice(waiting.indexOf(next), 1);
    }
  }

  #open(lane: Lane, alongM: number, atUs: MediaTimeUs, speedMps?: number): void {
    const atStart = Math.abs(alongM - this.#geometry.course.startM) < AFTER_START_M;
    lane.filter = new LaneFilter(alongM, speedMps ?? (atStart ? 1 : 0), 0.25, atStart || speedMps !== undefined ? 2 : 5);
    Object.assign(lane, { believed: false, foundAtM: alongM, seenFrames: 1, seenUs: atUs, share: FOUND, astray: 0 });
    this.#silhouettes.add(this.#ground(lane));
  }

  #track(lane: Lane, atUs: MediaTimeUs): LaneTrack[] {
    const { filter } = lane;
    if (!filter || !lane.believed) return [];
    const ground = this.#ground(lane);
    const ahead = this.#at(lane, filter.alongM + 0.1);
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
