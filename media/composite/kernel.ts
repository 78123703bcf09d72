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

/** A region's mask for one plane: which share of each of the plane's samples shows, 255 all. */
export interface PlaneMask {
  readonly shares: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Mask samples a plane sample, as a power of two. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Place of the region in the layer, mask samples. */
  readonly phaseX: number;
  readonly phaseY: number;
}

/** As {@link blendPlane}, but of each sample only as much as the mask lets show. */
export function blendMasked(picture: PicturePlane, layer: LayerPlane, left: number, top: number, mask: PlaneMask, fixed?: number): void {
  const { samples, first, step, stride, shift } = picture;
  const { keep, add, spans, width } = layer;
  const [right, bottom] = [mask.width - 1, mask.height - 1];
  for (let s = 0; s < spans.length; s += 3) {
    const y = top + spans[s]!;
    if (y < 0 || y >= picture.height) continue;
    const maskRow = Math.max(0, Math.min(bottom, (spans[s]! << mask.shiftY) - mask.phaseY)) * mask.width;
    const from = Math.max(spans[s + 1]!, -left);
    const to = Math.min(spans[s + 2]!, picture.width - left);
    for (let x = from; x < to; x++) {
      const share = mask.shares[maskRow + Math.max(0, Math.min(right, (x << mask.shiftX) - mask.phaseX))]!;
      if (share === 0) continue;
      const p = spans[s]! * width + x;
      const at = first + y * stride + (left + x) * step;
      const sample = samples[at]! >> shift;
      const stay = keep[p]!;
      const blended = fixed === undefined ? (sample * stay + add[p]!) >> 15 : (sample * stay + fixed * (ONE - stay) + (ONE >> 1)) >> 15;
      samples[at] = (sample + Math.round(((blended - sample) * share) / 255)) << shift;
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
