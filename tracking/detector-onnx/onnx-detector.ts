import type { ColourPicture, Size } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import { decode, type Layout, type RawBox, recognise } from './layout.js';
import { cutTiles, letterbox, type Tile } from './letterbox.js';
import { firstLine, loadOnnxRuntime, type OnnxRuntime, type OnnxSession, type OnnxTensor, openModel } from './runtime.js';
import { type Found, suppress } from './suppress.js';

export interface OnnxDetectorOptions {
  /** Path of the model. */
  readonly model: string;
  /** Wanted classes with the least score of each. */
  readonly classes: readonly { readonly index: number; readonly threshold: number }[];
  /** Columns and rows the picture is cut into. */
  readonly tiles: readonly [number, number];
}

/** Input size of a model that takes any. */
const USUAL_INPUT: Size = { width: 640, height: 640 };
/** How near to a tile's border a box counts as cut by it, input pixels. */
const BORDER_PX = 2;

/** Finds people with a model the user brings. Calls block their thread: use it in one of its own. */
export class OnnxDetector {
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #input: Size;
  readonly #layout: Layout;
  readonly #batch: number | undefined;
  readonly #thresholds: ReadonlyMap<number, number>;
  readonly #tiles: readonly [number, number];
  /** Which device the model runs on. */
  readonly provider: string;

  /** @throws Error with one line: no runtime, no such model, or one whose shapes are not known. */
  static async open(options: OnnxDetectorOptions): Promise<OnnxDetector> {
    const runtime = await loadOnnxRuntime();
    const { session, provider } = await openModel(runtime, options.model);
    const [metadata] = session.inputMetadata;
    const [batch, channels, height, width] = metadata?.shape ?? [];
    if (metadata?.type !== 'float32' || metadata.shape.length !== 4 || (typeof channels === 'number' && channels !== 3)) {
      const is = metadata ? `${metadata.type} [${metadata.shape.join(', ')}]` : 'nothing';
      throw new Error(`detector: model ${options.model} takes ${is}, expected float32 pictures [batch, 3, height, width]; export it so`);
    }
    const input = {
      width: typeof width === 'number' ? width : USUAL_INPUT.width,
      height: typeof height === 'number' ? height : USUAL_INPUT.height,
    };
    // One run on nothing tells the shapes, free sizes included, and warms the device up.
    const fixed = typeof batch === 'number' ? batch : undefined;
    const blank = new Float32Array((fixed ?? 1) * 3 * input.width * input.height);
    const answer = await session.run(feeds(runtime, session, blank, fixed ?? 1, input)).catch((error: unknown) => {
      throw new Error(`detector: model ${options.model} does not run: ${firstLine(error)}`);
    });
    const shapes = Object.fromEntries(Object.entries(answer).map(([name, tensor]) => [name, [...tensor.dims]]));
    const layout = recognise(shapes, input);
    if (!layout) {
      const told = Object.entries(shapes).map(([name, shape]) => `${name} [${shape.join(', ')}]`);
      throw new Error(
        `detector: model ${options.model} answers ${told.join(', ')}: not the shapes of YOLOX, YOLOv8, YOLO11 or RT-DETR; export one of these`,
      );
    }
    return new OnnxDetector(runtime, session, input, layout, fixed, options, provider);
  }

  private constructor(
    runtime: OnnxRuntime,
    session: OnnxSession,
    input: Size,
    layout: Layout,
    batch: number | undefined,
    options: OnnxDetectorOptions,
    provider: string,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#input = input;
    this.#layout = layout;
    this.#batch = batch;
    this.#tiles = options.tiles;
    this.#thresholds = new Map(options.classes.map(({ index, threshold }) => [index, threshold]));
    this.provider = provider;
  }

  get kind(): Layout['kind'] {
    return this.#layout.kind;
  }

  /** @returns boxes in pixels of the picture given, the surest first */
  async detect(picture: ColourPicture): Promise<Detection[]> {
    const tiles = cutTiles(picture, this.#tiles, this.#input, this.#layout.stretch);
    const atOnce = this.#batch ?? tiles.length;
    const found: Found[] = [];
    for (let from = 0; from < tiles.length; from += atOnce) {
      const some = tiles.slice(from, from + atOnce);
      const answer = await this.#look(picture, some, this.#batch ?? some.length);
      for (const [i, tile] of some.entries()) {
        for (const raw of decode(this.#layout, answer, i, this.#input, this.#thresholds)) found.push(placed(raw, tile, from + i, picture));
      }
    }
    return suppress(found, !this.#layout.suppressed).map(({ box, score }) => ({ box, score: Math.min(1, score) }));
  }

  async #look(picture: ColourPicture, tiles: readonly Tile[], batch: number): Promise<Readonly<Record<string, OnnxTensor>>> {
    const one = 3 * this.#input.width * this.#input.height;
    const pixels = new Float32Array(batch * one);
    for (const [i, tile] of tiles.entries()) {
      letterbox(picture, tile, this.#input, this.#layout, pixels.subarray(i * one, (i + 1) * one));
    }
    return this.#session.run(feeds(this.#runtime, this.#session, pixels, batch, this.#input));
  }
}

/** Pictures, and to a model that asks for their size too (RT-DETR's own export) the input's: its boxes are then in input pixels. */
function feeds(runtime: OnnxRuntime, session: OnnxSession, pixels: Float32Array, batch: number, input: Size): Record<string, OnnxTensor> {
  const [pictures, sizes] = session.inputNames;
  const made: Record<string, OnnxTensor> = {
    [pictures]: new runtime.Tensor('float32', pixels, [batch, 3, input.height, input.width]),
  };
  if (sizes !== undefined) {
    const each = Array.from({ length: batch }, () => [BigInt(input.width), BigInt(input.height)]).flat();
    made[sizes] = new runtime.Tensor('int64', BigInt64Array.from(each), [batch, 2]);
  }
  return made;
}

function placed(raw: RawBox, tile: Tile, index: number, picture: Size): Found {
  const [width, height] = [raw.width / tile.sx, raw.height / tile.sy];
  const box = { x: tile.x + raw.cx / tile.sx - width / 2, y: tile.y + raw.cy / tile.sy - height / 2, width, height };
  const [bx, by] = [BORDER_PX / tile.sx, BORDER_PX / tile.sy];
  const cut =
    (tile.x > 0 && box.x < tile.x + bx) ||
    (tile.y > 0 && box.y < tile.y + by) ||
    (tile.x + tile.width < picture.width - 0.5 && box.x + width > tile.x + tile.width - bx) ||
    (tile.y + tile.height < picture.height - 0.5 && box.y + height > tile.y + tile.height - by);
  return { box, score: raw.score, classIndex: raw.classIndex, tile: index, cut };
}
