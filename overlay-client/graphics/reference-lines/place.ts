import type { CourseGeometry, Floor, Point, TrackedSubject, TrackingFrame } from '../../../protocol/index.js';
import type { ReferenceLineData, ReferenceLinesData } from './manifest.js';

/** A line to draw: its ends on the ground, and what is written at it. */
export interface PlacedLine {
  /** The same from frame to frame. */
  readonly key: string;
  readonly a: Point;
  readonly b: Point;
  readonly label: string;
  readonly colour: string;
  /** Moves with somebody, who may be out of sight for a moment. */
  readonly moving: boolean;
}

export interface Surroundings {
  readonly course: CourseGeometry | null;
  readonly floor: Floor | null;
  teamOf(rosterIndex: number): string;
}

/** Everything that the data asks for and that can be placed on this frame. */
export function placeLines(data: ReferenceLinesData, frame: TrackingFrame, around: Surroundings): PlacedLine[] {
  return data.lines.flatMap((line, i) => place(line, `${i}`, frame, around, data.lengthM));
}

function place(line: ReferenceLineData, key: string, frame: TrackingFrame, around: Surroundings, lengthM: number): PlacedLine[] {
  const { course } = around;
  const named = (ends: readonly [Point, Point] | undefined, name: string, more = '', moving = false): PlacedLine[] => {
    const label = line.label === '-' ? '' : line.label === '' ? name : line.label;
    return ends ? [{ key: key + more, a: ends[0], b: ends[1], label, colour: line.colour, moving }] : [];
  };
  switch (line.kind) {
    case 'finish':
      return named(course?.lineAcross(course.course.finishM), 'FINISH');
    case 'start':
      return named(course?.lineAcross(course.course.startM), 'START');
    case 'splits':
      return (course?.course.splitsM ?? []).flatMap((at, i) =>
        named(course?.lineAcross(at), metres(at - (course?.course.startM ?? 0)), `.${i}`),
      );
    case 'distance':
      return named(course?.lineAcross(course.course.startM + line.distanceM), metres(line.distanceM));
    case 'points':
      return named([line.from, line.to], '');
    case 'subject': {
      const subject = frame.subjects.find(({ rosterIndex }) => rosterIndex === line.rosterIndex);
      return named(subject && through(subject.ground, line.directionDeg, around.floor, lengthM), '', '', true);
    }
    case 'last': {
      const last = lastOf(line, frame, around);
      return named(last && through(last.ground, line.directionDeg, around.floor, lengthM), '', '', true);
    }
  }
}

function metres(distanceM: number): string {
  return `${Math.round(distanceM * 10) / 10} m`;
}

/** Who of a team is furthest to one side of a direction. */
function lastOf(line: ReferenceLineData, frame: TrackingFrame, around: Surroundings): TrackedSubject | undefined {
  const { x, y } = direction(line.directionDeg);
  const sign = line.end === 'left' ? 1 : -1;
  const toLeft = ({ ground }: TrackedSubject): number => sign * (x * ground.y - y * ground.x);
  const team = frame.subjects.filter(
    ({ rosterIndex }) => rosterIndex >= 0 && (line.team === '' || around.teamOf(rosterIndex) === line.team),
  );
  return team.sort((p, q) => toLeft(q) - toLeft(p))[line.nth - 1];
}

function direction(degrees: number): Point {
  return { x: Math.cos((degrees * Math.PI) / 180), y: Math.sin((degrees * Math.PI) / 180) };
}

/** The line through a place in a direction: as far as the floor reaches, else half of `lengthM` each way. */
function through(at: Point, degrees: number, floor: Floor | null, lengthM: number): [Point, Point] | undefined {
  const along = direction(degrees);
  const end = (by: number): Point => ({ x: at.x + along.x * by, y: at.y + along.y * by });
  const crossings = floor ? crossingsOf(at, along, floor.outline) : [];
  const [from, to] = crossings.length > 1 ? [Math.min(...crossings), Math.max(...crossings)] : [-lengthM / 2, lengthM / 2];
  return to > from ? [end(from), end(to)] : undefined;
}

/** Where a line crosses an outline, metres along it. */
function crossingsOf(at: Point, along: Point, outline: Floor['outline']): number[] {
  const out: number[] = [];
  for (const [i, [x0, y0]] of outline.entries()) {
    const [x1, y1] = outline[(i + 1) % outline.length]!;
    const side = (x: number, y: number): number => along.x * (y - at.y) - along.y * (x - at.x);
    const [s0, s1] = [side(x0, y0), side(x1, y1)];
    if (s0 > 0 === s1 > 0) continue;
    const t = s0 / (s0 - s1);
    out.push((x0 + (x1 - x0) * t - at.x) * along.x + (y0 + (y1 - y0) * t - at.y) * along.y);
  }
  return out;
}
