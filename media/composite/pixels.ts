import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PicturePlane } from './blender.js';

/** Reads a picture's colours where it lies, as eight-bit Y'CbCr, whatever its format. */
export class Pixels {
  readonly #shiftX: number;
  readonly #shiftY: number;
  /** Bits of a sample beyond eight. */
  readonly #extra: number;
  #luma: PicturePlane = NONE;
  #u: PicturePlane = NONE;
  #v: PicturePlane = NONE;

  constructor({ chromaShiftX, chromaShiftY, depth, shift }: PictureFormat) {
    this.#shiftX = chromaShiftX;
    this.#shiftY = chromaShiftY;
    this.#extra = shift + depth - 8;
  }

  /** Takes the next picture, whose planes these are. */
  take([luma, u, v]: readonly [PicturePlane, PicturePlane, PicturePlane]): void {
    this.#luma = luma;
    this.#u = u;
    this.#v = v;
  }

  luma(x: number, y: number): number {
    const plane = this.#luma;
    return plane.samples[plane.first + y * plane.stride + x * plane.step]! >> this.#extra;
  }

  u(x: number, y: number): number {
    return this.#chroma(this.#u, x, y);
  }

  v(x: number, y: number): number {
    return this.#chroma(this.#v, x, y);
  }

  #chroma(plane: PicturePlane, x: number, y: number): number {
    return plane.samples[plane.first + (y >> this.#shiftY) * plane.stride + (x >> this.#shiftX) * plane.step]! >> this.#extra;
  }
}

const NONE: PicturePlane = { samples: new Uint8Array(0), first: 0, step: 1, stride: 0, width: 0, height: 0, shift: 0 };
