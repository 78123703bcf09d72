import { type LayerPlane, ONE } from './layer.js';

/** One plane of a native picture. `step` and `stride` count samples; U and V of a semi-planar picture have step 2. */
export interface PicturePlane {
  readonly samples: Uint8Array | Uint16Array;
  readonly first: number;
  readonly step: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
  /** Low bits that are no part of the value (P010: 6). */
  readonly shift: number;
}

/**
 * Blends a layer's plane into the picture in place, its top left sample at (left, top). What lies outside the picture is left out.
 * `fixed`: blend this code value by coverage in place of the layer's own samples (keys, shadows).
 */
export function blendPlane(picture: PicturePlane, layer: LayerPlane, left: number, top: number, fixed?: number): void {
  const { samples, first, step, stride, shift } = picture;
  const { keep, add, spans, width } = layer;
  for (let s = 0; s < spans.length; s += 3) {
    const y = top + spans[s]!;
    if (y < 0 || y >= picture.height) continue;
    const from = Math.max(spans[s + 1]!, -left);
    const to = Math.min(spans[s + 2]!, picture.width - left);
    let p = spans[s]! * width + from;
    const end = p + to - from;
    let at = first + y * stride + (left + from) * step;
    if (fixed !== undefined) {
      for (; p < end; p++, at += step) {
        const stay = keep[p]!;
        samples[at] = (((samples[at]! >> shift) * stay + fixed * (ONE - stay) + (ONE >> 1)) >> 15) << shift;
      }
    } else if (shift === 0 && step === 1) {
      for (; p < end; p++, at++) samples[at] = (samples[at]! * keep[p]! + add[p]!) >> 15;
    } else {
      for (; p < end; p++, at += step) samples[at] = (((samples[at]! >> shift) * keep[p]! + add[p]!) >> 15) << shift;
    }
  }
}

/** Sets every sample of a plane to one code value. */
export function fillPlane(picture: PicturePlane, value: number): void {
  const { samples, first, step, stride, width, height, shift } = picture;
  for (let y = 0; y < height; y++) {
    const row = first + y * stride;
    if (step === 1) samples.fill(value << shift, row, row + width);
    else for (let at = row, end = row + width * step; at < end; at += step) samples[at] = value << shift;
  }
}
