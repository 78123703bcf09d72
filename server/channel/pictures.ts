import { PreviewEncoder, type SourceInfo, type VideoFrame } from '../../media/index.js';
import type { MediaTimeUs } from '../../protocol/index.js';
import type { Picture, PictureKind } from './handle.js';

type Answer = (picture: Picture | null) => void;

/** Makes single pictures of a running channel, when asked: of the next frame, before graphics are drawn on it or after. */
export class Pictures {
  readonly #info: Pick<SourceInfo, 'size' | 'sampleAspectRatio'>;
  readonly #encoders = new Map<PictureKind, PreviewEncoder>();
  readonly #asked = new Map<PictureKind, Answer[]>();

  readonly #onFrozen: (frame: VideoFrame) => void;

  /** @param onFrozen gets every frame of which a still is made; valid during the call */
  constructor(info: Pick<SourceInfo, 'size' | 'sampleAspectRatio'>, onFrozen: (frame: VideoFrame) => void) {
    this.#info = info;
    this.#onFrozen = onFrozen;
  }

  ask(kind: PictureKind, answer: Answer): void {
    this.#asked.set(kind, [...(this.#asked.get(kind) ?? []), answer]);
  }

  /** A frame that is about to be drawn on; valid during the call. */
  clean(frame: VideoFrame, atUs: MediaTimeUs): void {
    this.#make('clean', frame, atUs);
    if (this.#asked.has('still')) this.#onFrozen(frame);
    this.#make('still', frame, atUs);
  }

  /** A frame with its graphics. */
  composited(frame: VideoFrame, atUs: MediaTimeUs): void {
    this.#make('preview', frame, atUs);
  }

  /** Nobody is left waiting. */
  async close(): Promise<void> {
    for (const answers of this.#asked.values()) for (const answer of answers) answer(null);
    this.#asked.clear();
    for (const encoder of this.#encoders.values()) await encoder.close();
  }

  #make(kind: PictureKind, frame: VideoFrame, mediaTimeUs: MediaTimeUs): void {
    const answers = this.#asked.get(kind);
    if (!answers) return;
    this.#asked.delete(kind);
    const encoder = this.#encoders.get(kind) ?? new PreviewEncoder(this.#info, kind === 'still' ? Number.POSITIVE_INFINITY : undefined);
    this.#encoders.set(kind, encoder);
    encoder
      .encode(frame)
      .then((jpeg) => ({ jpeg, mediaTimeUs }))
      .catch(() => null)
      .then((picture) => {
        for (const answer of answers) answer(picture);
      })
      .catch(() => {});
  }
}
