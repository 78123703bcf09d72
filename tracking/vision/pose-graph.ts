import { IDENTITY, invert, type Mat3, multiply, type Size } from '../../protocol/index.js';
import type { Measurement } from './align.js';
import { type CameraModel, distanceBetween, UnitFrame } from './camera-model.js';
import { carriedCamera } from './carried-camera.js';
import type { PointMatches } from './homography-fit.js';
import { bent, LONGEST_READOUT_S, type Motion, type RowEffect, rowResponse, STANDSTILL } from './rolling-shutter.js';
import { between, fitView, type Link, solveViews, type Views } from './solve-views.js';
import { turningCamera } from './turning-camera.js';

/** Pictures placed together at once; those before them stay where they are. */
const WINDOW = 16;
/** Links must agree with a kind of camera this well before it is believed: 1 is noise alone; a camera of another kind gives 20 to millions. */
const BELIEVED_CHI_SQUARE = 8;
/** What says nothing against a kind only because so little was measured does not count for it. */
const LEAST_FREEDOM = 3;
/** What a kind's pictures share is searched for while it is not believed, as long as there are at most so many pictures. */
const SEARCHED_NODES = 10;
/** Starts are tried for so many rounds; the best of them is carried on. */
const TRIAL_ROUNDS = 4;
const ROUNDS = 12;
/** How much better a kind must explain the links for each number it has more than another. */
const PRICE_OF_A_NUMBER = 4;
/** Rounds to find the readout time in, from what is best without. */
const ROLLING_ROUNDS = 6;
/** One measurement may differ from its model by this, pixels. */
const FRAME_AGREEMENT_PX = 0.5;

/**
 * Finds out what kind of camera it is (one that turns on its place, one that is carried over a plane, or neither), and where every key frame
 * looks. No setting: the links between key frames decide, anew with each one.
 */
export class PoseGraph {
  readonly #frame: UnitFrame;
  readonly #kinds: readonly Hypothesis[];
  #links: (Link & { readonly rows: RowEffect })[] = [];
  #motions = new Map<number, Motion>();
  #nodes = 0;

  constructor(size: Size) {
    this.#frame = new UnitFrame(size);
    this.#kinds = [hypothesis(turningCamera, this.#frame), hypothesis(carriedCamera, this.#frame)];
  }

  /** Begins with a reference picture, node 0. */
  reset(): void {
    this.#links = [];
    this.#nodes = 1;
    this.#motions.clear();
    for (const kind of this.#kinds) kind.reset();
  }

  /**
   * A new picture measured against a known one.
   * @param pose reference → the new picture, pixels, as far as it is known. @param motion of the new one.
   * @returns its node, or −1 where the known one has none.
   */
  add(from: number, measurement: Measurement, pose: Mat3, motion: Motion): number {
    if (from < 0) return -1;
    const node = this.#nodes++;
    for (const kind of this.#kinds) kind.add(node, this.#frame.toUnit(pose));
    this.moves(node, motion);
    this.link(from, node, measurement);
    return node;
  }

  /** How a known picture moves, as far as it is known by now. */
  moves(node: number, motion: Motion): void {
    if (node >= 0) this.#motions.set(node, motion);
  }

  /** One more measurement between two known pictures. */
  link(from: number, to: number, { homography, information, rows }: Measurement): void {
    if (from < 0 || to < 0) return;
    this.#links.push({ from, to, homography, information, rows, rolling: NO_EFFECT });
  }

  /** Places the latest pictures by their links; decides which kind to believe. @param used nodes that are still measured against. */
  solve(used: ReadonlySet<number>): void {
    const firstFree = Math.max(1, this.#nodes - WINDOW);
    this.#links = this.#links.filter((link) => link.from >= firstFree || link.to >= firstFree);
    const links = this.#links.map((link) => ({ ...link, rolling: rowResponse(link.rows, this.#motion(link.from), this.#motion(link.to)) }));
    for (const kind of this.#kinds) kind.solve(links, firstFree);
    const linked = new Set(this.#links.map((link) => link.from));
    const wanted = (node: number) => node === 0 || node >= firstFree || used.has(node) || linked.has(node);
    for (const kind of this.#kinds) kind.keep(wanted);
    for (const node of [...this.#motions.keys()].filter((n) => !wanted(n))) this.#motions.delete(node);
  }

  /** Reference → a node's picture, pixels; undefined when no kind is believed. */
  pose(node: number): Mat3 | undefined {
    return this.#believed?.pose(node, this.#motion(node), this.#motion(0));
  }

  /** A measurement against a node, reduced to what the camera can do; undefined where it cannot. @param motion of the picture measured. */
  refine(node: number, measured: Mat3, matches: PointMatches, motion: Motion): Mat3 | undefined {
    return this.#believed?.refine(node, measured, matches, this.#motion(node), motion);
  }

  #motion(node: number): Motion {
    return this.#motions.get(node) ?? STANDSTILL;
  }

  get #believed(): Hypothesis | undefined {
    const possible = this.#kinds.filter((kind) => kind.believed);
    return possible.length > 1 ? possible.reduce((a, b) => (b.cost < a.cost ? b : a)) : possible[0];
  }
}

/** One kind of camera, whatever its numbers are. */
interface Hypothesis {
  readonly believed: boolean;
  /** Disagreement with the links, and something for each number that was free to fit them (Akaike 1974). */
  readonly cost: number;
  reset(): void;
  add(node: number, pose: Mat3): void;
  solve(links: readonly Link[], firstFree: number): void;
  keep(wanted: (node: number) => boolean): void;
  pose(node: number, motion: Motion, reference: Motion): Mat3 | undefined;
  refine(node: number, measured: Mat3, matches: PointMatches, from: Motion, to: Motion): Mat3 | undefined;
}

const NO_EFFECT = new Float64Array(8);

function hypothesis<Shared, View>(model: CameraModel<Shared, View>, frame: UnitFrame): Hypothesis {
  let shared = model.starts[0];
  let readoutS = 0;
  let views = new Map<number, View>();
  /** Where the pictures seem to be without any model: what the search starts from. */
  let poses = new Map<number, Mat3>();
  let believed = false;
  let cost = 0;

  /** How a picture is bent that moves like this. */
  const bend = (motion: Motion) => bent(motion, readoutS, frame.size);

  /** Of all starts, the one that explains the links best after a few rounds. */
  const search = (nodes: readonly number[], links: readonly Link[], firstFree: number, from: Views<Shared, View>) => {
    const starts = model.starts.map((start): Views<Shared, View> => {
      const placed = nodes.map((node) => (node === 0 ? model.reference : model.nearest(start, poses.get(node) ?? IDENTITY)));
      return { shared: start, readoutS: 0, views: placed };
    });
    const tried = [from, ...starts].map((start) => solveViews(model, start, links, firstFree, TRIAL_ROUNDS));
    return tried.reduce((a, b) => (b.chiSquare < a.chiSquare ? b : a));
  };

  return {
    get believed() {
      return believed;
    },
    get cost() {
      return cost;
    },
    reset() {
      shared = model.starts[0];
      readoutS = 0;
      views = new Map([[0, model.reference]]);
      poses = new Map([[0, IDENTITY]]);
      believed = false;
    },
    add(node, pose) {
      poses.set(node, pose);
      views.set(node, model.nearest(shared, pose));
    },
    solve(links, firstFree) {
      const ends = links.flatMap(({ from, to }) => [from, to]);
      const nodes = [...new Set([0, ...ends])].filter((node) => views.has(node)).sort((a, b) => a - b);
      const index = new Map(nodes.map((node, i) => [node, i]));
      const at = (node: number) => index.get(node) ?? 0;
      const local = links.map((link) => ({ ...link, from: at(link.from), to: at(link.to) }));
      const free = nodes.filter((node) => node < firstFree).length;
      const now: Views<Shared, View> = {
        shared,
        readoutS: free === 1 ? 0 : readoutS,
        views: nodes.map((node) => views.get(node) ?? model.reference),
      };
      const start = !believed && free === 1 && nodes.length <= SEARCHED_NODES ? search(nodes, local, free, now) : now;
      let solved = solveViews(model, start, local, free, ROUNDS);
      cost = costOf(solved);
      if (free === 1) {
        const rolling = solveViews(model, solved, local, free, ROLLING_ROUNDS, true);
        if (Math.abs(rolling.readoutS) < LONGEST_READOUT_S && costOf(rolling) < cost) solved = rolling;
        cost = costOf(solved);
      }
      shared = solved.shared;
      readoutS = solved.readoutS;
      for (const [i, node] of nodes.entries()) views.set(node, solved.views[i]);
      believed = solved.freedom >= LEAST_FREEDOM && solved.chiSquare < BELIEVED_CHI_SQUARE && model.plausible(shared);
    },
    keep(wanted) {
      for (const node of [...views.keys()].filter((n) => !wanted(n))) {
        views.delete(node);
        poses.delete(node);
      }
    },
    pose(node, motion, reference) {
      const view = views.get(node);
      if (!believed || !view) return undefined;
      return frame.toPixels(multiply(multiply(bend(motion), model.place(shared, view)), invert(bend(reference)) ?? IDENTITY));
    },
    refine(node, measured, matches, from, to) {
      const known = views.get(node);
      if (!believed || !known) return undefined;
      const [bendFrom, bendTo] = [bend(from), bend(to)];
      const free = frame.toUnit(measured);
      const straight = multiply(multiply(invert(bendTo) ?? IDENTITY, free), bendFrom);
      const near = model.nearest(shared, multiply(straight, model.place(shared, known)));
      const view = fitView(model, shared, { readoutS, from, to }, matches, frame.size, known, near);
      if (!view) return undefined;
      const bound = multiply(multiply(bendTo, between(model, shared, known, view)), invert(bendFrom) ?? IDENTITY);
      const apart = distanceBetween(free, bound, frame.size) * (frame.size.width / 2);
      return apart < FRAME_AGREEMENT_PX ? frame.toPixels(bound) : undefined;
    },
  };
}

/** Disagreement, and the price of the numbers that were free. */
function costOf({ chiSquare, freedom }: { readonly chiSquare: number; readonly freedom: number }): number {
  return chiSquare * Math.max(1, freedom) - PRICE_OF_A_NUMBER * freedom;
}
