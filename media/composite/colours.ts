import type { Box, OverlayRegion, Size } from '../../protocol/index.js';
import { type Cells, LOOK } from './cells.js';
import { ColourDensity, colourBin } from './colour-density.js';
import { type FrontKernel, ODDS } from './front-kernel.js';
import type { Layer } from './layer.js';
import type { Pixels } from './pixels.js';

/** Ground pixels looked at in a frame, and pixels of all people. */
const GROUND_SAMPLES = 400;
const FRONT_SAMPLES = 500;
const FRONT_LEAST = 60;
/** Colours are learnt over frames: what is left of a frame's count by the next. */
const GROUND_KEPT = 0.95;
const FRONT_KEPT = 0.8;
/** Log odds over which a colour beside the people is doubted to be the ground's (somebody stands there whom nobody follows), and how much it counts then. */
const FOREIGN = 1;
const FOREIGN_WEIGHT = 0.1;
/** Fewer ground pixels than this, all frames together: the colours tell nothing. */
const GROUND_LEAST = 200;
/**
 * A shadow on the ground dims it; how much is not known, so all of these are, by turns, with this weight together. Not more: of the light of a clear
 * day a fifth comes from the sky, about half as a picture codes it.
 */
const SHADOWS = [0.85, 0.6, 0.72, 0.5] as const;
const SHADOWS_WEIGHT = 0.8;
/** Colours never met: what either side may have besides those it was seen with. The ground's common colours count less than in proportion. */
const FRONT_UNSEEN = 0.2;
const GROUND_UNSEEN = 0.02;
const GROUND_POWER = 0.8;

/**
 * How the ground under the graphics looks, and those who stand on it, learnt from frame to frame: the ground beside them, they inside their boxes
 * where it is not the ground's colour.
 */
export class Colours {
  readonly #size: Size;
  readonly #pixels: Pixels;
  readonly #ground = new ColourDensity();
  readonly #front = new ColourDensity();
  /** Log odds that a colour is somebody's rather than the ground's, by bin, in {@link ODDS}; worked out in the frame, as counted here, in which they are asked for. */
  readonly #says: Int16Array;
  readonly #saidIn: Uint8Array;
  #frame = 0;
  #shadow = 0;

  /** @param kernel in whose memory lies what colours say */
  constructor(size: Size, pixels: Pixels, { says, saidIn }: FrontKernel) {
    this.#says = says;
    this.#saidIn = saidIn;
    this.#size = size;
    this.#pixels = pixels;
  }

  /** Whether enough of the ground was seen to tell it from others. */
  get known(): boolean {
    return this.#ground.total >= GROUND_LEAST;
  }

  /** Learns from the picture before anything is drawn on it. `layers` are the ground's regions. */
  learn(layers: readonly { region: OverlayRegion; layer: Layer }[], people: readonly Box[], cells: Cells): void {
    this.#frame = (this.#frame % 255) + 1;
    if (this.#frame === 1) this.#saidIn.fill(0);
    this.#ground.fade(GROUND_KEPT);
    this.#front.fade(FRONT_KEPT);
    this.#learnGround(layers, cells);
    for (const box of people) this.#learnFront(box, Math.max(FRONT_LEAST, FRONT_SAMPLES / people.length), cells);
  }

  /** Counts frames, 1 to 255, for what is said of colours. */
  get frame(): number {
    return this.#frame;
  }

  /** Works out what a bin's colour says in this frame. */
  say(bin: number): void {
    this.#saidIn[bin] = this.#frame;
    const front = FRONT_UNSEEN + (1 - FRONT_UNSEEN) * this.#front.relative(bin);
    this.#says[bin] = ODDS * Math.log(front / (GROUND_UNSEEN + this.#ground.relative(bin) ** GROUND_POWER));
  }

  #at(x: number, y: number): number {
    const bin = colourBin(this.#pixels.luma(x, y), this.#pixels.u(x, y), this.#pixels.v(x, y));
    if (this.#saidIn[bin] !== this.#frame) this.say(bin);
    return this.#says[bin]!;
  }

  /** Whether a pixel hardly is the ground. */
  isForeign(x: number, y: number): boolean {
    return this.known && this.#at(x, y) > FOREIGN * ODDS;
  }

  /** The ground's colours under its graphics, where nobody is. */
  #learnGround(layers: readonly { region: OverlayRegion; layer: Layer }[], cells: Cells): void {
    let covered = 0;
    for (const { layer } of layers)
      for (let s = 0; s < layer.luma.spans.length; s += 3) covered += layer.luma.spans[s + 2]! - layer.luma.spans[s + 1]!;
    const stride = Math.max(2, Math.ceil(covered / GROUND_SAMPLES));
    const { width, height } = this.#size;
    for (const { region, layer } of layers) {
      const { spans } = layer.luma;
      const left = region.x - layer.phaseX;
      for (let s = 0; s < spans.length; s += 3) {
        const y = region.y - layer.phaseY + spans[s]!;
        if (y < 0 || y >= height) continue;
        const end = Math.min(width, left + spans[s + 2]!);
        for (let x = left + spans[s + 1]! + ((spans[s]! * 7) % stride); x < end; x += stride)
          if (x >= 0 && (cells.at(x >> 1, y >> 1) & LOOK) === 0) this.#addGround(x, y);
      }
    }
  }

  #addGround(x: number, y: number): void {
    const [luma, u, v] = [this.#pixels.luma(x, y), this.#pixels.u(x, y), this.#pixels.v(x, y)];
    const weight = this.isForeign(x, y) ? FOREIGN_WEIGHT : 1;
    this.#ground.add(luma, u, v, weight);
    this.#shadow = (this.#shadow + 1) % SHADOWS.length;
    const dim = SHADOWS[this.#shadow]!;
    this.#ground.add(16 + (luma - 16) * dim, 128 + (u - 128) * dim, 128 + (v - 128) * dim, weight * SHADOWS_WEIGHT);
  }

  /** Somebody's colours: those in their box that the ground does not have, the more the matte agrees. */
  #learnFront(box: Box, samples: number, cells: Cells): void {
    const stride = Math.max(1, Math.round(Math.sqrt((box.width * box.height) / samples)));
    const { width, height } = this.#size;
    for (let y = Math.max(0, Math.ceil(box.y)); y < Math.min(height, box.y + box.height); y += stride) {
      for (let x = Math.max(0, Math.ceil(box.x)); x < Math.min(width, box.x + box.width); x += stride) {
        const [luma, u, v] = [this.#pixels.luma(x, y), this.#pixels.u(x, y), this.#pixels.v(x, y)];
        const unlike = 1 / (1 + 4 * this.#ground.relative(colourBin(luma, u, v)));
        this.#front.add(luma, u, v, unlike * (0.25 + (0.75 / 256) * cells.matteAt(x >> 1, y >> 1)));
      }
    }
  }
}
