import { type Course, CourseGeometry, type Point } from '../../protocol/index.js';

/** A place on a painted line. */
export interface Mark {
  /** Metres on the ground. */
  readonly ground: Point;
  /** Unit length, across the line. */
  readonly across: Point;
  /** Along the line to the next mark, metres. */
  readonly along: Point;
}

/** A line that a course has on the ground. */
export interface PaintedLine {
  readonly marks: readonly Mark[];
  /** How near the next line like it is, metres. */
  readonly spacingM: number;
}

/** Marks along a lane line lie so far apart, metres; farther on long courses, so that there are at most so many. */
const STEP_M = 1;
const MOST_MARKS = 400;
/** Marks of a line across a lane: four, none of them where lane lines cross. */
const ACROSS_A_LANE = 4;
/** Near start and finish other lines are painted across: this near at worst. */
const ACROSS_SPACING_M = 3;

/**
 * The lines a course has painted on its ground: between lanes, start and finish. Split distances are measured, seldom painted.
 * @returns none where the course says so, or says nothing and has no lanes
 */
export function paintedLines(course: Course | undefined, subjectHeightM: number): PaintedLine[] {
  if (!course || !(course.painted ?? (course.lanes > 0 && subjectHeightM > SWIMMER_M))) return [];
  const geometry = new CourseGeometry(course);
  const { widthM, lanes, startM, finishM } = course;
  const laneM = widthM / Math.max(1, lanes);
  const stepM = Math.max(STEP_M, geometry.lengthM / MOST_MARKS);
  const lengthwise = Array.from({ length: Math.max(1, lanes) + 1 }, (_, i) => {
    const acrossM = widthM / 2 - i * laneM;
    const at = (s: number) => geometry.pointAt(s, acrossM);
    return line(at, steps(stepM / 2, geometry.lengthM, stepM), stepM, laneM);
  });
  const crosswise = [startM, finishM].map((alongM) => {
    const stepM = laneM / ACROSS_A_LANE;
    const at = (s: number) => geometry.pointAt(alongM, s);
    return line(at, steps(-widthM / 2 + stepM / 2, widthM / 2, stepM), stepM, ACROSS_SPACING_M);
  });
  return [...lengthwise, ...crosswise];
}

/** Whose subjects reach no higher lie in water: lane ropes float. */
const SWIMMER_M = 1.2;

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
}

function line(at: (s: number) => Point, places: readonly number[], stepM: number, spacingM: number): PaintedLine {
  const marks = places.map((s) => {
    const [a, b] = [at(s - stepM / 4), at(s + stepM / 4)];
    const [dx, dy] = [(b.x - a.x) * 2, (b.y - a.y) * 2];
    const length = Math.hypot(dx, dy);
    return { ground: at(s), along: { x: dx, y: dy }, across: { x: -dy / length, y: dx / length } };
  });
  return { marks, spacingM };
}
