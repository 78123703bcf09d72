import { writeFile } from 'node:fs/promises';
import type { Frame } from 'node-av/lib';
import { type Compositor, OutputSet, pngOf, type SourceInfo } from '../../media/index.js';
import { Encoder, type OverlayRegion } from '../../protocol/index.js';

/** Made while somebody waits for it: quick before small. */
const SETTINGS = Encoder.parse({ preset: 'ultrafast', crf: 22, gopS: 0.5, pixelFormat: 'yuv420p' });
const ASSUMED_FPS = { num: 25, den: 1 };

/**
 * Blends into a picture's copy in the compositor's own memory, though it could be written to itself: a copy takes half a millisecond, the
 * collector, called for each picture that JavaScript looks at anew, ten.
 */
export function blendShared(compositor: Compositor, native: Frame, regions: readonly OverlayRegion[]): void {
  const share = native.clone();
  try {
    compositor.blend({ native }, regions);
  } finally {
    share?.free();
  }
}

/** Writes a picture as PNG and frees it. @throws Error when it cannot be written. */
export async function saveStill(native: Frame, info: SourceInfo, path: string): Promise<void> {
  try {
    await writeFile(path, await pngOf(native, info));
  } finally {
    native.free();
  }
}

/** An MP4 being written, its first picture at 0. */
export class Film {
  private firstUs = -1;
  private nextUs = 0;

  private constructor(
    private readonly outputs: OutputSet,
    private readonly speed: number,
    private readonly frameUs: number,
  ) {}

  /** @param speed below 1: pictures stand longer. @throws MediaError when the file cannot be written. */
  static async open(path: string, info: SourceInfo, speed = 1): Promise<Film> {
    const { num, den } = info.fps ?? ASSUMED_FPS;
    const options = { baseDir: '/', failFast: true, hurried: true };
    const outputs = await OutputSet.open(info, SETTINGS, [{ type: 'file', path }], options);
    return new Film(outputs, speed, (den * 1e6) / num);
  }

  /** The picture stays the caller's. */
  async write(native: Frame, mediaTimeUs: number, durationUs: number): Promise<void> {
    if (this.firstUs < 0) this.firstUs = mediaTimeUs;
    const duration = Math.round((durationUs || this.frameUs) / this.speed);
    const at = Math.round((mediaTimeUs - this.firstUs) / this.speed);
    this.nextUs = at + duration;
    await this.outputs.write({ native, mediaTimeUs: at, durationUs: duration, discontinuity: null });
  }

  /** The picture stands still. */
  async hold(native: Frame, seconds: number): Promise<void> {
    const frames = Math.round((seconds * 1e6) / this.frameUs);
    for (let i = 0; i < frames; i++) {
      const at = Math.round(this.nextUs);
      this.nextUs += this.frameUs;
      await this.outputs.write({ native, mediaTimeUs: at, durationUs: Math.round(this.frameUs), discontinuity: null });
    }
  }

  /** @throws MediaError when the file could not be written to its end. */
  async finish(): Promise<void> {
    await this.outputs.finish();
  }
}
