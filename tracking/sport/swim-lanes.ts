import { type Course, CourseGeometry, type MediaTimeUs, type RosterEntry, US_PER_SECOND } from '../../protocol/index.js';
import { MOVED, UNKNOWN } from '../vision/background.js';
import type { Moved } from '../vision/foreground.js';
import { CELL_M, LaneBelief, type Likely } from './lane-belief.js';
import { LANE_ID_BASE, type LaneFollower, type LaneTrack, lanesOf } from './lane-track.js';

/** Where a swimmer stirs the water, from the shoulders on: head and arms, and the splash of the feet; metres. */
const HEAD = [-0.7, 0.75] as const;
const FEET = [-1.6, -1.1] as const;
/** How much more of the water moves there; some are hardly seen. */
const FAINT = 0.04;
const CLEAR = 0.12;
/** Looked at across the lane, metres to either side of its middle, and beside that, where nobody swims. */
const ACROSS_M = 0.35;
const BESIDE_M = [0.5, 1] as const;
/** Light on the water is wider than a swimmer: what moves beside counts against by this much. */
const BESIDE = 0.4;
/** Pixels looked up on each. */
const ROWS = 7;
/** More than this share of what is looked at across the lane says no more. */
const MOST = 0.4;
/** How much a second of looking at a tenth of a metre weighs: pixels and frames beside one another do not tell independently. */
const WEIGHT = 1.6;
/** Water moves by itself, at least and at most this share of it. */
const LEAST_STIR = 0.01;
const MOST_STIR = 0.3;
/** Places of the grid the picture is looked up at; between them it is near enough straight. */
const LOOKUP_CELLS = 10;
/** Believed from this share of the belief in one place and this speed on; lost below the other. */
const SURE = 0.6;
const SWIMS_MPS = 0.7;
const SEEN = 0.4;
const LOST = 0.2;
/** Who is further from the others than this is less likely so by the second, up to a limit: it is light that moves at a swimmer's pace. */
const PACK_M = 4;
const ASTRAY_A_SECOND = 2;
const ASTRAY_MOST = 4;
/** The same for who would be out of the picture, or still. */
const ELSEWHERE = 0.5;
/** So many together are a pack. */
const LEAST_PACK = 3;
/** Two frames further apart than this begin anew. */
const LONGEST_STEP_S = 1;
/** Shoulders stop this far before the wall, an arm's reach. */
const REACH_M = 0.45;

interface SwimLane {
  readonly lane: number;
  readonly rosterIndex: number;
  readonly acrossM: number;
  readonly belief: LaneBelief;
  /** Share of the lane's water that moves by itself. */
  stir: number;
  trackId: number;
  likely: Likely;
  believed: boolean;
  /** Whether the likely place is in the picture. */
  inPicture: boolean;
}

/**
 * Follows swimmers along their lanes. They lie flat and half hidden, and glare and waves move all over the water; so no swimmer is ever detected: along each
 * lane, what moved is weighed against what the water does by itself, and a {@link LaneBelief} adds it up over time. They go one way, to the end of the course.
 */
export class SwimLanes implements LaneFollower {
  readonly #geometry: CourseGeometry;
  readonly #lanes: SwimLane[];
  readonly #startM: number;
  #nextId = LANE_ID_BASE;
  #lastUs: MediaTimeUs | undefined;
  readonly #moved: Float64Array;
  readonly #gain: Float64Array;
  /** Of what moved, and of cells known, up to each cell. */
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  /** @returns undefined where the course has no lanes or nobody on the roster has one. */
  static for(roster: readonly RosterEntry[], course: Course): SwimLanes | undefined {
    const lanes = lanesOf(roster, course);
    return lanes.length > 0 ? new SwimLanes(lanes, course) : undefined;
  }

  private constructor(lanes: ReturnType<typeof lanesOf>, course: Course) {
    this.#geometry = new CourseGeometry(course);
    this.#startM = course.startM;
    const endM = Math.min(this.#geometry.lengthM, course.finishM - REACH_M);
    this.#lanes = lanes.map(({ lane, rosterIndex }) => {
      const belief = new LaneBelief(endM);
      belief.reset(course.startM);
      return {
        lane,
        rosterIndex,
        acrossM: this.#geometry.laneMiddleM(lane),
        belief,
        stir: 0.05,
        trackId: this.#nextId++,
        likely: belief.likely(),
        believed: false,
        inPicture: false,
      };
    });
    const cells = this.#lanes[0].belief.cells;
    this.#moved = new Float64Array(cells);
    this.#gain = new Float64Array(cells);
    this.#sums = new Float64Array(cells + 1);
    this.#counts = new Float64Array(cells + 1);
  }

  reset(): void {
    for (const lane of this.#lanes) this.#begin(lane);
    this.#lastUs = undefined;
  }

  step(moved: Moved | undefined, mediaTimeUs: MediaTimeUs): LaneTrack[] {
    const dtS = this.#lastUs === undefined ? 0 : Math.max(0, (mediaTimeUs - this.#lastUs) / US_PER_SECOND);
    this.#lastUs = mediaTimeUs;
    const pack = this.#pack();
    for (const lane of this.#lanes) {
      lane.belief.predict(Math.min(dtS, LONGEST_STEP_S), pack);
      if (moved) this.#look(lane, moved, Math.min(dtS, 0.1), pack);
      lane.likely = lane.belief.likely();
      const { alongM, mass, speedMps } = lane.likely;
      lane.inPicture = moved !== undefined && !Number.isNaN(this.#moved[Math.round(alongM / CELL_M)]);
      if (!lane.believed) lane.believed = lane.inPicture && mass > SURE && speedMps > SWIMS_MPS;
      else if (mass < LOST) {
        lane.believed = false;
        lane.trackId = this.#nextId++;
      }
    }
    return this.#lanes.filter((lane) => lane.believed).map((lane) => this.#track(lane));
  }

  /** Weighs what moved along a lane. */
  #look(lane: SwimLane, moved: Moved, weightS: number, pack: Likely | undefined): void {
    this.#stirred(lane, moved);
    const usual = Math.max(LEAST_STIR, Math.min(MOST_STIR, lane.stir));
    const tells = (stirs: number): { yes: number; no: number } => {
      const swimmer = usual + (1 - usual) * stirs;
      return { yes: Math.log(swimmer / usual), no: Math.log((1 - swimmer) / (1 - usual)) };
    };
    const faint = tells(FAINT);
    const clear = tells(CLEAR);
    for (let i = 0; i < this.#gain.length; i++) {
      const head = this.#stretch(i, HEAD);
      const feet = this.#stretch(i, FEET);
      if (head.known + feet.known === 0) this.#gain[i] = -weightS * ELSEWHERE;
      else {
        const sum = head.sum + feet.sum;
        const known = head.known + feet.known;
        this.#gain[i] =
          WEIGHT * weightS * Math.max(faint.no * known + (faint.yes - faint.no) * sum, clear.no * known + (clear.yes - clear.no) * sum);
      }
      if (pack) this.#gain[i] -= weightS * astray(i * CELL_M, pack);
    }
    const wallM = (this.#gain.length - 1) * CELL_M;
    lane.belief.update(this.#gain, pack ? -weightS * astray(wallM, pack) : -weightS * ELSEWHERE);
  }

  /** What moved of a stretch before and behind a cell, and how many cells of it the picture shows. */
  #stretch(i: number, [fromM, toM]: readonly [number, number]): { sum: number; known: number } {
    const last = this.#moved.length;
    const from = Math.max(0, Math.min(last, i + Math.round(fromM / CELL_M)));
    const to = Math.max(0, Math.min(last, i + Math.round(toM / CELL_M)));
    return { sum: this.#sums[to] - this.#sums[from], known: this.#counts[to] - this.#counts[from] };
  }

  /** Share of the pixels across a lane that moved, by cell; NaN where the picture does not tell. Learns what is usual. */
  #stirred(lane: SwimLane, moved: Moved): void {
    const cells = this.#moved.length;
    let total = 0;
    let known = 0;
    let here = this.#ends(lane, 0, moved);
    for (let first = 0; first < cells; first += LOOKUP_CELLS) {
      const next = this.#ends(lane, (first + LOOKUP_CELLS) * CELL_M, moved);
      for (let i = first; i < Math.min(cells, first + LOOKUP_CELLS); i++) {
        const share = here && next ? contrast(moved, here, next, (i - first + 0.5) / LOOKUP_CELLS) : Number.NaN;
        this.#moved[i] = share;
        if (!Number.isNaN(share)) {
          total += share;
          known++;
        }
        this.#sums[i + 1] = total;
        this.#counts[i + 1] = known;
      }
      here = next;
    }
    if (known > 0) lane.stir += 0.02 * (total / known - lane.stir);
  }

  /** Pixels of the mask of the two sides of a lane. */
  #ends(lane: SwimLane, alongM: number, moved: Moved): Ends | undefined {
    const left = moved.personAt(this.#geometry.pointAt(alongM, lane.acrossM + ACROSS_M));
    const right = moved.personAt(this.#geometry.pointAt(alongM, lane.acrossM - ACROSS_M));
    if (!left || !right) return undefined;
    return { x0: left.x + left.width / 2, y0: left.y + left.height, x1: right.x + right.width / 2, y1: right.y + right.height };
  }

  /** Where most of those followed are, close together; undefined where they are too few to say. */
  #pack(): Likely | undefined {
    const likely = this.#lanes.filter((l) => l.believed && l.inPicture).map((l) => l.likely);
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
    const alongM = middle(likely.map((l) => l.alongM));
    const together = likely.filter((l) => Math.abs(l.alongM - alongM) < PACK_M);
    if (together.length < Math.max(LEAST_PACK, likely.length / 2)) return undefined;
    return { alongM, speedMps: middle(together.map((l) => l.speedMps)), mass: together.length / this.#lanes.length };
  }

  #begin(lane: SwimLane): void {
    lane.belief.reset(this.#startM);
    lane.likely = lane.belief.likely();
    lane.believed = false;
    lane.trackId = this.#nextId++;
  }

  #track({ lane, rosterIndex, trackId, acrossM, likely }: SwimLane): LaneTrack {
    const { alongM, speedMps, mass } = likely;
    const ground = this.#geometry.pointAt(alongM, acrossM);
    const ahead = this.#geometry.pointAt(alongM + CELL_M, acrossM);
    const perMetre = speedMps / CELL_M;
    const velocity = { x: (ahead.x - ground.x) * perMetre, y: (ahead.y - ground.y) * perMetre };
    return { trackId, rosterIndex, lane, ground, velocity, visible: mass > SEEN, confidence: Math.min(1, mass) };
  }
}

/** How much less likely by the second a place away from the pack is. */
function astray(alongM: number, pack: Likely): number {
  return ASTRAY_A_SECOND * Math.min(ASTRAY_MOST, ((alongM - pack.alongM) / PACK_M) ** 2 / 2);
}

interface Ends {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * Share of what moved in the middle of a lane over what moved beside it, a share `t` of the way from one line across to the next; NaN where the picture
 * does not tell.
 */
function contrast(moved: Moved, a: Ends, b: Ends, t: number): number {
  const [near, far] = BESIDE_M;
  const middle = Math.min(MOST, shareMoved(moved, a, b, t, -ACROSS_M, ACROSS_M));
  const beside = Math.max(shareMoved(moved, a, b, t, -far, -near), shareMoved(moved, a, b, t, near, far));
  return Math.max(0, middle - BESIDE * beside);
}

/** Share of the pixels that moved between two distances across, metres to the right of the middle. */
function shareMoved({ mask, size }: Moved, a: Ends, b: Ends, t: number, fromM: number, toM: number): number {
  let known = 0;
  let count = 0;
  for (let row = 0; row < ROWS; row++) {
    const s = 0.5 + (fromM + ((toM - fromM) * row) / (ROWS - 1)) / (2 * ACROSS_M);
    const x = Math.floor((1 - t) * (a.x0 + (a.x1 - a.x0) * s) + t * (b.x0 + (b.x1 - b.x0) * s));
    const y = Math.floor((1 - t) * (a.y0 + (a.y1 - a.y0) * s) + t * (b.y0 + (b.y1 - b.y0) * s));
    if (x < 0 || y < 0 || x >= size.width || y >= size.height) continue;
    const value = mask[y * size.width + x];
    if (value === UNKNOWN) continue;
    known++;
    if (value === MOVED) count++;
  }
  return known > 0 ? count / known : Number.NaN;
}
