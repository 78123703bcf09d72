import type { Picture, PictureKind } from './handle.js';

const EVERY_MS: Readonly<Record<PictureKind, number>> = { preview: 120, clean: 120, still: 500 };

/** Pictures are made no more often than anybody sees, however many ask. */
export class PictureCache {
  readonly #made = new Map<PictureKind, { readonly atMs: number; readonly picture: Promise<Picture | null> }>();

  get(kind: PictureKind, make: () => Promise<Picture | null>): Promise<Picture | null> {
    const nowMs = performance.now();
    const last = this.#made.get(kind);
    if (last && nowMs - last.atMs < EVERY_MS[kind]) return last.picture;
    const picture = make();
    this.#made.set(kind, { atMs: nowMs, picture });
    return picture;
  }
}
