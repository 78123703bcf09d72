import type { Frame } from 'node-av/lib';
import type { Box, MediaTimeUs, Size, TrackingFrame } from '../../protocol/index.js';
import { rgbWeights } from '../composite/colour.js';
import { Graph } from '../ffmpeg/graph.js';
import { MediaError } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import type { HeldPicture, PictureKernel } from './kernel.js';

/** A recorded picture in the kernel's memory, with what is known about it. */
export interface HeldFrame {
  readonly mediaTimeUs: MediaTimeUs;
  readonly tracking: TrackingFrame;
  readonly picture: HeldPicture;
}

const CELL = 8;

/** Where pictures of one recording are held to be registered on each other. */
export class PictureStore {
  readonly size: Size;
  /** For the kernel: how its samples become RGB. */
  readonly colour: readonly number[];
  private graph: Graph | null = null;

  constructor(
    readonly kernel: PictureKernel,
    private readonly info: SourceInfo,
  ) {
    this.size = info.size;
    this.colour = rgbWeights(info.colour);
  }

  /** Room for one picture. */
  place(): HeldPicture {
    const { width, height } = this.size;
    const { kernel } = this;
    const quarter = (width >> 1) * (height >> 1);
    return {
      luma: kernel.take(width * height),
      u: kernel.take(quarter),
      v: kernel.take(quarter),
      grid: kernel.take(Math.ceil(width / CELL) * Math.ceil(height / CELL)),
      width,
      height,
    };
  }

  /** Copies a picture in, over what was there. The frame stays the caller's. */
  async hold(native: Frame, tracking: TrackingFrame, into: HeldPicture = this.place()): Promise<HeldFrame> {
    const plain = /^yuvj?420p$/.test(this.info.format.name) ? native : await this.convert(native);
    try {
      const { width, height } = this.size;
      this.copy(plain, 0, into.luma, width, height);
      this.copy(plain, 1, into.u, width >> 1, height >> 1);
      this.copy(plain, 2, into.v, width >> 1, height >> 1);
    } finally {
      if (plain !== native) plain.free();
    }
    this.markPeople(into, tracking);
    return { mediaTimeUs: tracking.mediaTimeUs, tracking, picture: into };
  }

  close(): void {
    this.graph?.close();
    this.graph = null;
  }

  private async convert(native: Frame): Promise<Frame> {
    this.graph ??= await Graph.video(native, `scale=flags=bilinear+accurate_rnd:out_range=${this.info.colour.range},format=yuv420p`);
    await this.graph.push(native);
    const plain = await this.graph.pull();
    if (!plain) throw new MediaError('a recorded picture could not be converted');
    return plain;
  }

  private copy(frame: Frame, index: number, to: number, width: number, height: number): void {
    const plane = frame.data?.[index];
    const stride = frame.linesize[index] ?? 0;
    if (!plane || stride < width) throw new MediaError('a recorded picture has another size than its recording says');
    const memory = this.kernel.bytes(to, width * height);
    for (let y = 0; y < height; y++) memory.set(plane.subarray(y * stride, y * stride + width), y * width);
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
