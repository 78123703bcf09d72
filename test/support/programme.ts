import { createCanvas, loadImage } from '@napi-rs/canvas';
import { apply, type Box, type Course, CourseGeometry, depth, type Mat3, type Point } from '../../protocol/index.js';
import { readClip } from './clips.js';

/** A decoded picture, 8 bits, 4:2:0, rows tightly packed. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** The pictures of a film that are wanted, by what `wanted` calls them; undefined: not wanted. */
export async function pictures(path: string, wanted: (timeUs: number) => number | undefined): Promise<ReadonlyMap<number, Planes>> {
  const found = new Map<number, Planes>();
  await readClip(path, ({ timeUs, width, height, luma, frame }) => {
    const name = wanted(timeUs);
    if (name === undefined) return;
    const chroma = (plane: number): Uint8Array => {
      const [data, stride] = [frame.data?.[plane] ?? new Uint8Array(), frame.linesize[plane] ?? 0];
      const out = new Uint8Array((width >> 1) * (height >> 1));
      for (let y = 0; y < height >> 1; y++) out.set(data.subarray(y * stride, y * stride + (width >> 1)), y * (width >> 1));
      return out;
    };
    found.set(name, { width, height, luma: new Uint8Array(luma), u: chroma(1), v: chroma(2) });
  });
  return found;
}

/** A PNG as luma (BT.709, limited range), chroma left out. */
export async function lumaOf(png: Uint8Array): Promise<{ width: number; height: number; luma: Uint8Array }> {
  const image = await loadImage(Buffer.from(png));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const rgba = context.getImageData(0, 0, width, height).data;
  const luma = new Uint8Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    const [r = 0, g = 0, b = 0] = rgba.subarray(4 * i, 4 * i + 3);
    luma[i] = 16 + (219 / 255) * (0.2126 * r + 0.7152 * g + 0.0722 * b);
  }
  return { width, height, luma };
}

/** |Δ| of luma and both chromas at a place, 0–765. */
function difference(a: Planes, b: Planes, x: number, y: number): number {
  const [i, j] = [y * a.width + x, (y >> 1) * (a.width >> 1) + (x >> 1)];
  return Math.abs(a.luma[i]! - b.luma[i]!) + Math.abs(a.u[j]! - b.u[j]!) + Math.abs(a.v[j]! - b.v[j]!);
}

/**
 * How much is drawn along lines across the course: the mean difference between programme and clip on the line at a distance from the start,
 * where it is in the picture and outside `but`. @returns null where too little of it is seen.
 */
export function drawnAcross(clean: Planes, shown: Planes, course: Course, groundToImage: Mat3, distanceM: number, but: Box): number | null {
  const [left, right] = new CourseGeometry(course).lineAcross(course.startM + distanceM);
  let [sum, seen] = [0, 0];
  for (let t = 0.12; t <= 0.88; t += 0.02) {
    const ground: Point = { x: left.x + (right.x - left.x) * t, y: left.y + (right.y - left.y) * t };
    if (depth(groundToImage, ground) <= 0) continue;
    const at = apply(groundToImage, ground);
    const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
    if (x < 0 || y < 0 || x >= clean.width || y >= clean.height || inside(but, at)) continue;
    sum += difference(clean, shown, x, y);
    seen += 1;
  }
  return seen < 12 ? null : sum / seen;
}

function inside(box: Box, { x, y }: Point): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

/** Mean difference over a box. */
export function drawnIn(clean: Planes, shown: Planes, box: Box): number {
  let [sum, count] = [0, 0];
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) {
      sum += difference(clean, shown, x, y);
      count += 1;
    }
  return sum / count;
}

/** How many of a box's chroma samples are like magenta, and like cyan. */
export function magentaAndCyan({ width, u, v }: Planes, box: Box): { magenta: number; cyan: number } {
  const counts = { magenta: 0, cyan: 0 };
  for (let y = box.y >> 1; y < (box.y + box.height) >> 1; y++)
    for (let x = box.x >> 1; x < (box.x + box.width) >> 1; x++) {
      const [cb, cr] = [u[y * (width >> 1) + x]!, v[y * (width >> 1) + x]!];
      if (cb > 165 && cr > 175) counts.magenta += 1;
      if (cb > 135 && cr < 85) counts.cyan += 1;
    }
  return counts;
}

/** Which share of the middle of a box differs in luma between two pictures of one size. */
export function changedShare(a: { luma: Uint8Array }, b: { luma: Uint8Array }, width: number, box: Box): number {
  let [changed, count] = [0, 0];
  for (let y = Math.ceil(box.y + box.height * 0.1); y < box.y + box.height * 0.7; y++)
    for (let x = Math.ceil(box.x + box.width * 0.25); x < box.x + box.width * 0.75; x++) {
      const [p, q] = [a.luma[y * width + x], b.luma[y * width + x]];
      if (x < 0 || x >= width || p === undefined || q === undefined) continue;
      count += 1;
      if (Math.abs(p - q) > 12) changed += 1;
    }
  return changed / Math.max(1, count);
}
