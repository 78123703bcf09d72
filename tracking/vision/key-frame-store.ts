import { invert, type Mat3, multiply, rescale, type Size } from '../../protocol/index.js';
import { coverage, scaleAtMiddle } from './homography-fit.js';
import type { Kernels } from './kernels.js';
import { KeyFrame } from './key-frame.js';

/** Key frames kept at most: about a megabyte each. */
const CAPACITY = 24;

/** The remembered pictures. Bounded: when full, the one unused longest goes, never the reference. */
export class KeyFrameStore {
  readonly #spares: KeyFrame[] = [];
  #keys: KeyFrame[] = [];

  constructor(
    readonly kernels: Kernels,
    readonly size: Size,
  ) {}

  /** An unused key frame to fill. */
  spare(): KeyFrame {
    return this.#spares.pop() ?? new KeyFrame(this.kernels);
  }

  /** @returns the key frame that had to go, if any: it will be filled anew. */
  add(key: KeyFrame): KeyFrame | undefined {
    this.#keys.push(key);
    if (this.#keys.length <= CAPACITY) return undefined;
    const oldest = this.#keys.slice(1, -1).reduce((a, b) => (b.lastUsed < a.lastUsed ? b : a));
    this.#keys = this.#keys.filter((k) => k !== oldest);
    this.#spares.push(oldest);
    return oldest;
  }

  clear(): void {
    this.#spares.push(...this.#keys);
    this.#keys = [];
  }

  /** All, the reference first. */
  all(): readonly KeyFrame[] {
    return this.#keys;
  }

  /** Those that cover enough of a picture with this pose, at most `zoom` times larger or smaller: nearest to the reference first, then the best covering. */
  candidates(pose: Mat3, least: number, zoom: number): KeyFrame[] {
    const back = invert(pose);
    if (!back) return [];
    return this.#keys
      .map((key) => {
        const toKey = rescale(multiply(key.pose, back));
        const scale = Math.sqrt(scaleAtMiddle(toKey, this.size));
        return { key, cover: Math.max(scale, 1 / scale) <= zoom ? coverage(toKey, this.size) : 0 };
      })
      .filter(({ cover }) => cover >= least)
      .sort((a, b) => a.key.generation - b.key.generation || b.cover - a.cover)
      .map(({ key }) => key);
  }
}
