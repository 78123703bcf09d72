import { apply, bend, type Course, CourseGeometry, depth, invert, type Point, unbend } from '../../../protocol/index.js';
import type { Model, Shown } from './model.js';
import type { Line, Pair } from './template.js';
import type { View } from './view.js';

/** Lines are projected in pieces no longer than this share of their whole. */
const PIECES = 24;
const LOUPE_ZOOM = 8;

/** Everything on the sheet: frame, grid, template, course, marks. */
export function paint(
  canvas: HTMLCanvasElement,
  view: View,
  picture: CanvasImageSource | undefined,
  model: Model,
  shown: Shown | undefined,
  course: Course | undefined,
  hand: readonly Pair[],
): void {
  const context = fitted(canvas);
  if (!context || view.width === 0) return;
  const ratio = devicePixelRatio;
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, -view.left * view.scale * ratio, -view.top * view.scale * ratio);
  context.imageSmoothingEnabled = view.scale < 4;
  if (picture) context.drawImage(picture, 0, 0, view.width, view.height);
  const thin = 1 / view.scale;
  if (shown) {
    stroke(context, grid(model), shown, 'rgba(140, 205, 255, 0.4)', thin);
    stroke(context, model.template.lines, shown, 'rgba(0, 0, 0, 0.55)', 3.4 * thin);
    stroke(context, model.template.lines, shown, '#ffd21f', 1.6 * thin);
    if (course) stroke(context, courseLines(course), shown, '#43d98a', 2.2 * thin);
    if (hand.length > 0) {
      stroke(context, [hand], shown, '#43d98a', 2 * thin);
      for (const p of hand) dot(context, place(shown, p), 4 * thin, '#43d98a');
    }
  }
  marks(context, model, shown, thin);
}

/** Under the pointer, enlarged, with the pixels as they are. */
export function paintLoupe(canvas: HTMLCanvasElement, view: View, picture: CanvasImageSource | undefined, at: Point | undefined): void {
  canvas.hidden = at === undefined || picture === undefined;
  const context = fitted(canvas);
  if (!context || !at || !picture) return;
  const [w, h] = [canvas.width, canvas.height];
  const zoom = LOUPE_ZOOM * devicePixelRatio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#05080f';
  context.fillRect(0, 0, w, h);
  context.imageSmoothingEnabled = false;
  context.setTransform(zoom, 0, 0, zoom, w / 2 - at.x * zoom, h / 2 - at.y * zoom);
  context.drawImage(picture, 0, 0, view.width, view.height);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.strokeStyle = '#ffd21f';
  context.lineWidth = devicePixelRatio;
  context.beginPath();
  for (const [x0, y0, x1, y1] of [
    [0, h / 2, w / 2 - 8, h / 2],
    [w / 2 + 8, h / 2, w, h / 2],
    [w / 2, 0, w / 2, h / 2 - 8],
    [w / 2, h / 2 + 8, w / 2, h],
  ] as const) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
  context.fillStyle = '#ffd21f';
  context.fillRect(w / 2 - 1, h / 2 - 1, 2, 2);
}

function fitted(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const [w, h] = [Math.round(canvas.clientWidth * devicePixelRatio), Math.round(canvas.clientHeight * devicePixelRatio)];
  if (w === 0 || h === 0) return undefined;
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext('2d') ?? undefined;
  context?.setTransform(1, 0, 0, 1, 0, 0);
  context?.clearRect(0, 0, w, h);
  return context;
}

/** Where a place of the ground shows; undefined behind the camera. */
export function place({ groundToImage, lens }: Shown, [x, y]: Pair): Point | undefined {
  if (!(depth(groundToImage, { x, y }) > 0)) return undefined;
  const p = apply(groundToImage, { x, y });
  if (Math.abs(p.x) > 1e5 || Math.abs(p.y) > 1e5) return undefined;
  return lens ? bend(lens, p) : p;
}

/** The place of the ground that a pixel shows; undefined at and above the horizon. */
export function groundAt({ groundToImage, lens }: Shown, pixel: Point): Point | undefined {
  const back = invert(groundToImage);
  const at = back && apply(back, lens ? unbend(lens, pixel) : pixel);
  return at && depth(groundToImage, at) > 0 ? at : undefined;
}

function stroke(context: CanvasRenderingContext2D, lines: readonly Line[], shown: Shown, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.beginPath();
  for (const line of lines) {
    let down = false;
    for (const p of dense(line)) {
      const at = place(shown, p);
      if (at && down) context.lineTo(at.x, at.y);
      else if (at) context.moveTo(at.x, at.y);
      down = at !== undefined;
    }
  }
  context.stroke();
}

function* dense(line: Line): Generator<Pair> {
  const steps = Math.max(1, Math.ceil(PIECES / Math.max(1, line.length - 1)));
  for (const [i, b] of line.entries()) {
    const a = line[i - 1];
    if (!a) yield b;
    else for (let s = 1; s <= steps; s++) yield [a[0] + ((b[0] - a[0]) * s) / steps, a[1] + ((b[1] - a[1]) * s) / steps];
  }
}

/** Lines a fixed distance apart over the template and its marks. */
function grid({ template, marks }: Model): Line[] {
  const all = [...template.lines.flat(), ...marks.map((m) => m.ground)];
  const step = template.gridM;
  const range = (values: readonly number[]): [number, number] => [
    Math.floor(Math.min(...values) / step) * step,
    Math.ceil(Math.max(...values) / step) * step,
  ];
  if (all.length === 0) return [];
  const [[x0, x1], [y0, y1]] = [range(all.map((p) => p[0])), range(all.map((p) => p[1]))];
  const lines: Line[] = [];
  for (let x = x0; x <= x1 && lines.length < 300; x += step)
    lines.push([
      [x, y0],
      [x, y1],
    ]);
  for (let y = y0; y <= y1 && lines.length < 600; y += step)
    lines.push([
      [x0, y],
      [x1, y],
    ]);
  return lines;
}

/** Edges and lanes of a course, its start, splits and finish. */
function courseLines(course: Course): Line[] {
  const geometry = new CourseGeometry(course);
  const pair = ({ x, y }: Point): Pair => [x, y];
  const along = Array.from({ length: 81 }, (_, i) => (geometry.lengthM * i) / 80);
  const lanes = Math.max(1, course.lanes);
  const sides = Array.from({ length: lanes + 1 }, (_, i) => course.widthM / 2 - (i / lanes) * course.widthM);
  return [
    ...sides.map((across): Line => along.map((m) => pair(geometry.pointAt(m, across)))),
    ...[course.startM, ...course.splitsM, course.finishM].map((m): Line => geometry.lineAcross(m).map(pair)),
  ];
}

function marks(context: CanvasRenderingContext2D, model: Model, shown: Shown | undefined, thin: number): void {
  const { fit } = model;
  for (const [i, { index, image, ground }] of model.placed().entries()) {
    const believed = fit?.points[i]?.believed ?? true;
    const computed = shown && place(shown, ground);
    if (computed) {
      context.strokeStyle = '#ff6b6b';
      context.lineWidth = 1.5 * thin;
      context.beginPath();
      context.moveTo(image.x, image.y);
      context.lineTo(computed.x, computed.y);
      context.stroke();
    }
    const chosen = index === model.selected;
    context.lineWidth = (chosen ? 3 : 2) * thin;
    context.strokeStyle = believed ? (chosen ? '#ffffff' : '#ffd21f') : '#ff6b6b';
    context.beginPath();
    context.arc(image.x, image.y, 8 * thin, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(image.x + dx * 3 * thin, image.y + dy * 3 * thin);
      context.lineTo(image.x + dx * 13 * thin, image.y + dy * 13 * thin);
    }
    context.stroke();
    context.font = `700 ${13 * thin}px system-ui, sans-serif`;
    context.lineWidth = 3 * thin;
    context.strokeStyle = '#05080f';
    context.strokeText(`${index + 1}`, image.x + 11 * thin, image.y - 9 * thin);
    context.fillStyle = believed ? '#ffffff' : '#ff9c9c';
    context.fillText(`${index + 1}`, image.x + 11 * thin, image.y - 9 * thin);
  }
}

function dot(context: CanvasRenderingContext2D, at: Point | undefined, radius: number, colour: string): void {
  if (!at) return;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fill();
}
