import type { LumaPicture, Mat3, Size } from '../../protocol/index.js';
import { Arena, type OpenCv } from '../opencv.js';
import type { KeyFrame } from './key-frame.js';

type Mat = InstanceType<OpenCv['Mat']>;

/** Descriptors of one picture: ORB on half the analysis size. */
interface Fingerprint {
  readonly points: Float32Array;
  readonly descriptors: Mat;
}

/** Agreeing matches that make a guess worth measuring. */
const MIN_MATCHES = 14;

/** Recognises remembered pictures by their ORB features, wherever the camera looks now. Dear (about 10 ms a picture): only while lost. */
export class Relocaliser {
  readonly #cv: OpenCv;
  readonly #half: Size;
  readonly #prints = new Map<KeyFrame, Fingerprint>();
  readonly #orb;
  readonly #matcher;

  constructor(cv: OpenCv, size: Size) {
    this.#cv = cv;
    this.#half = { width: size.width >> 1, height: size.height >> 1 };
    this.#orb = new cv.ORB(500, 1.3, 5, 16, 0, 2, cv.ORB_HARRIS_SCORE, 24, 10);
    this.#matcher = new cv.BFMatcher(cv.NORM_HAMMING, true);
  }

  remember(key: KeyFrame, luma: LumaPicture): void {
    this.forget(key);
    this.#prints.set(key, this.#describe(luma));
  }

  forget(key: KeyFrame): void {
    this.#prints.get(key)?.descriptors.delete();
    this.#prints.delete(key);
  }

  /**
   * Key frames this picture may show, with a guess at where; best first.
   * @param most how many are tried in one call; which ones turns with `turn`, the reference always among them.
   */
  find(luma: LumaPicture, keys: readonly KeyFrame[], most: number, turn: number): { key: KeyFrame; guess: Mat3 }[] {
    const print = this.#describe(luma);
    try {
      const tried = new Set(keys.slice(0, 1));
      for (let i = 0; i < keys.length && tried.size < most; i++) tried.add(keys[(turn * (most - 1) + i) % keys.length]);
      const found: { key: KeyFrame; guess: Mat3; matches: number }[] = [];
      for (const key of tried) {
        const match = this.#match(key, print);
        if (match) found.push({ key, ...match });
      }
      return found.sort((a, b) => b.matches - a.matches).slice(0, 3);
    } finally {
      print.descriptors.delete();
    }
  }

  close(): void {
    for (const key of [...this.#prints.keys()]) this.forget(key);
    this.#orb.delete();
    this.#matcher.delete();
  }

  #describe(luma: LumaPicture): Fingerprint {
    const cv = this.#cv;
    using arena = new Arena();
    const full = arena.own(new cv.Mat(luma.height, luma.width, cv.CV_8UC1));
    full.data.set(luma.data);
    const small = arena.own(new cv.Mat());
    cv.resize(full, small, new cv.Size(this.#half.width, this.#half.height), 0, 0, cv.INTER_AREA);
    const keypoints = arena.own(new cv.KeyPointVector());
    const none = arena.own(new cv.Mat());
    const descriptors = new cv.Mat();
    this.#orb.detectAndCompute(small, none, keypoints, descriptors);
    const points = new Float32Array(keypoints.size() * 2);
    const sx = luma.width / this.#half.width;
    const sy = luma.height / this.#half.height;
    for (let i = 0; i < keypoints.size(); i++) {
      const { pt } = keypoints.get(i);
      points[i * 2] = (pt.x + 0.5) * sx;
      points[i * 2 + 1] = (pt.y + 0.5) * sy;
    }
    return { points, descriptors };
  }

  #match(key: KeyFrame, print: Fingerprint): { guess: Mat3; matches: number } | undefined {
    const cv = this.#cv;
    const known = this.#prints.get(key);
    if (!known || known.descriptors.rows < MIN_MATCHES || print.descriptors.rows < MIN_MATCHES) return undefined;
    using arena = new Arena();
    const pairs = arena.own(new cv.DMatchVector());
    this.#matcher.match(known.descriptors, print.descriptors, pairs);
    const from: number[] = [];
    const to: number[] = [];
    for (let i = 0; i < pairs.size(); i++) {
      const { queryIdx, trainIdx, distance } = pairs.get(i);
      if (distance > 64) continue;
      from.push(known.points[queryIdx * 2], known.points[queryIdx * 2 + 1]);
      to.push(print.points[trainIdx * 2], print.points[trainIdx * 2 + 1]);
    }
    const count = from.length / 2;
    if (count < MIN_MATCHES) return undefined;
    const source = arena.own(cv.matFromArray(count, 1, cv.CV_32FC2, from));
    const target = arena.own(cv.matFromArray(count, 1, cv.CV_32FC2, to));
    const inliers = arena.own(new cv.Mat());
    const h = arena.own(cv.findHomography(source, target, cv.RANSAC, 4, inliers));
    const matches = inliers.rows ? cv.countNonZero(inliers) : 0;
    if (h.rows !== 3 || matches < MIN_MATCHES || matches < count * 0.12) return undefined;
    const [a, b, c, d, e, f, g, i, j] = h.data64F;
    return { guess: [a, b, c, d, e, f, g, i, j], matches };
  }
}
