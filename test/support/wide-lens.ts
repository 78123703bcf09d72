import {
  apply,
  type Calibration,
  depth,
  invert,
  type LumaPicture,
  type Point,
  type SceneTruth,
  type SyntheticScene,
} from '../../protocol/index.js';

/** How much smaller a scene is drawn, so that a camera with the lens finds something in its corners. */
const SHRUNK = 0.8;

/** A scene as a camera with a bending lens shows it; the bending is worked out here once more, the slow way. */
export class WideLens {
  readonly scene: SyntheticScene;
  readonly #k1: number;
  readonly #k2: number;
  readonly #middle: Point;
  readonly #radiusPx: number;
  readonly #from: Float64Array;
  readonly #luma: Uint8Array;
  /** Of what is seen 0, 1, 2 … pixels from the middle. */
  readonly #shares: readonly number[];
  #truth: SceneTruth | undefined;

  constructor(scene: SyntheticScene, k1: number, k2: number) {
    const { width, height } = scene.size;
    this.scene = scene;
    this.#k1 = k1;
    this.#k2 = k2;
    this.#middle = { x: width / 2, y: height / 2 };
    this.#radiusPx = Math.hypot(width, height) / 2;
    this.#luma = new Uint8Array(width * height);
    this.#shares = Array.from({ length: Math.ceil(this.#radiusPx) + 2 }, (_, out) => this.#share(Math.max(out, 0.01)));
    this.#from = new Float64Array(2 * width * height);
    for (let i = 0; i < width * height; i++) {
      const { x, y } = this.#drawnAt({ x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 });
      this.#from.set([x - 0.5, y - 0.5], 2 * i);
    }
  }

  truth(index: number): SceneTruth {
    if (this.#truth?.frameIndex !== index) this.#truth = this.scene.truth(index);
    return this.#truth;
  }

  /** Where the lens shows what the scene draws at a place. */
  #seenAt(drawn: Point): Point {
    const [x, y] = [(drawn.x - this.#middle.x) / SHRUNK, (drawn.y - this.#middle.y) / SHRUNK];
    const r2 = (x * x + y * y) / this.#radiusPx ** 2;
    const by = 1 + this.#k1 * r2 + this.#k2 * r2 * r2;
    return { x: this.#middle.x + x * by, y: this.#middle.y + y * by };
  }

  /** Where the scene draws what is seen at a place. */
  #drawnAt(seen: Point): Point {
    const [x, y] = [seen.x - this.#middle.x, seen.y - this.#middle.y];
    const out = Math.hypot(x, y);
    const at = Math.floor(out);
    const [low, high] = [this.#shares[at] ?? 0, this.#shares[at + 1] ?? 0];
    const by = low + (high - low) * (out - at);
    return { x: this.#middle.x + x * by, y: this.#middle.y + y * by };
  }

  /** How much nearer to the middle the scene draws what is seen so many pixels from it: by halving. */
  #share(out: number): number {
    let [low, high] = [0, 2];
    for (let i = 0; i < 40; i++) {
      const by = (low + high) / 2;
      if (this.#seenAt({ x: this.#middle.x + out * by, y: this.#middle.y }).x - this.#middle.x < out) low = by;
      else high = by;
    }
    return low;
  }

  /** Valid until the next one. */
  luma(index: number): LumaPicture {
    const { width, height } = this.scene.size;
    const rgba = this.scene.render(index);
    const grey = (at: number): number => 0.299 * (rgba[4 * at] ?? 0) + 0.587 * (rgba[4 * at + 1] ?? 0) + 0.114 * (rgba[4 * at + 2] ?? 0);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [this.#from[2 * i] ?? 0, this.#from[2 * i + 1] ?? 0];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [fx, fy, at] = [x - left, y - top, top * width + left];
      const upper = grey(at) * (1 - fx) + grey(at + 1) * fx;
      this.#luma[i] = Math.round(upper * (1 - fy) + (grey(at + width) * (1 - fx) + grey(at + width + 1) * fx) * fy);
    }
    return { width, height, data: this.#luma };
  }

  /** Where a place of the ground is seen in a frame; undefined where it is not in the picture. */
  imageOf(index: number, ground: Point): Point | undefined {
    const m = this.truth(index).groundToImage;
    if (!(depth(m, ground) > 0)) return undefined;
    const { width, height } = this.scene.size;
    const p = this.#seenAt(apply(m, ground));
    return p.x > 0 && p.y > 0 && p.x < width && p.y < height ? p : undefined;
  }

  /** Clicks spread over a frame, wherever it shows ground nearer than `farM`, each off by up to `offPx` either way; always the same. */
  calibration(index: number, farM: number, offPx: number): Calibration {
    const { width, height } = this.scene.size;
    const truth = this.truth(index);
    const back = invert(truth.groundToImage);
    if (!back) throw new Error('the scene shows no ground');
    const points: Calibration['points'] = [];
    for (let i = 0; i < 42; i++) {
      const at = { x: (0.03 + (0.94 * (i % 7)) / 6) * width, y: (0.03 + (0.94 * Math.floor(i / 7)) / 5) * height };
      const ground = apply(back, this.#drawnAt(at));
      if (!(depth(truth.groundToImage, ground) > 0) || Math.hypot(ground.x, ground.y) > farM) continue;
      const image: [number, number] = [at.x + offPx * Math.sin(i * 12.9898), at.y + offPx * Math.sin(i * 78.233)];
      points.push({ image, ground: [ground.x, ground.y] });
    }
    return { size: [width, height], atMediaTimeUs: truth.mediaTimeUs, points };
  }
}
