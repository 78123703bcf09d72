import { Container, Sprite, Texture } from 'pixi.js';
import { decodeMatte, MatteFade, type Size, type TrackingFrame } from '../../protocol/index.js';

/** Holds what lies on the ground, and takes away from it what stands in front: in a page, where there is no picture to look at. */
export class GroundMask {
  readonly container = new Container();
  readonly #picture: Size;
  readonly #fade = new MatteFade();
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d');
  readonly #sprite = new Sprite(Texture.EMPTY);
  #cells = new Uint8Array(0);
  #shown: { readonly runs: readonly number[]; readonly strength: number } | undefined;

  constructor(picture: Size) {
    this.#picture = picture;
  }

  /** Every frame in order. @param drawn whether it is shown. */
  take(frame: TrackingFrame, drawn: boolean): void {
    const { matte, strength } = this.#fade.next(frame);
    if (!drawn) return;
    const context = this.#context;
    if (!matte || strength <= 0 || !context) {
      this.container.mask = null;
      return;
    }
    const { width, height, runs } = matte;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#cells = new Uint8Array(width * height);
      this.#sprite.texture.destroy(true);
      this.#sprite.texture = Texture.from({ resource: this.#canvas, scaleMode: 'linear' }, true);
      this.#sprite.setSize(this.#picture.width, this.#picture.height);
      this.#shown = undefined;
    }
    if (this.#shown?.runs !== runs || this.#shown.strength !== strength) {
      this.#shown = { runs, strength };
      decodeMatte(matte, this.#cells);
      const picture = context.createImageData(width, height);
      const hidden = Math.round(255 * (1 - strength));
      // The mask shows where it is white.
      for (const [i, cell] of this.#cells.entries())
        picture.data.fill(cell ? hidden : 255, i * 4, i * 4 + 3).fill(255, i * 4 + 3, i * 4 + 4);
      context.putImageData(picture, 0, 0);
      this.#sprite.texture.source.update();
    }
    this.container.addChild(this.#sprite);
    this.container.mask = this.#sprite;
  }

  destroy(): void {
    this.container.mask = null;
    this.container.removeChildren();
    this.#sprite.destroy({ texture: true, textureSource: true });
    this.container.destroy();
  }
}
