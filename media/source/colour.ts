import * as C from 'node-av/constants';
import { type Frame, SoftwareScaleContext } from 'node-av/lib';
import type { ColourPicture, Size } from '../../protocol/index.js';
import { check, MediaError, newFrame, shareFrame } from '../ffmpeg/native.js';
import type { Colour } from '../frame.js';

const SPACES: Readonly<Record<Colour['matrix'], C.AVColorSpace>> = {
  bt601: C.AVCOL_SPC_SMPTE170M,
  bt709: C.AVCOL_SPC_BT709,
  bt2020: C.AVCOL_SPC_BT2020_NCL,
};

/** Makes the analysis picture in colour, where somebody asks for it: area-averaged, corner on corner like the luma picture. */
export class ColourScaler {
  private readonly scaler = new SoftwareScaleContext();
  private readonly rgb: Frame = newFrame();
  private readonly data: Uint8Array;
  private busy: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly size: Size,
    private readonly colour: Colour,
  ) {
    this.rgb.format = C.AV_PIX_FMT_RGB24;
    this.rgb.width = size.width;
    this.rgb.height = size.height;
    this.rgb.colorSpace = C.AVCOL_SPC_RGB;
    this.rgb.colorRange = C.AVCOL_RANGE_JPEG;
    check(this.rgb.getBuffer(0), 'colour picture');
    this.data = new Uint8Array(size.width * size.height * 3);
    // Not initialised on purpose: so it takes matrix and range from the frames.
    this.scaler.allocContext();
    check(this.scaler.setOption('sws_flags', Number(C.SWS_AREA)), 'colour scaler');
  }

  /** @returns a picture that stays until the next call. @throws MediaError after `close()`. */
  scale(source: Frame): Promise<ColourPicture> {
    // A handle of our own: the source may be drawn on or freed meanwhile. It says what the source may leave open.
    const held = shareFrame(source);
    held.colorSpace = SPACES[this.colour.matrix];
    held.colorRange = this.colour.range === 'full' ? C.AVCOL_RANGE_JPEG : C.AVCOL_RANGE_MPEG;
    const result = this.busy.then(() => this.scaleNow(held)).finally(() => held.free());
    this.busy = result.catch(() => undefined);
    return result;
  }

  private async scaleNow(source: Frame): Promise<ColourPicture> {
    if (this.closed) throw new MediaError('colour picture: the source is closed');
    check(await this.scaler.scaleFrame(this.rgb, source), 'colour scaler');
    const { width, height } = this.size;
    const plane = this.rgb.data![0]!;
    const stride = this.rgb.linesize[0]!;
    const row = width * 3;
    for (let y = 0; y < height; y++) this.data.set(plane.subarray(y * stride, y * stride + row), y * row);
    return { width, height, data: this.data };
  }

  close(): void {
    void this.busy.then(() => {
      if (this.closed) return;
      this.closed = true;
      this.scaler.freeContext();
      this.rgb.free();
    });
  }
}
