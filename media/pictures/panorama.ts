import * as C from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { apply, type Box, depth, invert, type Mat3, multiply, type Point, type Size, translation, unbend } from '../../protocol/index.js';
import { Graph } from '../ffmpeg/graph.js';
import { check, MediaError, newFrame } from '../ffmpeg/native.js';
import { pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { SourceInfo } from '../frame.js';
import { MATRIX_NAMES } from '../source/normaliser.js';
import { fillBackdrop } from './backdrop.js';
import type { CutOut } from './cut-out.js';
import { type PictureView, viewOf } from './picture-map.js';
import type { HeldFrame, PictureStore } from './store.js';

/** A panorama is at most this many times as wide as one picture. */
const WIDEST_PICTURES = 4;
/** Room around the images, in pictures. */
const ROOM_X = 0.2;
const ROOM_Y = 0.2;
const TILE_PX = 128;
/** The kernel's scratch is made for no more. */
const VIEWS = 24;

/** All the ground a camera swept, without people, as one picture. */
export interface Panorama {
  /** The caller's to free. */
  readonly native: Frame;
  readonly info: SourceInfo;
  readonly view: PictureView;
}

/**
 * The clean plate of everything the pictures saw, on the picture plane of one of them (`reference`, without its lens), around all of the images.
 * Each pixel is the median of those that see it; what none saw is a quiet backdrop.
 * @throws MediaError when no pose can be used.
 */
export async function panorama(
  store: PictureStore,
  views: readonly HeldFrame[],
  reference: HeldFrame,
  images: readonly CutOut[],
  info: SourceInfo,
  widestPx: number,
): Promise<Panorama> {
  const seen = spread(
    views.filter(({ tracking }) => tracking.pose.state !== 'lost'),
    VIEWS,
  );
  const { size, toReference } = extent(seen, reference, images, store.size, widestPx);
  const canvas = await plateOf(store, seen, reference, size, toReference);
  try {
    const native = await converted(canvas, info);
    const format = pictureFormatByName('yuv420p');
    const fromReference = invert(toReference);
    if (!format || !fromReference) throw new MediaError('the panorama has no size');
    return {
      native,
      info: { ...info, size, format, sampleAspectRatio: { num: 1, den: 1 } },
      view: { groundToImage: multiply(fromReference, reference.tracking.pose.groundToImage), lens: undefined },
    };
  } finally {
    canvas.free();
  }
}

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is shown of the reference's plane: the images with room around them, as far as the pictures reach. */
function extent(
  views: readonly HeldFrame[],
  reference: HeldFrame,
  images: readonly CutOut[],
  picture: Size,
  widestPx: number,
): { size: Size; toReference: Mat3 } {
  const toGround = reference.tracking.pose.groundToImage;
  const seen = boundsOf(
    views.map(({ tracking }) => ({ view: viewOf(tracking), box: { x: 0, y: 0, ...picture } })),
    toGround,
  );
  const shown = boundsOf(images, toGround);
  const most = picture.width * WIDEST_PICTURES;
  const left = Math.max(seen.left, shown.left - picture.width * ROOM_X, shown.right - most);
  const right = Math.min(seen.right, shown.right + picture.width * ROOM_X);
  const top = Math.max(seen.top, shown.top - picture.height * ROOM_Y);
  const bottom = Math.min(seen.bottom, shown.bottom + picture.height * ROOM_Y);
  const scale = Math.min(1, widestPx / (right - left), widestPx / (bottom - top));
  const even = (px: number): number => Math.max(2, Math.floor((px * scale) / 2) * 2);
  return { size: { width: even(right - left), height: even(bottom - top) }, toReference: [1 / scale, 0, left, 0, 1 / scale, top, 0, 0, 1] };
}

/** Bounds of boxes of many pictures on one picture's plane. */
function boundsOf(boxes: readonly { readonly view: PictureView; readonly box: Box }[], to: Mat3): Bounds {
  const bounds = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  };
  for (const { view, box } of boxes) {
    const back = invert(view.groundToImage);
    if (!back) continue;
    const m = multiply(to, back);
    for (const seen of [box.x, box.x + box.width].flatMap((x) => [box.y, box.y + box.height].map((y) => ({ x, y })))) {
      const corner = view.lens ? unbend(view.lens, seen) : seen;
      // Turned away by so much that it would fill the world.
      if (depth(m, corner) <= 0.2) continue;
      const { x, y } = apply(m, corner);
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
  }
  return bounds;
}

async function plateOf(
  store: PictureStore,
  views: readonly HeldFrame[],
  reference: HeldFrame,
  size: Size,
  toReference: Mat3,
): Promise<Frame> {
  const back = invert(reference.tracking.pose.groundToImage);
  if (!back) throw new MediaError('the camera pose is lost at the middle of the panorama');
  const { kernel } = store;
  const canvas = rgbaFrame(size);
  const plane = canvas.data?.[0];
  const stride = canvas.linesize[0] ?? 0;
  if (!plane) throw new MediaError('out of memory for a panorama');
  const mark = kernel.mark();
  const samples = kernel.take(views.length * TILE_PX * TILE_PX * 4);
  const out = kernel.take(TILE_PX * TILE_PX * 4);
  const spreadAt = kernel.take(TILE_PX * TILE_PX);
  for (let top = 0; top < size.height; top += TILE_PX) {
    for (let left = 0; left < size.width; left += TILE_PX) {
      const width = Math.min(TILE_PX, size.width - left);
      const height = Math.min(TILE_PX, size.height - top);
      const pixels = width * height;
      const tile = multiply(multiply(back, toReference), translation(left, top));
      let count = 0;
      for (const view of views) {
        const { groundToImage, lens } = viewOf(view.tracking);
        const map = { from: undefined, matrix: multiply(groundToImage, tile), to: lens };
        if (lens || maySee(view.picture, map.matrix, width, height))
          kernel.warpPicture(view.picture, map, store.colour, samples + count++ * pixels * 4, width, height, true);
      }
      kernel.pick(samples, count, pixels, out, spreadAt);
      const bytes = kernel.bytes(out, pixels * 4);
      for (let y = 0; y < height; y++) plane.set(bytes.subarray(y * width * 4, (y + 1) * width * 4), (top + y) * stride + left * 4);
    }
  }
  kernel.release(mark);
  fillBackdrop(plane, stride, size);
  return canvas;
}

/** False where a picture surely shows nothing of a region. */
function maySee(picture: Size, toPicture: Mat3, width: number, height: number): boolean {
  const corners = [0, width].flatMap((x) => [0, height].map((y) => ({ x, y })));
  if (corners.some((corner) => depth(toPicture, corner) <= 0)) return true;
  const seen = corners.map((corner) => apply(toPicture, corner));
  const beyond = (at: (p: Point) => number, end: number): boolean => seen.every((p) => at(p) < 0) || seen.every((p) => at(p) > end);
  return !beyond((p) => p.x, picture.width) && !beyond((p) => p.y, picture.height);
}

function rgbaFrame({ width, height }: Size): Frame {
  const frame = newFrame();
  frame.format = C.AV_PIX_FMT_RGBA;
  frame.width = width;
  frame.height = height;
  frame.colorSpace = C.AVCOL_SPC_RGB;
  frame.colorRange = C.AVCOL_RANGE_JPEG;
  check(frame.getBuffer(0), 'panorama');
  return frame;
}

async function converted(rgba: Frame, info: SourceInfo): Promise<Frame> {
  const { matrix, range, tags } = info.colour;
  const filters = `scale=out_color_matrix=${MATRIX_NAMES[matrix]}:out_range=${range}:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p`;
  const graph = await Graph.video(rgba, filters);
  try {
    await graph.push(rgba);
    const native = await graph.pull();
    if (!native) throw new MediaError('the panorama could not be converted');
    native.colorSpace = tags.space;
    native.colorRange = tags.range;
    return native;
  } finally {
    graph.close();
  }
}

/** At most `count` of a list, evenly from first to last. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]!);
}
