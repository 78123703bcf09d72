import type { Box, Mat3 } from '../../protocol/index.js';
import { type Kernels, type Level, PATCH, type Pyramid } from './kernels.js';

/** Patches a level holds at most, from full size down. */
const PATCHES = [280, 160, 80, 40];
/** Least corner strength worth following (see the kernel): a root mean square gradient of about one grey level. */
const MIN_STRENGTH = 120;

/** Templates of one pyramid level. */
export interface PatchSet {
  readonly templates: number;
  readonly centres: number;
  readonly count: number;
}

/**
 * A remembered picture that later ones are measured against: small templates spread over it, at every level of the pyramid. Its buffers
 * live as long as the process; `take` fills them anew.
 */
export class KeyFrame {
  /** Reference picture → this picture, analysis pixels. */
  pose: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  /** How many measurements lie between this picture and the reference: drift grows with it. */
  generation = 0;
  /** Its node in the graph of turns, or −1. */
  node = -1;
  /** Number of the frame it was taken from. */
  takenAt = 0;
  /** Number of the frame it was last measured against. */
  lastUsed = 0;
  sets: readonly PatchSet[] = [];
  readonly #buffers: readonly { templates: number; centres: number; corners: number }[];

  constructor(readonly kernels: Kernels) {
    const bytes = kernels.call.templateBytes();
    this.#buffers = PATCHES.map((n) => ({
      templates: kernels.alloc(n * bytes),
      centres: kernels.alloc(n * 8),
      corners: kernels.alloc(n * 8),
    }));
  }

  /** Remembers a picture. `mask`: boxes (analysis pixels) where nothing is taken. */
  take(pyramid: Pyramid, detector: CornerDetector, mask: readonly Box[]): void {
    const { levels } = pyramid;
    this.sets = levels.map((level, l) => {
      // Full size uses the corners of half size: as good a place for a 12-pixel patch, at a quarter of the work.
      const from = Math.min(Math.max(l, 1), levels.length - 1);
      const scale = 2 ** (from - l);
      const found = detector.detect(pyramid, from, PATCHES[l], mask);
      const buffers = this.#buffers[l];
      const corners = this.kernels.i32(buffers.corners, PATCHES[l] * 2);
      const centres = this.kernels.f32(buffers.centres, PATCHES[l] * 2);
      let count = 0;
      for (const { x, y } of found) {
        const left = Math.round((x + 0.5) * scale) - PATCH / 2;
        const top = Math.round((y + 0.5) * scale) - PATCH / 2;
        if (left < 1 || top < 1 || left + PATCH >= level.width || top + PATCH >= level.height) continue;
        corners[count * 2] = left;
        corners[count * 2 + 1] = top;
        centres[count * 2] = left + PATCH / 2;
        centres[count * 2 + 1] = top + PATCH / 2;
        count++;
      }
      this.kernels.call.makeTemplates(level.data, level.width, buffers.corners, count, buffers.templates);
      return { templates: buffers.templates, centres: buffers.centres, count };
    });
  }
}

/** Finds corners spread evenly: the strongest of each cell of a grid. */
export class CornerDetector {
  readonly #kernels: Kernels;
  readonly #response: readonly number[];
  readonly #work: number;
  #ready: boolean[] = [];

  constructor(kernels: Kernels, levels: readonly Level[]) {
    this.#kernels = kernels;
    this.#response = levels.map((level) => kernels.alloc(level.width * level.height * 4));
    this.#work = kernels.alloc(3 * levels[0].width * 8 * 4);
  }

  /** Call when the pyramid holds another picture. */
  reset(): void {
    this.#ready = [];
  }

  /** At most `most` corners of one level, in its whole pixels. `mask` in level-0 pixels. */
  detect(pyramid: Pyramid, l: number, most: number, mask: readonly Box[]): { x: number; y: number }[] {
    const { data, width, height } = pyramid.levels[l];
    if (!this.#ready[l]) {
      this.#kernels.call.cornerness(data, this.#response[l], width, height, this.#work);
      this.#ready[l] = true;
    }
    const response = this.#kernels.f32(this.#response[l], width * height);
    const columns = Math.max(1, Math.floor(Math.sqrt((most * width) / height)));
    const rows = Math.max(1, Math.floor(most / columns));
    const found: { x: number; y: number }[] = [];
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        let best = MIN_STRENGTH;
        let at = -1;
        const x1 = Math.floor(((i + 1) * width) / columns);
        const y1 = Math.floor(((j + 1) * height) / rows);
        for (let y = Math.floor((j * height) / rows); y < y1; y++) {
          for (let x = Math.floor((i * width) / columns); x < x1; x++) {
            const v = response[y * width + x];
            if (v > best && !covered(mask, (x + 0.5) * 2 ** l, (y + 0.5) * 2 ** l)) {
              best = v;
              at = y * width + x;
            }
          }
        }
        if (at >= 0) found.push({ x: at % width, y: Math.floor(at / width) });
      }
    }
    return found;
  }
}

function covered(mask: readonly Box[], x: number, y: number): boolean {
  return mask.some((b) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height);
}
