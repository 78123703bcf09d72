import type { Frame } from 'node-av/lib';
import { check, newFrame, shareFrame } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import type { PicturePlane } from './blender.js';
import { planesOf } from './planes.js';

/** Pictures kept for reuse; beyond that they are made and freed each time. */
const LIMIT = 12;

/** A picture and its planes, which hold as long as anybody has a share of it. */
export interface PooledFrame {
  readonly frame: Frame;
  readonly planes: readonly [PicturePlane, PicturePlane, PicturePlane];
}

/**
 * Frames of one size and format whose memory is used again as soon as nobody holds it: a fresh 1080p picture costs a millisecond of page
 * faults. Their planes are looked up once: JavaScript counts FFmpeg's memory as its own each time it is looked at, and collects garbage for it.
 */
export class FramePool {
  private readonly frames: PooledFrame[] = [];

  constructor(private readonly info: Pick<SourceInfo, 'size' | 'format' | 'colour' | 'sampleAspectRatio'>) {}

  /** @returns a frame with undefined pixels that only the caller holds; to be freed as any other, and written without `makeWritable()`. */
  take(): PooledFrame {
    // A frame is writable when this pool holds the only share of it.
    const idle = this.frames.find(({ frame }) => frame.isWritable);
    if (idle) return { ...idle, frame: shareFrame(idle.frame) };
    const frame = this.make();
    const made = { frame, planes: planesOf(frame, this.info.format, this.info.size) };
    if (this.frames.length >= LIMIT) return made;
    this.frames.push(made);
    return { ...made, frame: shareFrame(frame) };
  }

  close(): void {
    for (const { frame } of this.frames.splice(0)) frame.free();
  }

  private make(): Frame {
    const { size, format, colour } = this.info;
    const frame = newFrame();
    frame.format = format.id;
    frame.width = size.width;
    frame.height = size.height;
    frame.colorSpace = colour.tags.space;
    frame.colorPrimaries = colour.tags.primaries;
    frame.colorTrc = colour.tags.transfer;
    frame.colorRange = colour.tags.range;
    check(frame.getBuffer(0), 'composite');
    return frame;
  }
}
