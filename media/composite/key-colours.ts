import type { ColourKey } from '../../protocol/index.js';
import type { SampleWeights } from './colour.js';

/** What a key can say of a colour: this much against it is surely in front of the ground, as much below nothing surely the ground. */
export const SURE = 127;
/** In the table: not met yet. */
export const UNKNOWN = -128;

/** Place of a luma and of a chroma in the table, to be added up: 32 × 64 × 64 colours, eight-bit Y'CbCr as the picture has it. */
export function lumaPlace(luma: number): number {
  return (luma >> 3) << 12;
}
export function chromaPlace(u: number, v: number): number {
  return ((u >> 2) << 6) | (v >> 2);
}

/**
 * The same surface in other light keeps its hue: its luma and its chroma both go towards black. A pick stands for all of these, a line in Y'CbCr between
 * these shares of its own light: the ground for its shadows too, what stands on it for less.
 */
const GROUND_LIGHT = { least: 0.34, most: 1.3 } as const;
const FRONT_LIGHT = { least: 0.7, most: 1.2 } as const;
/** What a level of luma counts within that range, so that of two picks of one hue the nearer one has its way. */
const LUMA_WITHIN = 0.06;

/** Eight-bit Y'CbCr weights of the picture. */
export interface EightBitWeights {
  readonly y: SampleWeights;
  readonly u: SampleWeights;
  readonly v: SampleWeights;
}

interface Pick {
  readonly luma: number;
  readonly u: number;
  readonly v: number;
  readonly least: number;
  readonly most: number;
}

/** What a key's picks say of every colour, kept in a table that fills as they are met: a picture has few thousand of them. */
export class KeyColours {
  /** From -{@link SURE}, the ground, over 0, nothing, to {@link SURE}, in front of it; {@link UNKNOWN} where it is to be learnt. */
  readonly table = new Int8Array(32 * 64 * 64).fill(UNKNOWN);
  readonly #draw: readonly Pick[];
  readonly #never: readonly Pick[];
  readonly #black: number;
  readonly #tolerance: number;
  readonly #softness: number;

  constructor({ draw, never, tolerance, softness }: ColourKey, weights: EightBitWeights) {
    this.#black = weights.y.base;
    this.#draw = draw.map((colour) => pickOf(colour, weights, GROUND_LIGHT));
    this.#never = never.map((colour) => pickOf(colour, weights, FRONT_LIGHT));
    this.#tolerance = tolerance;
    this.#softness = softness;
  }

  /** What is said of the colour at a place of the table. */
  says(at: number): number {
    const said = this.table[at]!;
    return said === UNKNOWN ? this.learn(at) : said;
  }

  learn(at: number): number {
    const luma = ((at >> 12) << 3) + 3.5;
    const u = ((at >> 6) & 63) * 4 + 1.5;
    const v = (at & 63) * 4 + 1.5;
    const toGround = this.#nearest(this.#draw, luma, u, v);
    const toFront = this.#nearest(this.#never, luma, u, v);
    const [ground, front] = [this.#isNear(toGround), this.#isNear(toFront)];
    // Near both, the nearer one has its way, and midway neither.
    const [forFront, forGround] = [front * (toGround + 1e-6), ground * (toFront + 1e-6)];
    const said = ground + front === 0 ? 0 : Math.max(ground, front) * (front === 0 ? -1 : ground === 0 ? 1 : lean(forFront, forGround));
    const level = Math.round(SURE * said);
    this.table[at] = level;
    return level;
  }

  /** 1 within the tolerance, 0 beyond the softness, smooth between. */
  #isNear(distance: number): number {
    if (distance <= this.#tolerance) return 1;
    const share = (distance - this.#tolerance) / Math.max(1e-6, this.#softness);
    return share >= 1 ? 0 : 1 - share * share * (3 - 2 * share);
  }

  #nearest(picks: readonly Pick[], luma: number, u: number, v: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const pick of picks) {
      const [l, p, q] = [pick.luma - this.#black, pick.u - 128, pick.v - 128];
      const [dl, dp, dq] = [luma - this.#black, u - 128, v - 128];
      const light = Math.min(pick.most, Math.max(pick.least, (l * dl + p * dp + q * dq) / Math.max(1, l * l + p * p + q * q)));
      const away = Math.hypot(dl - light * l, dp - light * p, dq - light * q);
      nearest = Math.min(nearest, away + LUMA_WITHIN * Math.abs(dl - l));
    }
    return nearest;
  }
}

/** -1 to 1. */
function lean(a: number, b: number): number {
  return (a - b) / (a + b);
}

/** @param colour `#rrggbb` */
function pickOf(colour: string, { y, u, v }: EightBitWeights, { least, most }: { readonly least: number; readonly most: number }): Pick {
  const rgb = Number.parseInt(colour.slice(1), 16);
  const of = (w: SampleWeights): number => w.r * (rgb >> 16) + w.g * ((rgb >> 8) & 255) + w.b * (rgb & 255) + w.base;
  return { luma: of(y), u: of(u), v: of(v), least, most };
}
