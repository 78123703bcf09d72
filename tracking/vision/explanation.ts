import { readFileSync } from 'node:fs';
import type { Box, Size } from '../../protocol/index.js';
import { silhouetteChances } from '../silhouette-chances.js';
import type { Occluders } from './occluders.js';

/** The exports of `explanation.as.ts`. Pointers are byte offsets into its memory. */
interface ExplanationExports {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  prepare(width: number, height: number, silhouette: number, gain: number, loss: number): void;
  maskAt(): number;
  clear(): void;
  cover(x: number, y: number, wide: number, tall: number, factors: number): void;
  evidence(x: number, y: number, wide: number, tall: number, step: number, sums: number): number;
  unexplained(x0: number, y0: number, x1: number, y1: number): number;
}

function isExplanation(exports: object): exports is ExplanationExports {
  return ['memory', 'alloc', 'prepare', 'maskAt', 'clear', 'cover', 'evidence', 'unexplained'].every((name) => name in exports);
}

let compiled: WebAssembly.Module | undefined;

/** Mask value of a pixel that did not move where something stands in front of the people. */
const HIDDEN = 2;
/** float64 values `evidence` writes. */
const SUMS = 6;

/** Chance that a pixel nobody covers is marked as moved. */
const NOISE = 0.03;
/** The silhouette is `COLUMNS` × `ROWS` cells (the kernels know that too) over a person's height and this share of it in width. */
const COLUMNS = 24;
const ROWS = 40;
const WIDTH = 0.6;
/** Chances are kept in this many steps, up to the highest. */
const LEVELS = 16;
const HIGHEST = 0.9;
/** Less than this share of a person inside the picture tells nothing about where they are. */
const LEAST_INSIDE = 0.3;

/** Someone walking: head, trunk with arms, legs that swing. */
const TABLES = silhouetteChances({
  columns: COLUMNS,
  rows: ROWS,
  width: WIDTH,
  levels: LEVELS,
  highest: HIGHEST,
  noise: NOISE,
  chance(y, soft) {
    if (y < 0.16) return 0.85 * soft(0.07, 0.06) * Math.min(1, y / 0.05);
    if (y < 0.55) return Math.max(0.9 * soft(0.11, 0.06), 0.35 * soft(0.17, 0.08));
    const down = (y - 0.55) / 0.45;
    return (0.85 - 0.3 * down) * soft(0.1 + 0.05 * down, 0.08 + 0.06 * down);
  },
});
const { silhouette: SILHOUETTE, chanceOf, gain: GAIN, loss: LOSS, free: FREE, freed: FREED } = TABLES;

/** A cell's gain averaged over the silhouette, for someone seen whole and alone. */
const USUAL =
  SILHOUETTE.reduce((sum, level) => {
    const t = chanceOf(level);
    return sum + t * GAIN[(LEVELS - 1) * LEVELS + level] + (1 - t) * LOSS[level];
  }, 0) /
  (COLUMNS * ROWS);

/** A cell's level averaged over the silhouette. */
const LEVELS_USUAL = SILHOUETTE.reduce((sum, level) => sum + level, 0) / (COLUMNS * ROWS);
/** Of someone hidden almost wholly, what is seen counts as if this share were. */
const LEAST_PLAIN = 0.3;
/** So many rows of pixels are looked at, of large people fewer than there are. */
const LOOKED_AT_ROWS = 45;

/** What speaks for somebody at a place. */
export interface Evidence {
  /** 1: explains all that someone alone would, of what is in the picture; 0 nothing either way; negative: speaks against it. */
  readonly share: number;
  /** Share of the silhouette that nothing and nobody else covers. */
  readonly free: number;
  /** Share of the silhouette that is in the picture. */
  readonly inside: number;
}

/**
 * A mask of moved pixels explained by people: every pixel moves by chance, or because one of those covering it does (a generative model of the
 * mask; Fleuret et al. 2008, probabilistic occupancy map). What somebody else already explains tells little, so who is hidden is
 * neither seen nor denied. Boxes are whole people, head to foot, in pixels of the mask.
 */
export class Explanation {
  readonly #wasm: ExplanationExports;
  readonly #mask: Uint8Array;
  /** Where `evidence` writes. */
  readonly #at: number;
  readonly #sums: Float64Array;
  readonly #free: number;
  readonly #freed: number;

  constructor(
    readonly size: Size,
    readonly occluders: Occluders,
  ) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./explanation.wasm', import.meta.url)));
    const abort = () => {
      throw new Error('the explanation kernels ran out of memory');
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    if (!isExplanation(exports)) throw new Error('dist/tracking/vision/explanation.wasm does not fit this build; run npm run build again');
    this.#wasm = exports;
    const table = (values: Float32Array | Uint8Array) => {
      const pointer = exports.alloc(values.byteLength);
      new Uint8Array(exports.memory.buffer, pointer, values.byteLength).set(new Uint8Array(values.buffer));
      return pointer;
    };
    exports.prepare(size.width, size.height, table(SILHOUETTE), table(GAIN), table(LOSS));
    this.#free = table(FREE);
    this.#freed = table(FREED);
    this.#at = exports.alloc(SUMS * 8);
    // Nothing is allocated later, so views stay.
    this.#sums = new Float64Array(exports.memory.buffer, this.#at, SUMS);
    this.#mask = new Uint8Array(exports.memory.buffer, exports.maskAt(), size.width * size.height);
  }

  /** Begins with a copy of a mask that nobody explains yet. */
  load(mask: Uint8Array): void {
    this.#mask.set(mask);
    this.occluders.hide(this.#mask, this.size, HIDDEN);
    this.#wasm.clear();
  }

  /** Accounts for somebody. */
  add(person: Box): void {
    this.#cover(person, this.#free);
  }

  /** Takes somebody added with the same box out again. */
  remove(person: Box): void {
    this.#cover(person, this.#freed);
  }

  /** What one more person would explain beyond those added; undefined where the picture does not show enough of them. */
  evidence(person: Box): Evidence | undefined {
    const wide = WIDTH * person.height;
    const step = Math.max(1, Math.round(person.height / LOOKED_AT_ROWS));
    const left = person.x + (person.width - wide) / 2;
    if (!this.#wasm.evidence(left, person.y, wide, person.height, step, this.#at)) return undefined;
    const [gain, faint, open, all, plain, area] = this.#sums;
    // Of what a whole person is expected to show, this much is in the picture and known.
    const inside = (all * step * step) / (area * LEVELS_USUAL);
    if (!(inside > LEAST_INSIDE)) return undefined;
    // Someone dressed like the ground shows in patches: taken for what they are, whole or faint, by what fits better.
    return {
      share: (Math.max(gain, faint) * LEVELS_USUAL) / (Math.max(plain, LEAST_PLAIN * all) * USUAL),
      free: open / all,
      inside: Math.min(1, inside),
    };
  }

  /** Moved pixels in a box that nobody explains. */
  unexplained(box: Box): number {
    const { width, height } = this.size;
    const x1 = Math.min(width, Math.ceil(box.x + box.width));
    const y1 = Math.min(height, Math.ceil(box.y + box.height));
    return this.#wasm.unexplained(Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y)), x1, y1);
  }

  #cover(person: Box, factors: number): void {
    const wide = WIDTH * person.height;
    this.#wasm.cover(person.x + (person.width - wide) / 2, person.y, wide, person.height, factors);
  }
}
