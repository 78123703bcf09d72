import type { Box, TrackedSubject } from '../../protocol/index.js';
import { type Cells, Field, lanesFor, middleOf, NEVER } from './field.js';
import { darkness, type Foreground } from './foreground.js';
import type { PictureKernel } from './kernel.js';
import { bandAt, bandOf, colourOf, type Looks } from './looks.js';
import { grown } from './store.js';

/** Differences below this are the ground's. */
const UNSURE = 11;
const MOST_PEOPLE = 7;
/** A colour that was never seen on somebody speaks so much against them; one that was seldom seen says nothing. */
const MOST_EVIDENCE = 4.5;
const SELDOM = 6;
/** Of whom nothing is known. */
const UNKNOWN = -1;
/** Who stands nearer hides the other where both may be meant. */
const NEARER = 0.6;
/** Shares of a box's width from its middle where a place begins to count, and where it forbids; what each further width counts. */
const BESIDE = 0.2;
const FAR_BESIDE = 0.9;
const PER_WIDTH = 2.2;
const PER_WIDTH_FAR = 12;
/** Shares of a box's height above and below it that do not count yet, and what each further one counts. */
const HEIGHT_SLACK = 0.08;
const PER_HEIGHT = 22;
/** What speaks for somebody of whom nothing is known, anywhere: they get what fits nobody. */
const STRANGER = -2;
const SWEEPS = 6;
/**
 * Boxes are moved aside to where the trunk's own colours are, by shares of their width: a trunk's place in a box, what a cell of it says at most against
 * it, what one without anybody says, and how much a whole width of moving costs, in cells of trunk.
 */
const MOST_SHIFT = 0.8;
const TRUNK = { from: 0.02, to: 0.6, half: 0.25 };
const MOST_AGAINST = -2;
const EMPTY = -1;
const SHIFTED = 0.5;

/** Who is seen where in a region. */
export interface Parting {
  /** Where the one asked about really is. */
  readonly box: Box;
  /** For each pixel of the region how surely it is the first one's, if it is anybody's: 0 to 255. */
  readonly mine: Uint8Array;
  /** For each pixel the place among those asked about of whom it most likely is; their number where it is a stranger. */
  readonly owner: Uint8Array;
}

/** Everybody who may be seen in a region. */
export function peopleIn(region: Box, all: readonly TrackedSubject[]): TrackedSubject[] {
  return all.filter((other) => other.state !== 'outside' && overlap(region, grown(other.box, 0.25, 0.05, 0.02)));
}

/** Whether somebody's body may reach into the subject's. */
export function meetsOthers(subject: TrackedSubject, all: readonly TrackedSubject[]): boolean {
  return peopleIn(grown(subject.box, 0.25, 0.05, 0.02), all).some((other) => other.trackId !== subject.trackId);
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * Parts people who overlap: each pixel goes to whom its colour, its place and its neighbours speak for. Boxes are only roughly where people are, so a
 * place counts little near a box and more the farther away, and boxes are moved to what was found; colours count by where on the body they were seen
 * while nobody was in the way.
 * @param subjects the one asked about first. Those looks that are not known yet are learned: no kernel memory is to be in use.
 * @param cellsHigh how finely: cells over the first one's height.
 */
export function part(
  found: Foreground,
  subjects: readonly TrackedSubject[],
  looks: Looks,
  cellsHigh: number,
  memory: PictureKernel,
): Parting {
  const people = subjects.slice(0, MOST_PEOPLE);
  const { region } = found;
  const step = Math.max(1, Math.round(people[0]!.box.height / cellsHigh));
  const cells: Cells = { columns: Math.ceil(region.width / step), rows: Math.ceil(region.height / step), step, region };
  const { evidence, solid } = evidenceOf(found, people, looks, cells, memory);
  const middles = people.map(({ box }, k) => trunkMiddle(k, box, people.length + 1, evidence, solid, cells));
  const field = new Field(found.picture, solid, cells, lanesFor(people.length + 1), memory);
  memory.settle(field, evidence, besides(people, middles, cells, memory), SWEEPS);
  const { box } = people[0]!;
  return { box: { ...box, x: middles[0]! - box.width / 2 }, ...memory.spreadOut(field) };
}

/** What colours and heights say, as log odds up to a constant: one number for each cell and person, the stranger last. `solid`: 1 where somebody is. */
function evidenceOf(
  { picture, plate, difference, region }: Foreground,
  people: readonly TrackedSubject[],
  looks: Looks,
  cells: Cells,
  memory: PictureKernel,
): { evidence: Float32Array; solid: Uint8Array } {
  const { columns, rows, step } = cells;
  const lanes = lanesFor(people.length + 1);
  const evidence = memory.floats(columns * rows * lanes);
  const solid = memory.zeros(columns * rows);
  const feet = Math.max(...people.map((s) => s.foot.y - s.box.height * 0.3));
  const all = people.map((subject) => ({
    ...{ box: subject.box, log: looks.of(subject)?.log },
    prior:
      (NEARER * people.filter((other) => other.foot.y < subject.foot.y).length) / people.length - (subject.state === 'visible' ? 0 : 1),
  }));
  for (let row = 0; row < rows; row++) {
    const y = region.y + middleOf(row, step, region.height) + 0.5;
    const here = all.map(({ box, log, prior }) => ({
      log,
      band: bandAt(bandOf(box, y)),
      prior: prior - PER_HEIGHT * Math.max(0, Math.max(box.y - y, y - box.y - box.height) / box.height - HEIGHT_SLACK),
    }));
    for (let column = 0; column < columns; column++) {
      const p = middleOf(row, step, region.height) * region.width + middleOf(column, step, region.width);
      // Darkness low down is somebody's shadow more likely than somebody.
      if (difference[p]! < UNSURE || (y > feet && darkness(picture, plate, p * 4) > 0)) continue;
      const cell = row * columns + column;
      solid[cell] = 1;
      const colour = colourOf(picture, p * 4);
      evidence.fill(NEVER, cell * lanes + people.length + 1, (cell + 1) * lanes);
      evidence[cell * lanes + people.length] = STRANGER;
      for (let k = 0; k < people.length; k++) {
        const { log, band, prior } = here[k]!;
        evidence[cell * lanes + k] = prior + (log ? Math.max(-MOST_EVIDENCE, log[band + colour]! + SELDOM) : UNKNOWN);
      }
    }
  }
  return { evidence, solid };
}

/** What places beside the boxes say: for each column and person. */
function besides(
  people: readonly TrackedSubject[],
  middles: readonly number[],
  { columns, step, region }: Cells,
  memory: PictureKernel,
): Float32Array {
  const lanes = lanesFor(people.length + 1);
  const out = memory.floats(columns * lanes);
  for (let column = 0; column < columns; column++) {
    const x = region.x + middleOf(column, step, region.width) + 0.5;
    for (const [k, { box }] of people.entries()) {
      const off = Math.abs(x - middles[k]!) / box.width;
      out[column * lanes + k] = -PER_WIDTH * Math.max(0, off - BESIDE) - PER_WIDTH_FAR * Math.max(0, off - FAR_BESIDE);
    }
  }
  return out;
}

/** Where somebody's trunk is: near its box, and where its colours speak for it more than for anybody else. */
function trunkMiddle(
  k: number,
  box: Box,
  count: number,
  evidence: Float32Array,
  solid: Uint8Array,
  { columns, rows, step, region }: Cells,
): number {
  const lanes = lanesFor(count);
  const middle = box.x + box.width / 2;
  const from = Math.max(0, Math.floor((box.y + TRUNK.from * box.height - region.y) / step));
  const to = Math.min(rows, Math.ceil((box.y + TRUNK.to * box.height - region.y) / step));
  const half = (TRUNK.half * box.width) / step;
  const place = (shift: number): number => (middle + shift * box.width - region.x) / step;
  const clamp = (c: number): number => Math.max(0, Math.min(columns, Math.round(c)));
  const [left, right] = [clamp(place(-MOST_SHIFT) - half), clamp(place(MOST_SHIFT) + half)];
  // What speaks for it left of each column.
  const sums = new Float64Array(columns + 1);
  for (let column = left; column < right; column++) {
    let sum = 0;
    for (let row = from; row < to; row++) {
      const cell = row * columns + column;
      if (solid[cell] === 0) {
        sum += EMPTY;
        continue;
      }
      let rival = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < count; j++) if (j !== k) rival = Math.max(rival, evidence[cell * lanes + j]!);
      sum += Math.max(MOST_AGAINST, evidence[cell * lanes + k]! - rival);
    }
    sums[column + 1] = sums[column]! + sum;
  }
  const area = 2 * half * Math.max(1, to - from);
  let best = { middle, score: Number.NEGATIVE_INFINITY };
  for (let shift = -MOST_SHIFT; shift <= MOST_SHIFT + 1e-9; shift += 0.05) {
    const at = place(shift);
    const score = (sums[clamp(at + half)]! - sums[clamp(at - half)]!) / area - SHIFTED * shift * shift;
    if (score > best.score) best = { middle: middle + shift * box.width, score };
  }
  return best.middle;
}
