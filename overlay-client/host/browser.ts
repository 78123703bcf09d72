import { autoDetectRenderer, Container, type Renderer, Ticker } from 'pixi.js';
import type { ChannelScene, GraphicState, TrackingFrame } from '../../protocol/index.js';
import { FONT_SUBSETS, FONT_WEIGHTS, fontFamily, fontFile } from '../graphics/fonts.js';
import { CanvasShapes, GpuShapes } from '../graphics/ground-shapes.js';
import { GroundImage } from '../graphics/images.js';
import { TextPainter } from '../graphics/text.js';
import { GroundMask } from './ground-mask.js';
import { ImageShelf } from './image-shelf.js';
import { SceneModel } from './scene.js';

export interface BrowserOverlayOptions {
  /** Address under which `assets/fonts/` is served, with or without a slash at its end. */
  readonly fontBase?: string;
  /** Address under which the project's images are served, with a slash at its end; without it there are none. */
  readonly imageBase?: string;
  /** Size of the canvas' backing store, pixels; the source picture's own when absent. The scene is scaled to fill it. */
  readonly width?: number;
  readonly height?: number;
  /** `canvas` where WebGL is not wanted. It is also what a browser without WebGL gets. */
  readonly preference?: 'webgl' | 'canvas';
}

/** Draws a channel's graphics in a page, over nothing: the canvas is transparent. */
export interface BrowserOverlay {
  /** Which renderer PixiJS found. */
  readonly renderer: 'webgl' | 'canvas';
  /**
   * Takes in a frame that will not be drawn. Every frame that arrives comes through here or `render`, in order.
   * @param graphics as in `render`; those of the call before when absent.
   */
  observe(frame: TrackingFrame, graphics?: readonly GraphicState[]): void;
  /** Draws one frame now. Nothing is drawn between calls. */
  render(frame: TrackingFrame, graphics: readonly GraphicState[]): void;
  /** New size of the backing store, pixels. Shows at the next `render`. */
  resize(width: number, height: number): void;
  /** Begins anew, as if no frame had been seen. */
  forget(): void;
  /** One line for everything that could not be drawn as asked, once each. */
  warnings(): string[];
  /** Frees everything but the canvas element. */
  destroy(): void;
}

/**
 * @param canvas the element to draw into; its style is left alone, its width and height are set.
 * @throws Error with one line when the fonts cannot be loaded or the browser offers neither WebGL nor a 2d canvas.
 */
export async function createBrowserOverlay(
  canvas: HTMLCanvasElement,
  scene: ChannelScene,
  options: BrowserOverlayOptions = {},
): Promise<BrowserOverlay> {
  await loadFonts(options.fontBase ?? '/assets/fonts/');
  Ticker.system.autoStart = false;
  Ticker.system.stop();
  const width = options.width ?? scene.width;
  const height = options.height ?? scene.height;
  const renderer = await autoDetectRenderer({
    ...{ canvas, width, height, backgroundAlpha: 0, antialias: true, resolution: 1, autoDensity: false },
    ...{ preference: [options.preference ?? 'webgl', 'canvas'], preserveDrawingBuffer: true },
  });
  return new BrowserHost(renderer, scene, width, height, options.imageBase);
}

class BrowserHost implements BrowserOverlay {
  readonly renderer: 'webgl' | 'canvas';
  readonly #renderer: Renderer;
  readonly #scene: ChannelScene;
  readonly #root = new Container();
  readonly #ground: GroundMask;
  readonly #over = new Container();
  readonly #images: ImageShelf;
  #text: TextPainter;
  #model: SceneModel;

  constructor(renderer: Renderer, scene: ChannelScene, width: number, height: number, imageBase: string | undefined) {
    this.#images = new ImageShelf((name) => loadImage(imageBase, name));
    this.renderer = renderer.name === 'canvas' ? 'canvas' : 'webgl';
    this.#renderer = renderer;
    this.#scene = scene;
    this.#ground = new GroundMask(scene);
    this.#root.addChild(this.#ground.container, this.#over);
    this.#root.scale.set(width / scene.width, height / scene.height);
    this.#text = new TextPainter(textResolution(height / scene.height));
    this.#model = this.#newModel();
  }

  observe(frame: TrackingFrame, graphics?: readonly GraphicState[]): void {
    this.#model.observe(frame, graphics);
    this.#ground.take(frame, false);
  }

  render(frame: TrackingFrame, graphics: readonly GraphicState[]): void {
    const ground: Container[] = [];
    const over: Container[] = [];
    for (const part of this.#model.compose(frame, graphics)) {
      part.view.position.set(part.x, part.y);
      (part.onGround ? ground : over).push(part.view);
    }
    hold(this.#ground.container, ground);
    hold(this.#over, over);
    // Masks need WebGL; without it graphics lie over everything.
    this.#ground.take(frame, this.renderer === 'webgl' && ground.length > 0);
    this.#renderer.render({ container: this.#root });
  }

  resize(width: number, height: number): void {
    this.#renderer.resize(width, height);
    this.#root.scale.set(width / this.#scene.width, height / this.#scene.height);
    const resolution = textResolution(height / this.#scene.height);
    if (resolution === this.#text.resolution) return;
    // Text is drawn for one size; histories start again with the new one.
    this.#empty();
    this.#model.destroy();
    this.#text.destroy();
    this.#text = new TextPainter(resolution);
    this.#model = this.#newModel();
  }

  forget(): void {
    this.#empty();
    this.#model.destroy();
    this.#model = this.#newModel();
  }

  #newModel(): SceneModel {
    const shapes = this.renderer === 'canvas' ? () => new CanvasShapes() : () => new GpuShapes();
    return new SceneModel(this.#scene, this.#text, shapes, this.#images);
  }

  #empty(): void {
    hold(this.#ground.container, []);
    hold(this.#over, []);
  }

  warnings(): string[] {
    return [...this.#text.warnings(), ...this.#images.warnings()];
  }

  destroy(): void {
    this.#empty();
    this.#model.destroy();
    this.#text.destroy();
    this.#ground.destroy();
    this.#root.destroy({ children: true });
    this.#renderer.destroy();
  }
}

/** Touching the children costs a rebuild: they are left alone while they stay the same. */
function hold(container: Container, views: readonly Container[]): void {
  const { children, mask } = container;
  const own = children.filter((child) => child !== mask);
  if (own.length === views.length && views.every((view, i) => view === own[i])) return;
  container.removeChildren();
  if (views.length > 0) container.addChild(...views);
}

/** Sharp text without a new set of textures for every size of a window. */
function textResolution(scale: number): number {
  return scale <= 1 ? 1 : Math.min(4, Math.ceil(scale));
}

async function loadImage(base: string | undefined, name: string): Promise<GroundImage> {
  if (base === undefined) throw new Error('this page has no images');
  const image = new Image();
  image.src = `${base}${encodeURIComponent(name)}`;
  await image.decode().catch(() => {
    throw new Error(`${image.src} could not be loaded`);
  });
  return new GroundImage(image, image.naturalWidth, image.naturalHeight);
}

let loaded: Promise<void> | undefined;

/** Loads the bundled fonts once a page; again after a failure. */
function loadFonts(base: string): Promise<void> {
  loaded ??= loadAll(base.endsWith('/') ? base : `${base}/`).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function loadAll(base: string): Promise<void> {
  const faces = FONT_WEIGHTS.flatMap((weight) =>
    FONT_SUBSETS.map((subset) => {
      const url = `${base}${fontFile(subset, weight)}`;
      return { url, face: new FontFace(fontFamily(subset, weight), `url(${JSON.stringify(url)})`, { weight: String(weight) }) };
    }),
  );
  await Promise.all(
    faces.map(async ({ url, face }) => {
      try {
        document.fonts.add(await face.load());
      } catch {
        throw new Error(`overlay: the font ${url} could not be loaded: is the server's /assets/ in reach?`);
      }
    }),
  );
}
