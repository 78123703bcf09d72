import type { ChannelScene, Course, Floor, Point } from '../../../protocol/index.js';

/** From metres on the ground to pixels of the plan, seen from above: never mirrored. */
export interface PlanView {
  readonly width: number;
  readonly height: number;
  toScreen(p: Point): Point;
}

type Pair = readonly [number, number];

/** A course is drawn up to this many times wider than it is, so that the lanes of a straight can be told apart. */
const MOST_STRETCH = 5;
const STRETCH_SHARE = 0.4;

/**
 * The view that fits the scene's ground into a plan of this many pixels; one that would lie flat in a tall plan is turned upright. A floor
 * keeps its shape; a long course is widened.
 * @returns undefined when the scene has neither floor nor course.
 */
export function planView(scene: ChannelScene, width: number, height: number): PlanView | undefined {
  const points = scene.floor ? scene.floor.outline : scene.course ? courseOutline(scene.course) : [];
  if (points.length === 0 || width < 1 || height < 1) return undefined;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const box = { x: Math.min(...xs), y: Math.min(...ys), w: Math.max(...xs) - Math.min(...xs), h: Math.max(...ys) - Math.min(...ys) };
  const turned = box.w > box.h !== width > height && Math.max(box.w / box.h, box.h / box.w) > 1.2;
  const margin = Math.min(width, height) * 0.05 + 16;
  const [gw, gh] = turned ? [Math.max(box.h, 0.1), Math.max(box.w, 0.1)] : [Math.max(box.w, 0.1), Math.max(box.h, 0.1)];
  const [roomX, roomY] = [width - 2 * margin, height - 2 * margin];
  const scale = Math.min(roomX / gw, roomY / gh);
  const stretch = (share: number): number => (scene.floor ? 1 : Math.min(MOST_STRETCH, Math.max(1, STRETCH_SHARE / share)));
  const [kx, ky] = [scale * stretch((gw * scale) / roomX), scale * stretch((gh * scale) / roomY)];
  const left = (width - gw * kx) / 2;
  const top = (height - gh * ky) / 2;
  // Ground y lies to the left of x, screen y runs down. Turned: a quarter turn.
  const toScreen = turned
    ? (p: Point): Point => ({ x: left + (box.y + box.h - p.y) * kx, y: top + (box.x + box.w - p.x) * ky })
    : (p: Point): Point => ({ x: left + (p.x - box.x) * kx, y: top + (box.y + box.h - p.y) * ky });
  return { width, height, toScreen };
}

/** The course's edge as one closed polygon: up the left side, back down the right. */
function courseOutline(course: Course): Pair[] {
  return [...side(course, course.widthM / 2), ...side(course, -course.widthM / 2).reverse()];
}

/** The centre line moved sideways by `offsetM` metres, to the left when positive. */
export function side({ centreLine }: Course, offsetM: number): [number, number][] {
  return centreLine.map(([x, y], i) => {
    const before = centreLine[Math.max(0, i - 1)] ?? [x, y];
    const after = centreLine[Math.min(centreLine.length - 1, i + 1)] ?? [x, y];
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    return [x - ((after[1] - before[1]) / length) * offsetM, y + ((after[0] - before[0]) / length) * offsetM];
  });
}

/** The two ends of the line across the course at a distance along its centre line, metres. */
export function across(course: Course, distanceM: number): [Point, Point] | undefined {
  let gone = 0;
  for (let i = 1; i < course.centreLine.length; i++) {
    const [[ax, ay], [bx, by]] = [course.centreLine[i - 1] ?? [0, 0], course.centreLine[i] ?? [0, 0]];
    const length = Math.hypot(bx - ax, by - ay);
    if (length > 0 && gone + length >= distanceM) {
      const t = (distanceM - gone) / length;
      const mid = { x: ax + (bx - ax) * t, y: ay + (by - ay) * t };
      const n = { x: (-(by - ay) / length) * (course.widthM / 2), y: ((bx - ax) / length) * (course.widthM / 2) };
      return [
        { x: mid.x + n.x, y: mid.y + n.y },
        { x: mid.x - n.x, y: mid.y - n.y },
      ];
    }
    gone += length;
  }
  return undefined;
}

const INK = {
  ground: '#151f36',
  edge: '#45587f',
  zone: 'rgba(89, 168, 255, 0.13)',
  zoneEdge: 'rgba(120, 185, 255, 0.6)',
  fixture: '#33415f',
  text: '#dfe7f8',
  quiet: '#a9b6d2',
  line: 'rgba(223, 231, 248, 0.3)',
  accent: '#ffd21f',
} as const;

/** Draws what stands still: floor with zones, fixtures and entrances, or course with lanes and marks. */
export function drawGround(c: CanvasRenderingContext2D, scene: ChannelScene, view: PlanView): void {
  c.clearRect(0, 0, view.width, view.height);
  c.lineJoin = 'round';
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  if (scene.floor) drawFloor(c, scene.floor, view);
  else if (scene.course) drawCourse(c, scene.course, view);
}

const font = (size: number, weight = 700): string => `${weight} ${size}px "Sofia Sans Condensed", "Arial Narrow", system-ui, sans-serif`;
const unit = (view: PlanView): number => Math.max(480, Math.min(view.width, view.height)) / 100;

function trace(c: CanvasRenderingContext2D, points: readonly Pair[], view: PlanView): void {
  c.beginPath();
  for (const [x, y] of points) {
    const p = view.toScreen({ x, y });
    c.lineTo(p.x, p.y);
  }
}

function drawFloor(c: CanvasRenderingContext2D, floor: Floor, view: PlanView): void {
  const u = unit(view);
  trace(c, floor.outline, view);
  c.closePath();
  c.fillStyle = INK.ground;
  c.fill();
  c.strokeStyle = INK.edge;
  c.lineWidth = Math.max(3, 0.6 * u);
  c.stroke();
  for (const zone of floor.zones) {
    trace(c, zone.polygon, view);
    c.closePath();
    c.fillStyle = INK.zone;
    c.fill();
    c.strokeStyle = INK.zoneEdge;
    c.lineWidth = 1.5;
    c.setLineDash([6, 6]);
    c.stroke();
    c.setLineDash([]);
  }
  for (const fixture of floor.fixtures) {
    trace(c, fixture.polygon, view);
    c.closePath();
    c.fillStyle = INK.fixture;
    c.fill();
    label(c, fixture.name, fixture.polygon, view, 2.3 * u, INK.quiet);
  }
  for (const zone of floor.zones) label(c, zone.name, zone.polygon, view, 3.4 * u, INK.text, true);
  for (const { name, line } of floor.entrances) {
    trace(c, line, view);
    c.strokeStyle = INK.accent;
    c.lineWidth = Math.max(6, u);
    c.stroke();
    const [from, to] = line.map(([x, y]) => view.toScreen({ x, y }));
    if (!from || !to) continue;
    const mid = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const inwards = { x: view.width / 2 - mid.x, y: view.height / 2 - mid.y };
    // Square to the line, towards the inside.
    const normal = { x: from.y - to.y, y: to.x - from.x };
    const sign = Math.sign(normal.x * inwards.x + normal.y * inwards.y) || 1;
    c.font = font(2.6 * u);
    c.fillStyle = INK.accent;
    beside(c, name, mid, { x: normal.x * sign, y: normal.y * sign }, 1.4 * u);
  }
}

/** Writes a name inside a polygon (at its top where `high`), smaller where it would not fit, not at all where it could not be read. */
function label(
  c: CanvasRenderingContext2D,
  name: string,
  polygon: readonly Pair[],
  view: PlanView,
  size: number,
  colour: string,
  high = false,
): void {
  const points = polygon.map(([x, y]) => view.toScreen({ x, y }));
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  c.font = font(size);
  const wide = c.measureText(name).width;
  const upright = right - left < wide && bottom - top > wide;
  const fits = upright ? 1 : Math.min(1, (right - left + size) / wide);
  if (size * fits < 10) return;
  c.font = font(size * fits);
  c.fillStyle = colour;
  c.save();
  c.translate((left + right) / 2, high ? top + size * 0.95 : (top + bottom) / 2);
  if (upright) c.rotate(-Math.PI / 2);
  c.fillText(name, 0, 0);
  c.restore();
}

/** Writes text next to a point, away from it in a direction, never over it. */
function beside(c: CanvasRenderingContext2D, text: string, at: Point, direction: Point, distance: number): void {
  const length = Math.hypot(direction.x, direction.y) || 1;
  const [dx, dy] = [direction.x / length, direction.y / length];
  c.textAlign = dx < -0.5 ? 'right' : dx > 0.5 ? 'left' : 'center';
  c.textBaseline = dy < -0.5 ? 'bottom' : dy > 0.5 ? 'top' : 'middle';
  c.fillText(text, at.x + dx * distance, at.y + dy * distance);
  c.textAlign = 'center';
  c.textBaseline = 'middle';
}

function drawCourse(c: CanvasRenderingContext2D, course: Course, view: PlanView): void {
  const u = unit(view);
  trace(c, courseOutline(course), view);
  c.closePath();
  c.fillStyle = INK.ground;
  c.fill();
  c.strokeStyle = INK.line;
  c.lineWidth = 1.5;
  for (let lane = 0; lane <= course.lanes; lane++) {
    trace(c, side(course, course.widthM / 2 - (course.widthM * lane) / Math.max(1, course.lanes)), view);
    c.stroke();
  }
  mark(c, course, view, course.startM, 'Start', INK.text, u);
  for (const split of course.splitsM) mark(c, course, view, split, `${split} m`, INK.quiet, u);
  mark(c, course, view, course.finishM, 'Finish', INK.accent, u);
}

function mark(
  c: CanvasRenderingContext2D,
  course: Course,
  view: PlanView,
  distanceM: number,
  text: string,
  colour: string,
  u: number,
): void {
  const ends = across(course, distanceM)?.map(view.toScreen);
  const [a, b] = ends ?? [];
  if (!a || !b) return;
  c.beginPath();
  c.moveTo(a.x, a.y);
  c.lineTo(b.x, b.y);
  c.strokeStyle = colour;
  c.lineWidth = Math.max(3, 0.5 * u);
  c.stroke();
  c.font = font(Math.max(15, 2.6 * u));
  c.fillStyle = colour;
  beside(c, text, a, { x: a.x - b.x, y: a.y - b.y }, 1.6 * u);
}
