import { readFileSync } from 'node:fs';
import { IDENTITY, invert, type Mat3, multiply, rescale, type Size, translation } from '../../protocol/index.js';
import { coverage, scaleAtMiddle } from './homography-fit.js';

interface BackgroundExports {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  compare(
    img: number,
    w: number,
    h: number,
    model: number,
    cw: number,
    ch: number,
    toCanvas: number,
    mask: number,
    backdrop: number,
    gradientPx: number,
    offset: number,
  ): number;
  learn(
    img: number,
    w: number,
    h: number,
    model: number,
    cw: number,
    ch: number,
    toPicture: number,
    mask: number,
    rate: number,
    patience: number,
    longest: number,
    offset: number,
  ): void;
  rebase(from: number, to: number, cw: number, ch: number, toOld: number): void;
}

function isBackground(exports: object): exports is BackgroundExports {
  return ['memory', 'alloc', 'compare', 'learn', 'rebase'].every((name) => name in exports);
}

let compiled: WebAssembly.Module | undefined;

/** Mask values of a pixel. */
export const MOVED = 255;
export const SHADOW = 127;
export const UNKNOWN = 1;
/** Moved, and not to be taken into the background however long it stays: for `learn` only. */
export const HELD = 254;
/** Differs from the background because that shows somebody who has left: for `learn` only. */
export const GHOST = 253;

/** Nothing is there to be seen: for `learn` only. */
export const BEYOND = 252;

const PLANES = 5;

export interface BackgroundOptions {
  /** Size of the pictures handed in. */
  readonly size: Size;
  readonly kind: 'moving' | 'fixed';
}

/**
 * What the scene looks like without those who move, on a canvas that stands still under a moving camera. A pixel is background once it was
 * seen; what differs from it moved; who stays put is taken into the background only after being there far longer than the background was.
 */
export class Background {
  readonly #wasm: BackgroundExports;
  readonly #size: Size;
  readonly #canvas: Size;
  readonly #margin: Mat3;
  readonly #picture: number;
  readonly #mask: number;
  readonly #backdrop: number;
  readonly #matrix: number;
  #model: number;
  #spare: number;
  /** Reference picture → the picture the canvas was laid around. */
  #base: Mat3 | undefined;
  #offset = 0;

  constructor({ size, kind }: BackgroundOptions) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./background.wasm', import.meta.url)));
    const abort = () => {
      throw new Error('the background model ran out of memory');
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    if (!isBackground(exports)) throw new Error('dist/tracking/vision/background.wasm does not fit this build; run npm run build again');
    this.#wasm = exports;
    this.#size = size;
    const border = kind === 'moving' ? Math.round(size.width * 0.2) : 2;
    this.#canvas = { width: size.width + 2 * border, height: size.height + 2 * border };
    this.#margin = translation(border, border);
    this.#picture = exports.alloc(size.width * size.height * 4);
    this.#mask = exports.alloc(size.width * size.height);
    this.#backdrop = exports.alloc(size.width * size.height * 4);
    this.#matrix = exports.alloc(72);
    const bytes = PLANES * this.#canvas.width * this.#canvas.height * 4;
    this.#model = exports.alloc(bytes);
    this.#spare = kind === 'moving' ? exports.alloc(bytes) : this.#model;
  }

  /** Forgets everything: after a cut. */
  reset(): void {
    this.#base = undefined;
    this.#offset = 0;
    this.#bytes(this.#model, PLANES * this.#canvas.width * this.#canvas.height * 4).fill(0);
  }

  /**
   * What moved, one byte a pixel (MOVED, SHADOW, UNKNOWN or 0).
   * @param picture float32 luma of the size given.
   * @param pose reference picture → this picture, in pixels of this size.
   * @param gradientPx how far the registration may be off.
   * @returns a view valid until the next call; change it before `learn` to correct what is learnt.
   */
  compare(picture: Float32Array, pose: Mat3, gradientPx: number): Uint8Array {
    const { width, height } = this.#size;
    new Float32Array(this.#wasm.memory.buffer, this.#picture, width * height).set(picture);
    this.#follow(pose);
    const { width: cw, height: ch } = this.#canvas;
    const matrix = this.#toCanvas(pose);
    this.#put(matrix);
    const shift = this.#wasm.compare(
      this.#picture,
      width,
      height,
      this.#model,
      cw,
      ch,
      this.#matrix,
      this.#mask,
      this.#backdrop,
      gradientPx,
      this.#offset,
    );
    this.#offset = 0.9 * (this.#offset + Math.max(-8, Math.min(8, shift)));
    return this.#bytes(this.#mask, width * height);
  }

  /** What the background shows where the picture last compared does, as far as it is known; valid until the next call. */
  get backdrop(): Float32Array {
    return new Float32Array(this.#wasm.memory.buffer, this.#backdrop, this.#size.width * this.#size.height);
  }

  /**
   * Learns from the picture last compared.
   * @param framesPerSecond how often this is called: the model follows slow changes of light within half a minute.
   */
  learn(pose: Mat3, framesPerSecond: number): void {
    const back = invert(this.#toCanvas(pose));
    if (!back) return;
    this.#put(back);
    const { width, height } = this.#size;
    const { width: cw, height: ch } = this.#canvas;
    const rate = Math.min(0.05, 1 / (12 * framesPerSecond));
    const longest = 40 * framesPerSecond;
    this.#wasm.learn(this.#picture, width, height, this.#model, cw, ch, this.#matrix, this.#mask, rate, 1.5, longest, this.#offset);
  }

  #toCanvas(pose: Mat3): Mat3 {
    const back = invert(pose);
    return back && this.#base ? rescale(multiply(this.#margin, multiply(this.#base, back))) : IDENTITY;
  }

  /** Lays the canvas anew around this picture when it leaves the old one. */
  #follow(pose: Mat3): void {
    if (!this.#base) {
      this.#base = pose;
      return;
    }
    const toCanvas = this.#toCanvas(pose);
    const zoom = scaleAtMiddle(toCanvas, this.#size);
    if (coverage(toCanvas, this.#canvas, this.#size) > 0.97 && zoom > 0.5 && zoom < 2) return;
    const back = invert(pose);
    const unmargin = invert(this.#margin);
    if (!back || !unmargin) return;
    // New canvas → picture → old canvas.
    this.#put(rescale(multiply(toCanvas, unmargin)));
    this.#wasm.rebase(this.#model, this.#spare, this.#canvas.width, this.#canvas.height, this.#matrix);
    [this.#model, this.#spare] = [this.#spare, this.#model];
    this.#base = pose;
  }

  #put(matrix: Mat3): void {
    new Float64Array(this.#wasm.memory.buffer, this.#matrix, 9).set(matrix);
  }

  #bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer, pointer, length);
  }
}
