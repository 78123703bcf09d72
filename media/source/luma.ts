import { AV_PIX_FMT_GRAY8, SWS_AREA } from 'node-av/constants';
import { type Frame, SoftwareScaleContext } from 'node-av/lib';
import type { LumaPicture, Size } from '../../protocol/index.js';
import { check, newFrame } from '../ffmpeg/native.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';

/** Pictures kept for reuse; more than a frame ring ever holds. */
const POOL_LIMIT = 32;

export interface PooledLuma {
  readonly picture: LumaPicture;
  release(): void;
}

/** Size of the luma picture: `analysisWidth` wide, never wider than the source, the nearest height. */
function lumaSize(source: Size, analysisWidth: number): Size {
  const width = Math.min(analysisWidth, source.width);
  return { width, height: Math.max(1, Math.round((source.height * width) / source.width)) };
}

/**
 * Makes the small grey picture for analysis: area-averaged, corner on corner (the picture's edges map exactly onto the luma picture's edges,
 * each axis with its own factor), expanded to full range. Only the Y plane is read.
 */
export class LumaScaler {
  private readonly scaler = new SoftwareScaleContext();
  private readonly grey: Frame = newFrame();
  private readonly pool: Uint8Array[] = [];
  private busy: Promise<unknown> = Promise.resolve();
  readonly size: Size;

  constructor(source: Size, format: PictureFormat, fullRange: boolean, analysisWidth: number) {
    this.size = lumaSize(source, analysisWidth);
    this.grey.format = AV_PIX_FMT_GRAY8;
    this.grey.width = this.size.width;
    this.grey.height = this.size.height;
    check(this.grey.getBuffer(0), 'luma picture');
    this.scaler.allocContext();
    const options = {
      srcw: source.width,
      srch: source.height,
      src_format: format.id,
      src_range: fullRange ? 1 : 0,
      dstw: this.size.width,
      dsth: this.size.height,
      dst_format: AV_PIX_FMT_GRAY8,
      dst_range: 1,
      sws_flags: Number(SWS_AREA),
    };
    for (const [name, value] of Object.entries(options)) check(this.scaler.setOption(name, value), `luma scaler option ${name}`);
    check(this.scaler.initContext(), 'luma scaler');
  }

  /** @returns a picture that stays unchanged until it is released. */
  scale(source: Frame): Promise<PooledLuma> {
    const result = this.busy.then(() => this.scaleNow(source));
    this.busy = result.catch(() => undefined);
    return result;
  }

  private async scaleNow(source: Frame): Promise<PooledLuma> {
    check(await this.scaler.scaleFrame(this.grey, source), 'luma scaler');
    const { width, height } = this.size;
    const data = this.pool.pop() ?? new Uint8Array(width * height);
    const plane = this.grey.data![0]!;
    const stride = this.grey.linesize[0]!;
    if (stride === width) data.set(plane.subarray(0, width * height));
    else for (let y = 0; y < height; y++) data.set(plane.subarray(y * stride, y * stride + width), y * width);
    let released = false;
    return {
      picture: { width, height, data },
      release: () => {
        if (!released && this.pool.length < POOL_LIMIT) this.pool.push(data);
        released = true;
      },
    };
  }

  close(): void {
    void this.busy.then(() => {
      this.scaler.freeContext();
      this.grey.free();
    });
  }
}
