import { PREVIEW_WIDTH_PX, PreviewEncoder, type SourceInfo, type VideoFrame } from '../../media/index.js';
import type { TrackingFrame } from '../../protocol/index.js';
import type { Still } from './handle.js';

/** What a picture shows: the camera's frame in full or small, or the frame with its graphics, small. */
export type StillKind = 'full' | 'small' | 'composited';

type Answer = (still: Still | null) => void;

/** Pictures of frames for pages, made of the next frame that comes once somebody asked. */
export class Stills {
  readonly #asked = new Map<StillKind, Answer[]>();
  readonly #encoders = new Map<StillKind, PreviewEncoder>();
  #ended = false;

  /** @param answer is called once: with the picture, or with null when there is none. */
  ask(kind: StillKind, answer: Answer): void {
    if (this.#ended) answer(null);
    else this.#asked.set(kind, [...(this.#asked.get(kind) ?? []), answer]);
  }

  /** Answers who asked for these kinds; nothing happens where nobody did. The picture may be closed at once. */
  serve(kinds: readonly StillKind[], { mediaTimeUs }: TrackingFrame, picture: VideoFrame, info: SourceInfo): void {
    for (const kind of kinds) {
      const asked = this.#asked.get(kind);
      if (!asked) continue;
      this.#asked.delete(kind);
      let encoder = this.#encoders.get(kind);
      if (!encoder) {
        encoder = new PreviewEncoder(info, kind === 'full' ? null : PREVIEW_WIDTH_PX);
        this.#encoders.set(kind, encoder);
      }
      void encoder
        .encode(picture)
        .then((jpeg): Still => ({ jpeg, mediaTimeUs }))
        .catch(() => null)
        .then((still) => {
          for (const answer of asked) answer(still);
        });
    }
  }

  /** There will be no picture any more. */
  giveUp(): void {
    this.#ended = true;
    for (const asked of this.#asked.values()) for (const answer of asked) answer(null);
    this.#asked.clear();
  }

  async close(): Promise<void> {
    for (const encoder of this.#encoders.values()) await encoder.close();
  }
}
