import type { ChannelScene, Course, Floor, Point } from '../../../protocol/index.js';

/** From metres on the ground to pixels of the plan: the same scale in x and y, y upwards in the ground turned downwards on the screen. */
export interface PlanView {
  readonly width: number;
  readonly height: number;
  /** Pixels a metre. */
  readonly scale: number;
  toScreen(p: Point): Point;
}

type Pair = readonly [number, number];

/**
 * The view that fits the scene's ground into a plan of this many pixels; a long course that would lie flat in a tall plan is turned upright.
 * @returns undefined when the scene has neither floor nor course.
 */
export function planView(scene: ChannelScene, width: number, height: number): PlanView | undefined {
  const points = scene.floor ? scene.floor.outline : scene.course ? courseOutline(scene.course) : [];
  if (points.length === 0) return undefined;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const box = { x: Math.min(...xs), y: Math.min(...ys), w: Math.max(...xs) - Math.min(...xs), h: Math.max(...ys) - Math.min(...ys) };
  const turned = box.w > box.h !== width > height && Math.max(box.w / box.h, box.h / box.w) > 1.2;
  const margin = Math.min(width, height) * 0.05 + 8;
  const [gw, gh] = turned ? [box.h, box.w] : [box.w, box.h];
  const scale = Math.min((width - 2 * margin) / Math.max(gw, 0.1), (height - 2 * margin) / Math.max(gh, 0.1));
  const left = (width - gw * scale) / 2;
  const top = (height - gh * scale) / 2;
  // Ground y grows to the left of x (mathematical sense), screen y grows downwards. Turned: a quarter turn, never a mirror image.
  const toScreen = turned
    ? (p: Point): Point => ({ x: left + (box.y + box.h - p.y) * scale, y: top + (box.x + box.w - p.x) * scale })
    : (p: Point): Point => ({ x: left + (p.x - box.x) * scale, y: top + (box.y + box.h - p.y) * scale });
  return { width, height, scale, toScreen };
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
const unit = (view: PlanView): number => Math.min(view.width, view.height) / 100;

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
    label(c, name, line, view, 2.6 * u, INK.accent, false, 2.6 * u);
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
  room = 0,
): void {
  const points = polygon.map(([x, y]) => view.toScreen({ x, y }));
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  c.font = font(size);
  const wide = c.measureText(name).width;
  const upright = right - left < wide && bottom - top > wide;
  const fits = upright ? 1 : Math.min(1, (right - left + size) / wide);
  if (size * fits < 11) return;
  c.font = font(size * fits);
  c.fillStyle = colour;
  c.save();
  c.translate((left + right) / 2, high ? top + size * 0.95 : (top + bottom) / 2 + room);
  if (upright) c.rotate(-Math.PI / 2);
  c.fillText(name, 0, 0);
  c.restore();
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
  const length = Math.hypot(a.x - b.x, a.y - b.y) || 1;
  c.font = font(Math.max(15, 2.6 * u));
  c.fillStyle = colour;
  c.fillText(text, a.x + ((a.x - b.x) / length) * 3.2 * u, a.y + ((a.y - b.y) / length) * 3.2 * u);
}
