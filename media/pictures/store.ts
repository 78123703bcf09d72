import * as C from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Box, MediaTimeUs, Size, TrackingFrame } from '../../protocol/index.js';
import { rgbWeights } from '../composite/colour.js';
import { Graph } from '../ffmpeg/graph.js';
import { check, MediaError, newFrame } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import type { HeldPicture, PictureKernel } from './kernel.js';

/** A recorded picture in the kernel's memory, with what is known about it. */
export interface HeldFrame {
  readonly mediaTimeUs: MediaTimeUs;
  readonly tracking: TrackingFrame;
  readonly picture: HeldPicture;
}

const CELL = 8;
/** Bytes for each pixel of a picture that cutting somebody out of it usually takes. */
const USUAL_WORK = 20;

/** Where pictures of one recording are held to be registered on each other. */
export class PictureStore {
  readonly size: Size;
  /** For the kernel: how its samples become RGB. */
  readonly colour: readonly number[];
  private graph: Graph | null = null;
  /** What is held passes through here: its planes are looked up once. Those of every frame anew would have the collector run all the time. */
  private readonly landing: Frame;
  private readonly planes: readonly Uint8Array[];

  constructor(
    readonly kernel: PictureKernel,
    private readonly info: SourceInfo,
  ) {
    this.size = info.size;
    this.colour = rgbWeights(info.colour);
    this.landing = newFrame();
    this.landing.format = this.isPlain ? info.format.id : C.AV_PIX_FMT_YUV420P;
    this.landing.width = info.size.width;
    this.landing.height = info.size.height;
    check(this.landing.getBuffer(0), 'pictures');
    this.planes = this.landing.data ?? [];
  }

  private get isPlain(): boolean {
    return /^yuvj?420p$/.test(this.info.format.name);
  }

  /**
   * Takes the memory at once that so many pictures and usual work on them need: each time that WebAssembly's memory grows, the collector counts all of
   * it anew, and runs.
   */
  reserve(pictures: number): void {
    const { width, height } = this.size;
    const [stride = 0, strideC = 0] = this.landing.linesize;
    const one = (stride + strideC + Math.ceil(width / CELL)) * height;
    this.kernel.reserve(pictures * one + USUAL_WORK * width * height);
  }

  /** Room for one picture. */
  place(): HeldPicture {
    const { width, height } = this.size;
    const { kernel } = this;
    const [stride = 0, strideC = 0] = this.landing.linesize;
    return {
      luma: kernel.take(stride * height),
      u: kernel.take(strideC * (height >> 1)),
      v: kernel.take(strideC * (height >> 1)),
      grid: kernel.take(Math.ceil(width / CELL) * Math.ceil(height / CELL)),
      ...{ stride, strideC, width, height },
    };
  }

  /** Copies a picture in, over what was there. The frame stays the caller's. */
  async hold(native: Frame, tracking: TrackingFrame, into: HeldPicture = this.place()): Promise<HeldFrame> {
    const plain = this.isPlain ? native : await this.convert(native);
    try {
      const { width, height } = this.size;
      if (plain.width !== width || plain.height !== height)
        throw new MediaError('a recorded picture has another size than its recording says');
      check(this.landing.copy(plain), 'a recorded picture');
    } finally {
      if (plain !== native) plain.free();
    }
    const { luma, u, v, stride, strideC, height } = into;
    this.copyPlane(0, luma, stride * height);
    this.copyPlane(1, u, strideC * (height >> 1));
    this.copyPlane(2, v, strideC * (height >> 1));
    this.markPeople(into, tracking);
    return { mediaTimeUs: tracking.mediaTimeUs, tracking, picture: into };
  }

  close(): void {
    this.graph?.close();
    this.graph = null;
    this.landing.free();
  }

  private async convert(native: Frame): Promise<Frame> {
    this.graph ??= await Graph.video(native, `scale=flags=bilinear+accurate_rnd:out_range=${this.info.colour.range},format=yuv420p`);
    await this.graph.push(native);
    const plain = await this.graph.pull();
    if (!plain) throw new MediaError('a recorded picture could not be converted');
    return plain;
  }

  private copyPlane(index: number, to: number, bytes: number): void {
    const plane = this.planes[index];
    if (!plane || plane.length < bytes) throw new MediaError('out of memory for recorded pictures');
    this.kernel.bytes(to, bytes).set(plane.subarray(0, bytes));
  }

  private markPeople(picture: HeldPicture, tracking: TrackingFrame): void {
    const columns = Math.ceil(picture.width / CELL);
    const rows = Math.ceil(picture.height / CELL);
    const grid = this.kernel.bytes(picture.grid, columns * rows);
    grid.fill(0);
    for (const subject of tracking.subjects) {
      if (subject.state === 'outside') continue;
      const { x, y, width, height } = grown(subject.box, 0.2, 0.1, 0.15);
      const from = Math.max(0, Math.floor(x / CELL));
      const to = Math.min(columns, Math.ceil((x + width) / CELL));
      for (let row = Math.max(0, Math.floor(y / CELL)); row < Math.min(rows, Math.ceil((y + height) / CELL)); row++)
        if (to > from) grid.fill(1, row * columns + from, row * columns + to);
    }
  }
}

/** A box with some of its own size added: shares of its width at both sides, of its height above and below. */
export function grown(box: Box, sides: number, above: number, below: number): Box {
  return {
    x: box.x - box.width * sides,
    y: box.y - box.height * above,
    width: box.width * (1 + 2 * sides),
    height: box.height * (1 + above + below),
  };
}
