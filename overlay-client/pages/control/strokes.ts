import { type GraphicState, groundOf, type Point, type TrackedSubject, type TrackingFrame } from '../../../protocol/index.js';
import { subjectAt } from './subjects.js';

/** From what the hand did over a frame to a stroke of the telestrator. Pure. */

export type Tool = 'pen' | 'arrow' | 'circle' | 'ring' | 'spotlight';
export type Anchor = 'ground' | 'subject' | 'screen';

export interface Pencil {
  readonly tool: Tool;
  readonly anchor: Anchor;
  readonly colour: string;
  readonly width: number;
}

/** A stroke as the graphic's data holds it (see its manifest). */
export type StrokeData = Pencil & { readonly trackId: number; readonly points: number[]; readonly atUs: number };

/** A line is thinned out to points that lie off a straight line by this many pixels at 1080 lines. */
const STRAIGHT_PX = 1.5;
const POINTS_MAX = 120;
/** A press that moves less than this, pixels at 1080 lines, is a click. */
const CLICK_PX = 12;
/** Half width of a ring around somebody, shares of his box's height. */
const RING_SHARE = 0.42;

/**
 * @param path where the hand went, continuous source pixels
 * @param atUs media time from which on it is there and fades
 * @returns undefined where it makes nothing: off the ground, nobody there
 */
export function strokeFrom(path: readonly Point[], pencil: Pencil, frame: TrackingFrame, atUs: number): StrokeData | undefined {
  const [start] = path;
  const end = path.at(-1);
  if (!start || !end) return undefined;
  const round = pencil.tool !== 'pen' && pencil.tool !== 'arrow';
  const unit = frame.height / 1080;
  const clicked = path.every((p) => Math.hypot(p.x - start.x, p.y - start.y) < CLICK_PX * unit);
  // A ring or a light put onto somebody goes with them, unless it was to stay on the screen.
  const person = pencil.anchor === 'subject' || (round && clicked && pencil.anchor === 'ground') ? subjectAt(frame, start) : undefined;
  if (pencil.anchor === 'subject' && !person) return undefined;
  if (round && clicked && person) return around(person, pencil, frame, atUs);
  const radius = 60 * unit;
  const drawn = round ? [start, clicked ? { x: start.x + radius, y: start.y } : end] : thinned(path, STRAIGHT_PX * unit);
  if (drawn.length < 2) return undefined;
  const points: number[] = [];
  for (const pixel of drawn) {
    const at = pencil.anchor === 'screen' ? { x: pixel.x / frame.height, y: pixel.y / frame.height } : groundAt(frame, pixel);
    if (!at) return undefined;
    const from = pencil.anchor === 'subject' && person ? person.ground : { x: 0, y: 0 };
    points.push(rounded(at.x - from.x), rounded(at.y - from.y));
  }
  return { ...pencil, trackId: pencil.anchor === 'subject' && person ? person.trackId : 0, points, atUs };
}

/** A ring, circle or light around somebody. */
export function around(subject: TrackedSubject, pencil: Pencil, frame: TrackingFrame, atUs: number): StrokeData | undefined {
  const beside = groundAt(frame, { x: subject.foot.x + RING_SHARE * subject.box.height, y: subject.foot.y });
  if (!beside) return undefined;
  const radius = Math.hypot(beside.x - subject.ground.x, beside.y - subject.ground.y);
  return { ...pencil, anchor: 'subject', trackId: subject.trackId, points: [0, 0, rounded(radius), 0], atUs };
}

/** The place of the ground that a pixel shows; undefined above the horizon. */
export function groundAt(frame: TrackingFrame, pixel: Point): Point | undefined {
  const at = frame.pose.state === 'lost' ? undefined : groundOf(frame, pixel);
  return at && Math.hypot(at.x, at.y) < 1e6 ? at : undefined;
}

/** Ramer, Douglas and Peucker's way of leaving out points that a line hardly misses, until few enough are left. */
export function thinned(path: readonly Point[], off: number): Point[] {
  const out = simplify(path, off);
  return out.length <= POINTS_MAX ? out : thinned(path, off * 1.6);
}

function simplify(path: readonly Point[], off: number): Point[] {
  const [first] = path;
  const last = path.at(-1);
  if (!first || !last || path.length < 3) return [...path];
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const length = Math.hypot(dx, dy);
  let farthest = 0;
  let at = 0;
  for (const [i, p] of path.entries()) {
    const away = length > 0 ? Math.abs((p.x - first.x) * dy - (p.y - first.y) * dx) / length : Math.hypot(p.x - first.x, p.y - first.y);
    if (away <= farthest) continue;
    farthest = away;
    at = i;
  }
  if (farthest <= off) return [first, last];
  return [...simplify(path.slice(0, at + 1), off).slice(0, -1), ...simplify(path.slice(at), off)];
}

/** Millimetres, or hundred-thousandths of the picture's height. */
function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** The telestrator of a rundown: the one on air, else the first. */
export function telestratorOf(graphics: readonly GraphicState[]): GraphicState | undefined {
  const all = graphics.filter((g) => g.type === 'telestrator');
  return all.find((g) => g.on) ?? all[0];
}
