import { IDENTITY, type Mat3, type Size } from '../../protocol/index.js';
import type { Alignment } from './align.js';
import type { PointMatches } from './homography-fit.js';
import { between, distanceBetween, fitTurn, type Link, nearestTurn, solveTurns, type Turn, UnitFrame } from './turning-camera.js';

/** Pictures placed together at most; later ones are chained on. */
const MAX_NODES = 40;
/** Links must agree with a turning camera this well before it is believed to be one: 1 is noise alone; a camera carried along gives 20 to millions. */
const BELIEVED_CHI_SQUARE = 8;
/** One measurement may differ from a pure turn by this, pixels. */
const FRAME_AGREEMENT_PX = 0.5;
/** Focal length to start from, in half widths of the picture. */
const USUAL_FOCAL = 2.4;

/**
 * Finds out whether the camera turns on its place, and if it does, where every key frame looks. No setting: the links between key frames
 * decide, anew with each one.
 */
export class TurnGraph {
  readonly #frame: UnitFrame;
  readonly #halfWidth: number;
  #turns: Turn[] = [];
  #links: Link[] = [];
  #trusted = false;

  constructor(size: Size) {
    this.#frame = new UnitFrame(size);
    this.#halfWidth = size.width / 2;
  }

  /** True while the links say that the camera only turns and zooms. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** Begins with a reference picture, node 0. */
  reset(): void {
    this.#turns = [{ focal: USUAL_FOCAL, rotation: IDENTITY }];
    this.#links = [];
    this.#trusted = false;
  }

  /** A new picture measured against a known one. @returns its node, or −1 when there is no room. */
  add(from: number, alignment: Alignment): number {
    if (from < 0 || this.#turns.length >= MAX_NODES) return -1;
    const node = this.#turns.length;
    this.#turns.push(nearestTurn(this.#turns[from], this.#frame.toUnit(alignment.measured)));
    this.link(from, node, alignment);
    return node;
  }

  /** One more measurement between two known pictures. */
  link(from: number, to: number, alignment: Alignment): void {
    if (from < 0 || to < 0) return;
    this.#links.push({ from, to, homography: alignment.measured, information: Float64Array.from(alignment.information) });
  }

  /** Places all pictures by all links; decides whether to believe it. */
  solve(): void {
    if (this.#links.length === 0) return;
    const { turns, chiSquare } = solveTurns(this.#turns, this.#links, this.#frame);
    this.#turns = turns;
    this.#trusted = chiSquare < BELIEVED_CHI_SQUARE && turns.every((t) => t.focal > 0.3 && t.focal < 100);
  }

  /** Reference → a node's picture, pixels; undefined when the camera is not trusted to turn only. */
  pose(node: number): Mat3 | undefined {
    const turn = this.#turns[node];
    return this.#trusted && turn ? this.#frame.toPixels(between(this.#turns[0], turn)) : undefined;
  }

  /** A measurement against a node, reduced to the turn it must be; undefined where it is none. */
  refine(node: number, measured: Mat3, matches: PointMatches): Mat3 | undefined {
    const key = this.#turns[node];
    if (!this.#trusted || !key) return undefined;
    const free = this.#frame.toUnit(measured);
    const turn = fitTurn(matches, this.#frame.size, key, nearestTurn(key, free));
    if (!turn) return undefined;
    const bound = between(key, turn);
    return distanceBetween(free, bound, this.#frame.size) * this.#halfWidth < FRAME_AGREEMENT_PX ? this.#frame.toPixels(bound) : undefined;
  }
}
