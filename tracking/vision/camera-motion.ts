import {
  type Box,
  type Discontinuity,
  IDENTITY,
  invert,
  type LumaPicture,
  type Mat3,
  type MediaTimeUs,
  multiply,
  rescale,
  type Size,
} from '../../protocol/index.js';
import type { OpenCv } from '../opencv.js';
import { Aligner, type Alignment, type Measurement, MIN_CONFIDENCE } from './align.js';
import { coverage, scaleAtMiddle } from './homography-fit.js';
import { Kernels, Pyramid } from './kernels.js';
import { CornerDetector, type KeyFrame } from './key-frame.js';
import { KeyFrameStore } from './key-frame-store.js';
import { PictureMotion } from './picture-motion.js';
import { isBlank, relative } from './pictures.js';
import { PoseGraph } from './pose-graph.js';
import { Relocaliser } from './relocaliser.js';
import { SourcePixels } from './source-pixels.js';
import { type CameraMotionResult, StillCamera } from './still-camera.js';

export interface CameraMotionOptions {
  /** Size of the pictures handed in. */
  readonly analysis: Size;
  /** Size of the source, whose pixels results are in. */
  readonly source: Size;
  readonly kind: 'moving' | 'fixed';
  /** After this long without finding the reference again, start a new one where nothing depends on the old (uncalibrated). */
  readonly reanchorAfterUs?: MediaTimeUs;
}

/** A key frame serves while it covers this much of the picture, at this scale. */
const KEEP_COVERAGE = 0.6;
const KEEP_SCALE = 1.35;
/** An older one is taken back when it would serve this well. */
const RETURN_COVERAGE = 0.72;
/** A new key frame is tied to so many of the oldest that still cover this much of it, and to the latest one. */
const OLDEST_TIES = 2;
const TIE_COVERAGE = 0.25;
const TIE_CONFIDENCE = 0.2;
/** A key frame found again must be surer than one that is followed. */
const FOUND_CONFIDENCE = MIN_CONFIDENCE + 0.1;
/** Where no key frame fits but the frame before does this well, the chain goes on from there. */
const BRIDGE_CONFIDENCE = 0.3;
/** While lost, all key frames are searched every so many frames. */
const RELOCALISE_EVERY = 4;
/** Every so many frames it is asked whether a key frame nearer to the reference would serve. */
const RETURN_EVERY = 12;

/**
 * Follows a camera over a mostly plane or far scene, or turning on its place. Each frame is measured directly against a key frame, so that
 * errors grow with the number of key frames between the reference and here, not with frames; key frames are found again when the camera
 * comes back.
 */
export class CameraMotion {
  readonly #options: CameraMotionOptions;
  readonly #kernels = new Kernels();
  #pyramid: Pyramid;
  /** The frame before. */
  #previous: Pyramid;
  readonly #corners: CornerDetector;
  readonly #aligner: Aligner;
  readonly #store: KeyFrameStore;
  readonly #relocaliser: Relocaliser;
  readonly #graph: PoseGraph;
  readonly #moving: PictureMotion;
  readonly #pixels: SourcePixels;
  /** Holds the frame before as a key frame while the pose is not found. */
  readonly #last: KeyFrame;
  #key: KeyFrame | undefined;
  #pose: Mat3 = IDENTITY;
  #step: Mat3 = IDENTITY;
  #lostSinceUs: MediaTimeUs | undefined;
  readonly #still: StillCamera | undefined;
  #frame = 0;
  #reference = 0;
  /** See the option; may change on the way: who is calibrated depends on the reference. */
  reanchorAfterUs: MediaTimeUs | undefined;
  #leapt = false;

  constructor(cv: OpenCv, options: CameraMotionOptions) {
    this.#options = options;
    this.reanchorAfterUs = options.reanchorAfterUs;
    const { analysis, source } = options;
    this.#pyramid = new Pyramid(this.#kernels, analysis);
    this.#previous = new Pyramid(this.#kernels, analysis);
    this.#corners = new CornerDetector(this.#kernels, this.#pyramid.levels);
    this.#aligner = new Aligner(this.#pyramid, analysis);
    this.#store = new KeyFrameStore(this.#kernels, analysis);
    this.#still = options.kind === 'fixed' ? new StillCamera() : undefined;
    this.#graph = new PoseGraph(analysis);
    this.#moving = new PictureMotion(analysis);
    this.#last = this.#store.spare();
    this.#relocaliser = new Relocaliser(cv, analysis);
    this.#pixels = new SourcePixels(analysis, source);
  }

  /** The picture last stepped over, smoothed, and its halves: for others that need them. */
  get pyramid(): Pyramid {
    return this.#pyramid;
  }

  /**
   * @param luma of the analysis size.
   * @param mask people in source pixels (as expected or seen in this frame), where nothing is measured.
   */
  step(luma: LumaPicture, mediaTimeUs: MediaTimeUs, mask: readonly Box[], discontinuity: Discontinuity | null): CameraMotionResult {
    [this.#pyramid, this.#previous] = [this.#previous, this.#pyramid];
    this.#pyramid.load(luma.data);
    this.#aligner.pyramid = this.#pyramid;
    this.#corners.reset();
    this.#frame++;
    this.#moving.next(mediaTimeUs, this.#pose);
    if (this.#still) return this.#still.step(this.#pyramid, discontinuity);
    const people = mask.map((box) => this.#pixels.around(box));
    if (!this.#key) return this.#begin(luma, people);
    const before = this.#pose;
    const interrupted = discontinuity !== null && discontinuity !== 'start';
    const found = interrupted || this.#lostSinceUs !== undefined ? undefined : this.#follow(people);
    if (found) {
      this.#leapt = false;
      this.#hold(found.key, found.alignment, luma, people);
      return this.#result(before, found.alignment.confidence, 'held', false);
    }
    return this.#search(luma, mediaTimeUs, people, interrupted);
  }

  close(): void {
    this.#relocaliser.close();
  }

  #begin(luma: LumaPicture, people: readonly Box[]): CameraMotionResult {
    this.#store.clear();
    this.#pose = IDENTITY;
    this.#step = IDENTITY;
    this.#lostSinceUs = undefined;
    this.#graph.reset();
    this.#moving.hold(this.#pose);
    this.#reference++;
    this.#key = this.#remember(luma, people, 0, 0);
    return this.#result(this.#pose, 1, 'held', false);
  }

  /** Measures this frame against the key frame in use, from where constant motion, or none, would put it. */
  #follow(people: readonly Box[]): { key: KeyFrame; alignment: Alignment } | undefined {
    const key = this.#key;
    if (!key) return undefined;
    const guesses = [multiply(this.#step, this.#pose), this.#pose].map((pose) => relative(pose, key.pose));
    const likeness = guesses.map((guess) => this.#aligner.likeness(key, guess, 2));
    const alignment = this.#align(key, likeness[1] > likeness[0] ? guesses[1] : guesses[0], people);
    if (alignment.confidence >= MIN_CONFIDENCE) return { key, alignment };
    const shift = this.#aligner.bestShift(key, guesses[1]);
    if (!shift) return undefined;
    const again = this.#align(key, shift, people);
    return again.confidence >= MIN_CONFIDENCE ? { key, alignment: again } : undefined;
  }

  /** Accepts a measurement; chooses the key frame that the next frames are measured against. */
  #hold(key: KeyFrame, alignment: Alignment, luma: LumaPicture, people: readonly Box[]): void {
    const before = this.#pose;
    this.#pose = rescale(multiply(alignment.keyToCurrent, key.pose));
    this.#step = relative(this.#pose, before);
    const earlier = this.#moving.hold(this.#pose);
    if (earlier && key.takenAt === this.#frame - 1) this.#graph.moves(key.node, earlier);
    this.#key = key;
    key.lastUsed = this.#frame;
    const serves = this.#serves(alignment, key);
    if (serves && this.#frame % RETURN_EVERY !== 0) return;
    const measurement = this.#aligner.measurement(alignment);
    const better = this.#store
      .candidates(this.#pose, RETURN_COVERAGE, 1.2)
      .filter((k) => k !== key && (!serves || k.generation < key.generation))
      .slice(0, 2);
    for (const candidate of better) {
      const measured = this.#align(candidate, relative(this.#pose, candidate.pose), people, 1);
      if (measured.confidence < Math.max(0.5, alignment.confidence * 0.8)) continue;
      this.#pose = rescale(multiply(measured.keyToCurrent, candidate.pose));
      this.#key = candidate;
      candidate.lastUsed = this.#frame;
      return;
    }
    if (!serves) this.#key = this.#extend(key, measurement, luma, people);
  }

  /** Takes this frame as a key frame, tied to every older one that still shows part of it: the longer the tie, the less drift. */
  #extend(from: KeyFrame, measurement: Measurement, luma: LumaPicture, people: readonly Box[]): KeyFrame {
    const node = this.#graph.add(from.node, measurement, this.#pose, this.#moving.at(this.#pose));
    const others = this.#store.candidates(this.#pose, TIE_COVERAGE, 1.6).filter((k) => k !== from && k.node >= 0);
    // The oldest hold against drift; where they look too different by now, the latest one still does a little.
    for (const other of new Set([...others.slice(0, OLDEST_TIES), ...others.slice(-1)])) {
      const tie = this.#aligner.align(other, relative(this.#pose, other.pose), people, 1);
      if (tie.confidence >= TIE_CONFIDENCE) this.#graph.link(other.node, node, this.#aligner.measurement(tie));
    }
    this.#graph.solve(new Set(this.#store.all().map((k) => k.node)));
    const key = this.#remember(luma, people, from.generation + 1, node);
    for (const k of this.#store.all()) k.pose = this.#graph.pose(k.node) ?? k.pose;
    this.#pose = key.pose;
    return key;
  }

  #align(key: KeyFrame, guess: Mat3, people: readonly Box[], from?: number): Alignment {
    const alignment = this.#aligner.align(key, guess, people, from);
    if (alignment.confidence < MIN_CONFIDENCE) return alignment;
    const motion = this.#moving.at(multiply(alignment.measured, key.pose));
    const bound = this.#graph.refine(key.node, alignment.measured, this.#aligner.matches, motion);
    return bound ? { ...alignment, keyToCurrent: bound } : alignment;
  }

  #serves(alignment: Alignment, key: KeyFrame): boolean {
    const back = invert(alignment.keyToCurrent);
    if (!back) return false;
    const scale = Math.sqrt(scaleAtMiddle(alignment.keyToCurrent, this.#options.analysis));
    if (Math.max(scale, 1 / scale) > KEEP_SCALE) return false;
    if (coverage(back, this.#options.analysis) < KEEP_COVERAGE) return false;
    return alignment.confidence > 0.4 || this.#frame - key.takenAt < 3;
  }

  /** Not where it was expected: looks for it among all that is remembered, else follows frame to frame and says so. */
  #search(luma: LumaPicture, mediaTimeUs: MediaTimeUs, people: readonly Box[], interrupted: boolean): CameraMotionResult {
    const before = this.#pose;
    this.#moving.interrupt();
    const blank = isBlank(this.#pyramid);
    const dark = blank || isBlank(this.#previous);
    const held = this.#lostSinceUs === undefined;
    const between = interrupted || dark ? undefined : this.#betweenFrames(people);
    if (between) this.#pose = rescale(multiply(between.keyToCurrent, before));
    const leap = interrupted || (!between && !dark);
    // A whip pan leaps every frame: the dear search is for the first.
    const thorough = leap && !this.#leapt;
    this.#leapt = leap;
    const found = blank ? undefined : this.#recover(luma, people, thorough);
    this.#step = IDENTITY;
    if (found) {
      this.#lostSinceUs = undefined;
      this.#hold(found.key, found.alignment, luma, people);
      this.#step = IDENTITY;
      return this.#result(before, found.alignment.confidence, 'held', leap);
    }
    if (held && between && between.confidence > BRIDGE_CONFIDENCE) {
      this.#key = this.#remember(luma, people, (this.#key?.generation ?? 0) + 1, -1);
      return this.#result(before, between.confidence / 2, 'held', false);
    }
    this.#lostSinceUs ??= mediaTimeUs;
    const patience = this.reanchorAfterUs;
    if (patience !== undefined && mediaTimeUs - this.#lostSinceUs >= patience && !blank) {
      return { ...this.#begin(luma, people), cut: true };
    }
    return this.#result(before, 0, 'lost', interrupted || (leap && held));
  }

  /** This frame against the one before it alone. */
  #betweenFrames(people: readonly Box[]): Alignment | undefined {
    this.#corners.reset();
    this.#last.take(this.#previous, this.#corners, people);
    this.#corners.reset();
    const alignment = this.#align(this.#last, this.#step, people);
    return alignment.confidence >= MIN_CONFIDENCE ? alignment : undefined;
  }

  /** Tries the key frames near where the camera is thought to be, then (at once where asked, else now and then) all of them. */
  #recover(luma: LumaPicture, people: readonly Box[], thorough: boolean): { key: KeyFrame; alignment: Alignment } | undefined {
    const guesses = this.#store.candidates(this.#pose, 0.4, 1.6).map((key) => ({ key, guess: relative(this.#pose, key.pose) }));
    // A film that begins again shows its first picture: cheaper to try than to search all that is remembered.
    const first = thorough ? this.#store.all().slice(0, 1) : [];
    for (const { key, guess } of [...guesses.slice(0, 2), ...first.map((key) => ({ key, guess: IDENTITY }))]) {
      const alignment = this.#align(key, guess, people);
      if (alignment.confidence >= FOUND_CONFIDENCE) return { key, alignment };
    }
    if (!thorough && this.#frame % RELOCALISE_EVERY !== 0) return undefined;
    for (const { key, guess } of this.#relocaliser.find(luma, this.#store.all(), thorough ? 24 : 6, this.#frame)) {
      const alignment = this.#align(key, guess, people, 1);
      if (alignment.confidence >= FOUND_CONFIDENCE) return { key, alignment };
    }
    return undefined;
  }

  #remember(luma: LumaPicture, people: readonly Box[], generation: number, node: number): KeyFrame {
    const key = this.#store.spare();
    key.take(this.#pyramid, this.#corners, people);
    key.pose = this.#pose;
    key.generation = generation;
    key.node = node;
    key.takenAt = this.#frame;
    key.lastUsed = this.#frame;
    const dropped = this.#store.add(key);
    if (dropped) this.#relocaliser.forget(dropped);
    this.#relocaliser.remember(key, luma);
    return key;
  }

  #result(before: Mat3, confidence: number, state: 'held' | 'lost', cut: boolean): CameraMotionResult {
    return {
      referenceToCurrent: this.#pixels.homography(this.#pose),
      previousToCurrent: cut ? IDENTITY : this.#pixels.homography(relative(this.#pose, before)),
      confidence,
      state,
      reference: this.#reference,
      cut,
    };
  }
}
