import { CanvasRenderer, Container, type ICanvasRenderingContext2D } from 'pixi.js';
import type { Box, ChannelScene, GraphicState, OverlayRegion, Size, TrackingFrame } from '../../protocol/index.js';
import { CanvasShapes } from '../graphics/ground-shapes.js';
import { GroundImage } from '../graphics/images.js';
import type { Part } from '../graphics/part.js';
import { TextPainter } from '../graphics/text.js';
import { Shelves } from './atlas.js';
import { listImages, readImageFile } from './image-file.js';
import { IMAGES_MAX, ImageShelf } from './image-shelf.js';
import { decodeImage, nodeCanvas } from './node-pixi.js';
import { SceneModel } from './scene.js';

/** Draws a channel's graphics in the server, as rectangles of pixels for the composite. */
export interface HeadlessOverlay {
  /**
   * Takes in a frame that will not be drawn. Every frame of the channel comes through here or `render`, in order.
   * @param graphics as in `render`; those of the call before when absent.
   */
  observe(frame: TrackingFrame, graphics?: readonly GraphicState[]): void;
  /**
   * Draws one frame. What did not change since it was last shown is neither drawn nor read back: it keeps its revision.
   * @returns regions in blending order, inside the picture. Valid until the next call.
   */
  render(frame: TrackingFrame, graphics: readonly GraphicState[]): readonly OverlayRegion[];
  /** Another roster, course or look, from the next frame on; the picture's size stays. */
  setScene(scene: ChannelScene): void;
  /** One line for everything that could not be drawn as asked, once each. */
  warnings(): string[];
  close(): void;
}

/** What was last read back of a part. */
interface Kept {
  revision: number;
  crop: Box;
  /** Places relative to the part's own corner. */
  regions: { key: string; box: Box; revision: number; rgba: Uint8Array }[];
}

interface Placed {
  readonly part: Part;
  /** What of it lies inside the picture, relative to its corner. */
  readonly crop: Box;
  /** Where its corner stands on the scratch canvas. */
  readonly x: number;
  readonly y: number;
}

/** Scratch canvas: small, because every pass copies all of it once, whatever is read back. Grows for a part that needs it. */
const START: Size = { width: 1024, height: 256 };
/** Between parts, so that what overshoots by a soft edge lands on nobody. */
const MARGIN = 2;

export class HeadlessHost implements HeadlessOverlay {
  readonly #picture: Size;
  readonly #renderer: CanvasRenderer;
  readonly #context: ICanvasRenderingContext2D;
  readonly #text: TextPainter;
  readonly #model: SceneModel;
  readonly #images: ImageShelf;
  readonly #root = new Container();
  readonly #kept = new WeakMap<Part, Kept>();
  #revision = 0;
  #size: Size = START;

  private constructor(scene: ChannelScene, renderer: CanvasRenderer, images: ImageShelf) {
    this.#picture = { width: scene.width, height: scene.height };
    this.#renderer = renderer;
    this.#context = renderer.canvasContext.rootContext;
    this.#text = new TextPainter();
    this.#images = images;
    this.#model = new SceneModel(scene, this.#text, () => new CanvasShapes(), images);
  }

  /**
   * Node's PixiJS must be installed (see `node-pixi.ts`).
   * @param imagesDir the project's pictures; those in it now are there from the first frame on.
   */
  static async create(scene: ChannelScene, imagesDir?: string): Promise<HeadlessHost> {
    const renderer = new CanvasRenderer();
    const options = { ...START, backgroundAlpha: 0, antialias: true, clearBeforeRender: false };
    await renderer.init({ ...options, canvas: nodeCanvas(START.width, START.height), skipExtensionImports: true });
    const images = new ImageShelf(async (name) => {
      if (imagesDir === undefined) throw new Error('this channel has no folder of images');
      const canvas = await decodeImage(await readImageFile(imagesDir, name));
      return new GroundImage(canvas, canvas.width, canvas.height);
    });
    const known = imagesDir === undefined ? [] : await listImages(imagesDir);
    for (const name of known.slice(0, IMAGES_MAX)) await images.fetch(name);
    return new HeadlessHost(scene, renderer, images);
  }

  observe(frame: TrackingFrame, graphics?: readonly GraphicState[]): void {
    this.#model.observe(frame, graphics);
  }

  render(frame: TrackingFrame, graphics: readonly GraphicState[]): readonly OverlayRegion[] {
    const shown = this.#model.compose(frame, graphics).flatMap((part) => this.#crop(part) ?? []);
    this.#draw(shown.filter(({ part, crop }) => this.#isStale(part, crop)));
    const regions: OverlayRegion[] = [];
    for (const { part } of shown) {
      for (const { key, box, revision, rgba } of this.#kept.get(part)?.regions ?? []) {
        regions.push({
          key,
          revision,
          rgba,
          onGround: part.onGround,
          x: part.x + box.x,
          y: part.y + box.y,
          width: box.width,
          height: box.height,
        });
      }
    }
    return regions;
  }

  /** What of a part lies inside the picture. */
  #crop(part: Part): { part: Part; crop: Box }[] | undefined {
    const left = Math.max(0, -part.x);
    const top = Math.max(0, -part.y);
    const width = Math.min(part.width, this.#picture.width - part.x) - left;
    const height = Math.min(part.height, this.#picture.height - part.y) - top;
    return width > 0 && height > 0 ? [{ part, crop: { x: left, y: top, width, height } }] : undefined;
  }

  #isStale(part: Part, crop: Box): boolean {
    const kept = this.#kept.get(part);
    if (!kept || kept.revision !== part.revision) return true;
    return kept.crop.x !== crop.x || kept.crop.y !== crop.y || kept.crop.width !== crop.width || kept.crop.height !== crop.height;
  }

  /** Draws parts side by side onto the scratch canvas, in as many passes as it takes, and reads them back. */
  #draw(stale: readonly { part: Part; crop: Box }[]): void {
    let waiting = stale;
    while (waiting.length > 0) {
      const { placed, left, height } = this.#pack(waiting);
      this.#context.setTransform(1, 0, 0, 1, 0, 0);
      this.#context.clearRect(0, 0, this.#size.width, height + MARGIN);
      for (const { part, x, y } of placed) {
        part.view.position.set(x, y);
        this.#root.addChild(part.view);
      }
      this.#renderer.render({ container: this.#root, clear: false });
      this.#root.removeChildren();
      for (const one of placed) this.#read(one);
      waiting = left;
    }
  }

  #pack(waiting: readonly { part: Part; crop: Box }[]): { placed: Placed[]; left: { part: Part; crop: Box }[]; height: number } {
    for (;;) {
      const shelves = new Shelves(this.#size);
      const placed: Placed[] = [];
      const left: { part: Part; crop: Box }[] = [];
      for (const one of waiting) {
        const at = shelves.place({ width: one.part.width + 2 * MARGIN, height: one.part.height + 2 * MARGIN });
        if (at) placed.push({ ...one, x: at.x + MARGIN, y: at.y + MARGIN });
        else left.push(one);
      }
      if (left.length === 0 || !this.#grow(waiting)) return { placed, left, height: shelves.height };
    }
  }

  /** Enlarges the scratch canvas for the largest part. @returns false when it is large enough: the rest takes further passes. */
  #grow(waiting: readonly { part: Part }[]): boolean {
    const width = Math.max(this.#size.width, ...waiting.map(({ part }) => part.width + 2 * MARGIN));
    const height = Math.max(this.#size.height, ...waiting.map(({ part }) => part.height + 2 * MARGIN));
    if (width === this.#size.width && height === this.#size.height) return false;
    this.#size = { width, height };
    this.#renderer.resize(width, height);
    return true;
  }

  #read({ part, crop, x, y }: Placed): void {
    const before = this.#kept.get(part)?.regions ?? [];
    const regions: Kept['regions'] = [];
    for (const tight of part.tight ?? [{ x: 0, y: 0, width: part.width, height: part.height }]) {
      const box = intersect(tight, crop);
      if (!box) continue;
      const { data } = this.#context.getImageData(x + box.x, y + box.y, box.width, box.height);
      const rgba = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const old = before[regions.length];
      const same = old && old.box.width === box.width && old.box.height === box.height && Buffer.compare(old.rgba, rgba) === 0;
      const key = part.tight ? `${part.key}/${regions.length}` : part.key;
      regions.push(same ? { ...old, box } : { key, box, revision: ++this.#revision, rgba });
    }
    this.#kept.set(part, { revision: part.revision, crop, regions });
  }

  setScene(scene: ChannelScene): void {
    this.#model.setScene(scene);
  }

  warnings(): string[] {
    return [...this.#text.warnings(), ...this.#images.warnings()];
  }

  close(): void {
    this.#model.destroy();
    this.#text.destroy();
    this.#root.destroy();
    this.#renderer.destroy();
  }
}

function intersect(a: Box, b: Box): Box | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
