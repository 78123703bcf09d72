import { IMAGE_NAME } from '../graphics/image-name.js';
import type { GroundImage, Images } from '../graphics/images.js';

/** Images of one channel at most. */
export const IMAGES_MAX = 32;
/** What could not be loaded is tried again after being asked for so often: the file may have been put there since. */
const TRY_AGAIN_AFTER = 150;

type Entry =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly image: GroundImage }
  | { readonly state: 'failed'; asked: number };

/** Loads images by name when they are first asked for, and keeps them. */
export class ImageShelf implements Images {
  readonly #load: (name: string) => Promise<GroundImage>;
  readonly #entries = new Map<string, Entry>();
  /** What was wrong at any time, once each. */
  readonly #warnings = new Set<string>();

  /** @param load rejects with one line that says what is wrong with the file and what to do. */
  constructor(load: (name: string) => Promise<GroundImage>) {
    this.#load = load;
  }

  get(name: string): GroundImage | undefined {
    const entry = this.#entries.get(name);
    if (entry?.state === 'there') return entry.image;
    if (entry?.state === 'loading') return undefined;
    if (entry && ++entry.asked < TRY_AGAIN_AFTER) return undefined;
    void this.fetch(name);
    return undefined;
  }

  /** Resolves once the image is there, or it is known why it is not. */
  async fetch(name: string): Promise<void> {
    if (!this.#entries.has(name) && this.#entries.size >= IMAGES_MAX) {
      this.#warnings.add(`image "${name.slice(0, 60)}": a channel shows ${IMAGES_MAX} images at most`);
      return;
    }
    this.#entries.set(name, { state: 'loading' });
    try {
      if (!IMAGE_NAME.test(name)) throw new Error('not the plain name of a .png, .jpg or .webp file');
      const image = await this.#load(name);
      this.#entries.set(name, { state: 'there', image });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warnings.add(`image "${name.slice(0, 60)}": ${reason}`);
      this.#entries.set(name, { state: 'failed', asked: 0 });
    }
  }

  /** One line for every image that could not be shown. */
  warnings(): string[] {
    return [...this.#warnings];
  }
}
