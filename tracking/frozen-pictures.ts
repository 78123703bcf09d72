import type { LumaPicture, MediaTimeUs } from '../protocol/index.js';

/** Operators click on the newest; the ones before are for those who take back. */
const KEPT = 8;

export interface FrozenPicture {
  readonly luma: LumaPicture;
  readonly mediaTimeUs: MediaTimeUs;
}

/** Analysis pictures of frames that were frozen to be clicked on: where the camera looked in one is found again though its pose is not known. Bounded: the oldest go first. */
export class FrozenPictures {
  #kept: readonly FrozenPicture[] = [];

  /** @param luma is kept, not copied */
  keep(luma: LumaPicture, mediaTimeUs: MediaTimeUs): void {
    this.#kept = [{ luma, mediaTimeUs }, ...this.#kept].slice(0, KEPT);
  }

  at(mediaTimeUs: MediaTimeUs): FrozenPicture | undefined {
    return this.#kept.find((frozen) => frozen.mediaTimeUs === mediaTimeUs);
  }
}
