import type { Box, LumaPicture, Point, Size } from '../../protocol/index.js';
import { Arena, type OpenCv } from '../opencv.js';

/** Points looked at in a box: columns and rows, within the part that is mostly the person and not what is behind. */
const COLUMNS = 4;
const ROWS = 5;
const ACROSS = [0.25, 0.75] as const;
const DOWN = [0.1, 0.8] as const;
/** Side of the patch around a point, pixels, and levels of the pyramid above the picture. */
const PATCH_PX = 9;
const LEVELS = 2;
/** A point that does not come back to within this, tracked backward, has slipped, pixels. */
const SLIPPED_PX = 1;
/** Least share of a box's points that must hold. */
const ENOUGH = 0.3;
/** People measured in one frame; bounds the time it takes. */
const MOST_BOXES = 50;

/** A box in the picture before, and where it is expected now. Source pixels. */
export interface ExpectedBox {
  readonly trackId: number;
  readonly before: Box;
  readonly expected: Box;
}

/**
 * How boxes went on from one picture to the next: the median of points in them, but for what somebody in front covers, each followed by the pyramidal Lucas–Kanade method (Bouguet 2000) and
 * back again (forward–backward error, Kalal 2010).
 */
export class BoxFlow {
  readonly #cv: OpenCv;
  readonly #source: Size;
  #pictures: { before: InstanceType<OpenCv['Mat']>; now: InstanceType<OpenCv['Mat']> } | undefined;
  #known = 0;

  /** @param source size of the picture boxes are in; pictures may be smaller */
  constructor(cv: OpenCv, source: Size) {
    this.#cv = cv;
    this.#source = source;
  }

  /** The next picture, of the same size as the one before. */
  next({ width, height, data }: LumaPicture): void {
    const cv = this.#cv;
    this.#pictures ??= { before: new cv.Mat(height, width, cv.CV_8UC1), now: new cv.Mat(height, width, cv.CV_8UC1) };
    const { before, now } = this.#pictures;
    before.data.set(data.subarray(0, width * height));
    this.#pictures = { before: now, now: before };
    this.#known = Math.min(2, this.#known + 1);
  }

  /** The next picture does not continue this one. */
  reset(): void {
    this.#known = 0;
  }

  /** @returns how far each box went, source pixels; those that cannot be told are left out */
  shifts(boxes: readonly ExpectedBox[]): Map<number, Point> {
    const found = new Map<number, Point>();
    if (!this.#pictures || this.#known < 2) return found;
    const { before, now } = this.#pictures;
    const scale = { x: now.cols / this.#source.width, y: now.rows / this.#source.height };
    const points: number[] = [];
    const guesses: number[] = [];
    const owners: number[] = [];
    for (const [owner, { before: box, expected }] of boxes.slice(0, MOST_BOXES).entries()) {
      for (let i = 0; i < COLUMNS * ROWS; i++) {
        const u = ACROSS[0] + ((ACROSS[1] - ACROSS[0]) * (i % COLUMNS)) / (COLUMNS - 1);
        const v = DOWN[0] + ((DOWN[1] - DOWN[0]) * Math.floor(i / COLUMNS)) / (ROWS - 1);
        if (boxes.some(({ before: other }) => foot(other) > foot(box) && covers(other, box.x + u * box.width, box.y + v * box.height)))
          continue;
        // OpenCV counts from the middle of the first pixel.
        const from = at(box, u, v, scale);
        if (from.x < 0 || from.y < 0 || from.x > now.cols - 1 || from.y > now.rows - 1) continue;
        const to = at(expected, u, v, scale);
        points.push(from.x, from.y);
        guesses.push(to.x, to.y);
        owners.push(owner);
      }
    }
    if (owners.length === 0) return found;
    const moved = this.#follow(before, now, points, guesses);
    for (const [owner, { trackId }] of boxes.slice(0, MOST_BOXES).entries()) {
      const own = moved.filter((m, i) => m && owners[i] === owner).flatMap((m) => (m ? [m] : []));
      if (own.length < ENOUGH * COLUMNS * ROWS) continue;
      found.set(trackId, { x: median(own.map((m) => m.x)) / scale.x, y: median(own.map((m) => m.y)) / scale.y });
    }
    return found;
  }

  close(): void {
    this.#pictures?.before.delete();
    this.#pictures?.now.delete();
    this.#pictures = undefined;
  }

  /** @returns how far each point went, undefined where it slipped; analysis pixels */
  #follow(
    before: InstanceType<OpenCv['Mat']>,
    now: InstanceType<OpenCv['Mat']>,
    points: readonly number[],
    guesses: readonly number[],
  ): (Point | undefined)[] {
    const cv = this.#cv;
    using arena = new Arena();
    const count = points.length / 2;
    const column = (values: readonly number[]) => arena.own(cv.matFromArray(count, 1, cv.CV_32FC2, [...values]));
    const [from, to, back] = [column(points), column(guesses), column(points)];
    const [there, returned, error] = [arena.own(new cv.Mat()), arena.own(new cv.Mat()), arena.own(new cv.Mat())];
    const patch = new cv.Size(PATCH_PX, PATCH_PX);
    const criteria = new cv.TermCriteria(cv.TermCriteria_COUNT + cv.TermCriteria_EPS, 10, 0.03);
    cv.calcOpticalFlowPyrLK(before, now, from, to, there, error, patch, LEVELS, criteria, cv.OPTFLOW_USE_INITIAL_FLOW, 1e-3);
    cv.calcOpticalFlowPyrLK(now, before, to, back, returned, error, patch, LEVELS, criteria, cv.OPTFLOW_USE_INITIAL_FLOW, 1e-3);
    return Array.from({ length: count }, (_, i) => {
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      const off = Math.hypot(back.data32F[2 * i] - x, back.data32F[2 * i + 1] - y);
      if (!there.data[i] || !returned.data[i] || off > SLIPPED_PX) return undefined;
      return { x: to.data32F[2 * i] - x, y: to.data32F[2 * i + 1] - y };
    });
  }
}

function at(box: Box, u: number, v: number, scale: Point): Point {
  return { x: (box.x + u * box.width) * scale.x - 0.5, y: (box.y + v * box.height) * scale.y - 0.5 };
}

function foot(box: Box): number {
  return box.y + box.height;
}

function covers(box: Box, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
