import { type Box, iou, type Size } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import { type Blob, shrunk } from './blobs.js';
import { type Evidence, Explanation } from './explanation.js';
import { Likeness, type View } from './likeness.js';
import { type MaskSums, trimColumns } from './mask-sums.js';
import { Occluders } from './occluders.js';

/** The box a person has whose feet are at (x, y) of the mask; undefined where nobody can stand. */
export type ExpectedBox = (footX: number, footY: number) => Box | undefined;

/** Someone already followed. */
export interface Followed {
  readonly trackId: number;
  /** Where they should be now. */
  readonly box: Box;
  /** Seen in the frame before. */
  readonly seen: boolean;
}

/** People differ from the usual height by this much. */
const SHORTEST = 0.8;
const TALLEST = 1.2;
/** Someone followed is looked for around where they should be: standard deviation, in heights. */
const SPREAD = 0.12;
const SPREAD_LOST = 0.25;
/** How much a height differs from the one before, and from the usual. */
const SPREAD_SIZE = 0.06;
const SPREAD_TALL = 0.1;
/** How much a whole silhouette weighs against that, in nats: neighbouring pixels do not tell independently. */
const WEIGHT = 20;
/** What someone followed must explain, of a whole person and of what nobody hides of them; and someone lost. */
const SEEN = 0.12;
const SEEN_OF_FREE = 0.35;
const SEEN_AGAIN = 0.4;
/** Hidden by others to this share, someone followed is believed to be where they should be. */
const HIDDEN = 0.45;
const HIDDEN_SCORE = 0.3;
/** What somebody new must explain. */
const NEW = 0.5;
/** New people in one frame at most. */
const MOST_NEW = 24;
const ROUNDS = 2;
/** How much it counts that someone looks as before, and by how much, in luma, one must differ to look like somebody else. */
const LIKENESS = 0.4;
const UNLIKE = 22;
/** Someone is in front of all others when this share of them is free. */
const FRONT = 0.8;
/** Who explains less than this is not seen well enough to be looked at. */
const LEARN_SHARE = 0.4;

/** One frame, and who is in it as far as is known. */
interface Scene {
  readonly view: View;
  readonly explanation: Explanation;
  readonly expected: ExpectedBox;
  people: Person[];
}

interface Person {
  box: Box;
  /** Their height as a share of the usual. */
  ratio: number;
  evidence: Evidence | undefined;
  /** How much they differ from how they looked before, luma. */
  unlike: number;
  readonly followed: Followed | undefined;
  readonly likeness: Likeness | undefined;
}

/** Finds people in masks of moved pixels, frame after frame. */
export class PeopleFinder {
  readonly #likeness = new Map<number, Likeness>();
  readonly #explanation: Explanation;
  readonly #occluders: Occluders;

  constructor(size: Size) {
    this.#occluders = new Occluders(size);
    this.#explanation = new Explanation(size, this.#occluders);
  }

  /**
   * People who explain a mask best: those followed, near where they should be, then somebody new wherever enough is left. A
   * group comes apart because everyone in it is as tall as perspective says, and because each was followed before they met.
   * @param sums of the view's mask
   * @returns boxes in mask pixels
   */
  find(view: View, blobs: readonly Blob[], sums: MaskSums, expected: ExpectedBox, followed: readonly Followed[] = []): Detection[] {
    const explanation = this.#explanation;
    explanation.load(view.mask);
    const people = followed.flatMap((f) => stand(f, expected, this.#likeness.get(f.trackId)));
    const scene: Scene = { view, explanation, expected, people: people.filter((p) => p.followed?.seen) };
    for (const p of scene.people) explanation.add(p.box);
    for (let round = 0; round < ROUNDS; round++) for (const p of scene.people) settle(p, scene, SPREAD);
    scene.people = scene.people.filter((p) => isThere(p, explanation));
    for (const p of people.filter((f) => !f.followed?.seen)) {
      explanation.add(p.box);
      settle(p, scene, SPREAD_LOST);
      if (p.evidence && p.evidence.share >= SEEN_AGAIN && p.unlike < UNLIKE) scene.people.push(p);
      else explanation.remove(p.box);
    }
    for (const { box } of blobs) newcomers(box, sums, scene);
    this.#remember(followed, scene);
    const boxes = scene.people.map((p) => p.box);
    return scene.people.map((p) => ({
      box: outline(p.box, blobs, sums, boxes),
      score: scoreOf(p),
      ...(p.followed && { trackId: p.followed.trackId }),
    }));
  }

  /** Nobody of before is in the picture now. */
  reset(): void {
    this.#likeness.clear();
    this.#occluders.reset();
  }

  /** What was learnt of the picture's places is no longer true. */
  cameraMoved(): void {
    this.#occluders.reset();
  }

  #remember(followed: readonly Followed[], { view, people }: Scene): void {
    for (const id of this.#likeness.keys()) if (!followed.some((f) => f.trackId === id)) this.#likeness.delete(id);
    this.#occluders.keep(new Set(followed.map((f) => f.trackId)));
    for (const p of people) {
      if (!p.followed || !p.evidence || p.evidence.share < LEARN_SHARE) continue;
      const { trackId } = p.followed;
      if (p.evidence.free > FRONT) this.#occluders.learn(trackId, p.box, view.mask, view.size);
      const likeness = this.#likeness.get(trackId) ?? new Likeness();
      this.#likeness.set(trackId, likeness);
      likeness.learn(view, p.box, inFront(p, people));
    }
  }
}

/** Those whose feet are lower in the picture. */
function inFront(person: Person, people: readonly Person[]): Box[] {
  return people.filter((p) => p !== person && bottom(p.box) > bottom(person.box) && meet(p.box, person.box)).map((p) => p.box);
}

function stand(followed: Followed, expected: ExpectedBox, likeness: Likeness | undefined): Person[] {
  const { box } = followed;
  const usual = expected(box.x + box.width / 2, bottom(box));
  if (!usual) return [];
  const ratio = clamp(box.height / usual.height, SHORTEST, TALLEST);
  return [{ box: sized(usual, ratio), ratio, evidence: undefined, unlike: 0, followed, likeness }];
}

/** Moves someone to where they explain most of what the others leave, by ever smaller steps. */
function settle(person: Person, { view, explanation, expected, people }: Scene, spread: number): void {
  explanation.remove(person.box);
  const at = person.followed?.box ?? person.box;
  const [x0, y0, ratio0, height] = [at.x + at.width / 2, bottom(at), person.ratio, person.box.height];
  let [x, y, ratio] = [person.box.x + person.box.width / 2, bottom(person.box), person.ratio];
  const others = inFront(person, people);
  const judge = (fx: number, fy: number, r: number) => {
    const usual = expected(fx, fy);
    const box = usual && sized(usual, r);
    const evidence = box && explanation.evidence(box);
    if (!evidence) return undefined;
    const away = ((fx - x0) ** 2 + (fy - y0) ** 2) / (spread * height) ** 2;
    const unusual = (r / ratio0 - 1) ** 2 / SPREAD_SIZE ** 2 + (r - 1) ** 2 / SPREAD_TALL ** 2;
    const alike = person.likeness?.compare(view, box, others);
    const like = alike ? alike.seen * Math.max(-1, 1 - alike.difference / UNLIKE) : 0;
    const value = evidence.share * r * r - (away + unusual) / (2 * WEIGHT) + LIKENESS * like;
    return { box, evidence, unlike: alike?.difference ?? 0, value };
  };
  let best = judge(x, y, ratio);
  for (let step = Math.max(1, height / 10); step >= 0.75; step /= 2) {
    let last = -1;
    // Once every move was tried from here in vain, there is nothing left to try.
    for (let tries = 0, vain = 0; vain < MOVES.length && tries < MOST_TRIES; tries++, vain++) {
      const move = tries % MOVES.length;
      // Back to where it was worse.
      if (move < 4 && move === (last ^ 1)) continue;
      const [dx, dy, dr] = MOVES[move];
      const [fx, fy, r] = [x + dx * step, y + dy * step, clamp(ratio * (1 + (dr * step) / height), SHORTEST, TALLEST)];
      const there = judge(fx, fy, r);
      if (!there || (best && there.value <= best.value)) continue;
      best = there;
      [x, y, ratio] = [fx, fy, r];
      last = move;
      vain = -1;
    }
  }
  if (best) {
    person.box = best.box;
    person.ratio = ratio;
    person.unlike = best.unlike;
  }
  person.evidence = best?.evidence;
  explanation.add(person.box);
}

/** Steps aside, up, down, each followed by the one that undoes it; taller and shorter with the feet where they are. */
const MOVES = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
] as const;
/** Moves tried of one size at most. */
const MOST_TRIES = 36;

/** Someone followed is there when seen well enough, or when others hide them. Who is not there is taken out. */
function isThere(p: Person, explanation: Explanation): boolean {
  if (p.evidence) {
    const { share, free } = p.evidence;
    if (p.unlike > 1.3 * UNLIKE) {
      explanation.remove(p.box);
      return false;
    }
    if (share >= SEEN && share >= SEEN_OF_FREE * free) return true;
    if (free < HIDDEN && share > -0.02) return true;
  }
  explanation.remove(p.box);
  return false;
}

/** Greedy: the place whose person explains most of what is left in a patch. */
function newcomers(patch: Box, sums: MaskSums, scene: Scene): void {
  const { explanation, expected, people } = scene;
  const least = expected(patch.x + patch.width / 2, bottom(patch));
  if (!least || explanation.unexplained(patch) < 0.1 * least.width * least.height) return;
  const step = Math.max(2, Math.round(least.height / 14));
  const margin = Math.round(0.3 * least.height);
  const candidates: { box: Box; share: number }[] = [];
  for (let y = patch.y + step; y <= bottom(patch) + margin; y += step) {
    for (let x = patch.x; x <= patch.x + patch.width; x += step) {
      const box = expected(x, y);
      if (!box || sums.count(box) < 0.25 * box.width * box.height) continue;
      const share = explanation.evidence(box)?.share ?? 0;
      if (share > 0.6 * NEW) candidates.push({ box, share });
    }
  }
  const found: Person[] = [];
  while (found.length < MOST_NEW) {
    let best: { box: Box; share: number } | undefined;
    for (const c of candidates) if (!best || c.share > best.share) best = c;
    if (!best) break;
    const person: Person = { box: best.box, ratio: 1, evidence: undefined, unlike: 0, followed: undefined, likeness: undefined };
    explanation.add(person.box);
    settle(person, scene, SPREAD_LOST);
    if (person.evidence && person.evidence.share * person.evidence.inside >= NEW) {
      people.push(person);
      found.push(person);
      // Who was found first stood where nobody else was known yet.
      if (found.length > 1) for (const p of found) settle(p, scene, SPREAD_LOST);
    } else explanation.remove(person.box);
    const { box } = person;
    for (let i = candidates.length - 1; i >= 0; i--) {
      const c = candidates[i];
      if (!meet(c.box, box) && c !== best) continue;
      c.share = c === best ? 0 : (explanation.evidence(c.box)?.share ?? 0);
      if (c.share <= 0.6 * NEW) candidates.splice(i, 1);
    }
  }
}

/** Of someone alone in a patch of their size the patch itself tells the extent; of others perspective does. */
function outline(person: Box, blobs: readonly Blob[], sums: MaskSums, all: readonly Box[]): Box {
  for (const { box: blob } of blobs) {
    if (iou(blob, person) < 0.4) continue;
    const box = shrunk(trimColumns(sums, blob, 0.1 * person.height));
    const tall = box.height / person.height;
    if (tall < 0.8 || tall > 1.2 || box.width > 0.62 * person.height || iou(box, person) < 0.5) continue;
    if (all.some((other) => other !== person && meet(other, box))) continue;
    return box;
  }
  return person;
}

function scoreOf({ evidence, followed }: Person): number {
  if (!evidence) return HIDDEN_SCORE;
  const { share, free } = evidence;
  if (followed && free < HIDDEN && share < SEEN) return HIDDEN_SCORE;
  const certain = followed ? 0.6 + 0.4 * share : 0.45 + 0.5 * share;
  return clamp(certain, 0.5, 0.97);
}

function sized(usual: Box, ratio: number): Box {
  const height = usual.height * ratio;
  const width = usual.width * ratio;
  return { x: usual.x + (usual.width - width) / 2, y: bottom(usual) - height, width, height };
}

function bottom(box: Box): number {
  return box.y + box.height;
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < bottom(b) && b.y < bottom(a);
}

function clamp(v: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, v));
}
