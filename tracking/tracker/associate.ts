import { type Mat3, multiply, type Size, US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, ImageMotion } from '../detection.js';
import { Tracker } from './tracker.js';

export interface AssociateOptions {
  readonly fps: number;
  readonly size: Size;
  /** Lines `k a b tx c d ty`: the affine that carries frame k−1's pixels to frame k, k from 0. */
  readonly motionText?: string;
  /** Frames that never arrive, from 1: no detections, no output; the camera's motion over them is taken together. */
  readonly dropped?: ReadonlySet<number>;
}

/**
 * The tracker alone, on MOTChallenge detections.
 * @param detectionsText lines `frame,id,x,y,w,h[,score,…]`, frames from 1, in any order; the id is not used
 * @returns lines `frame,id,x,y,w,h,score,-1,-1,-1`, of people seen or believed hidden, as they would have been known live
 * @throws Error naming the line that cannot be read
 */
export function associate(detectionsText: string, options: AssociateOptions): string {
  if (!(options.fps > 0)) throw new Error(`frame rate ${options.fps} is not above 0`);
  const frames = parseDetections(detectionsText);
  const motions = parseMotion(options.motionText ?? '');
  const tracker = new Tracker({ source: options.size, fps: options.fps });
  const rows: string[] = [];
  const last = Math.max(0, ...frames.keys());
  let motion: ImageMotion | null = null;
  for (let frame = 1; frame <= last; frame++) {
    const moved = motions.get(frame - 1) ?? null;
    motion = options.dropped?.has(frame - 1) ? compose(motion, moved) : moved;
    if (options.dropped?.has(frame)) continue;
    const atUs = Math.round(((frame - 1) * US_PER_SECOND) / options.fps);
    for (const track of tracker.step(frames.get(frame) ?? [], atUs, motion)) {
      if (track.state !== 'confirmed' && track.state !== 'hidden') continue;
      const { x, y, width, height } = track.box;
      const box = [x, y, width, height].map((v) => v.toFixed(2)).join(',');
      rows.push(`${frame},${track.trackId},${box},${track.score.toFixed(3)},-1,-1,-1\n`);
    }
  }
  return rows.join('');
}

/** One motion after the other; unknown where either is. */
function compose(first: ImageMotion | null, then: ImageMotion | null): ImageMotion | null {
  if (!first || !then) return null;
  return {
    previousToCurrent: multiply(then.previousToCurrent, first.previousToCurrent),
    confidence: Math.min(first.confidence, then.confidence),
  };
}

/** Most frames a file may span: a wrong number must not keep the machine busy for days. */
const MOST_FRAMES = 10_000_000;

function parseDetections(text: string): Map<number, Detection[]> {
  const frames = new Map<number, Detection[]>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const v = line
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const [frame, , x, y, width, height] = v;
    const score = v.length > 6 ? v[6] : 1;
    if (v.length < 6 || ![frame, x, y, width, height, score].every(Number.isFinite)) {
      throw new Error(`detections, line ${i + 1}: expected frame,id,x,y,w,h,score, got "${line.trim().slice(0, 60)}"`);
    }
    if (!Number.isInteger(frame) || frame < 1 || frame > MOST_FRAMES) {
      throw new Error(`detections, line ${i + 1}: frame ${frame} is not a whole number from 1 to ${MOST_FRAMES}`);
    }
    if (!(width > 0 && height > 0)) throw new Error(`detections, line ${i + 1}: box of ${width}×${height} pixels has no area`);
    const list = frames.get(frame) ?? [];
    list.push({ box: { x, y, width, height }, score: Math.min(Math.max(score, 0), 1) });
    frames.set(frame, list);
  }
  return frames;
}

function parseMotion(text: string): Map<number, ImageMotion> {
  const motions = new Map<number, ImageMotion>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const v = line
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (v.length !== 7 || !v.every(Number.isFinite)) {
      throw new Error(`motion, line ${i + 1}: expected k a b tx c d ty, got "${line.trim().slice(0, 60)}"`);
    }
    const previousToCurrent: Mat3 = [v[1], v[2], v[3], v[4], v[5], v[6], 0, 0, 1];
    motions.set(v[0], { previousToCurrent, confidence: 1 });
  }
  return motions;
}
