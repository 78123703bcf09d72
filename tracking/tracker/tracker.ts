import type { Box, MediaTimeUs, Point, Size } from '../../protocol/index.js';
import { US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, ImageMotion, Track } from '../detection.js';
import { assign } from './assignment.js';
import { commonShift } from './common-shift.js';
import { hiddenShare } from './hidden.js';
import { NoiseEstimate } from './noise-estimate.js';
import { SETTINGS, type TrackerSettings } from './settings.js';
import { bufferedIou, heightIou } from './similarity.js';
import { Tracklet } from './tracklet.js';
import { UsualScore } from './usual-score.js';

/** Who is expected this share of their width beyond the picture's edge is leaving it. */
const EDGE = 0.01;

export interface TrackerOptions {
  /** The picture detections are in; one that lies wholly outside is not looked at. */
  readonly source: Size;
  /** Nominal frame rate: only for frames whose media time does not go on. */
  readonly fps?: number;
}

/**
 * Gives detections an identity over time. One step a frame, in order of media time; frames may be missing. Time
 * that goes back begins anew.
 *
 * Each step predicts every track (Kalman filter in seconds, moved with the camera), then pairs in stages: sure detections with all tracks;
 * unsure ones with tracks seen a moment ago (ByteTrack, Zhang 2022); what is left with where tracks were last seen, boxes grown (OC-SORT's second chance,
 * C-BIoU); tentative tracks last. Sure detections still left start tracks.
 */
export class Tracker {
  readonly #settings: TrackerSettings;
  readonly #nominalDtS: number;
  /** Of the detector, whoever it detects: outlives a cut. */
  readonly #learning: NoiseEstimate;
  readonly #usual: UsualScore;
  #tracklets: Tracklet[] = [];
  #nextId = 1;
  readonly #source: Size;
  #lastUs: MediaTimeUs | undefined;

  constructor(options: TrackerOptions, settings: TrackerSettings = SETTINGS) {
    this.#settings = settings;
    this.#learning = new NoiseEstimate(settings.first, settings.firstWeight, settings.memory);
    this.#usual = new UsualScore(settings.firstEvidence, settings.firstWeight, settings.memory);
    this.#source = options.source;
    this.#nominalDtS = 1 / (options.fps ?? 30);
  }

  /**
   * @param detections of this frame, continuous source pixels
   * @param motion how the picture moved since the step before, null when not known
   * @param shown where the pictures between show the middle of tracks, by id
   * @returns all tracks after this frame, in order of id
   */
  step(
    detections: readonly Detection[],
    mediaTimeUs: MediaTimeUs,
    motion: ImageMotion | null,
    shown?: ReadonlyMap<number, Point>,
  ): Track[] {
    const s = this.#settings;
    const dtS = this.#predict(mediaTimeUs, motion);
    for (const [id, middle] of shown ?? []) this.#tracklets.find((t) => t.id === id)?.moveTo(middle);
    const inside = detections.filter((d) => this.#isInside(d.box));
    const high = inside.filter((d) => d.score >= s.highScore);
    const low = inside.filter((d) => d.score >= s.lowScore && d.score < s.highScore);
    const known = this.#tracklets.filter((t) => t.state !== 'tentative');
    const tentative = this.#tracklets.filter((t) => t.state === 'tentative');
    if (!motion) this.#followCamera(known, high);

    const own = this.#given(known, inside, mediaTimeUs);
    const first = this.#pair(
      own.tracklets,
      high.filter((d) => !own.taken.has(d)),
      mediaTimeUs,
      s.firstSimilarity,
      (t, d) => this.#expectedSimilarity(t, d),
    );
    const recent = first.tracklets.filter((t) => t.state === 'confirmed');
    const lost = first.tracklets.filter((t) => t.unseen);
    const second = this.#pair(
      recent,
      low.filter((d) => !own.taken.has(d)),
      mediaTimeUs,
      s.lowSimilarity,
      (t, d) => bufferedIou(t.expected, d.box, 0),
    );
    const unseen = [...second.tracklets, ...lost];
    const third = this.#pair(unseen, first.detections, mediaTimeUs, s.againSimilarity, (t, d) =>
      this.#similarity(t.lastSeen, d, s.againBuffer),
    );
    const fourth = this.#pair(tentative, third.detections, mediaTimeUs, s.tentativeSimilarity, (t, d) =>
      this.#similarity(t.expected, d, s.againBuffer),
    );
    for (const t of [...third.tracklets, ...fourth.tracklets]) {
      if (!t.miss(mediaTimeUs)) this.#tracklets.splice(this.#tracklets.indexOf(t), 1);
    }
    for (const d of fourth.detections) {
      if (d.score >= s.newTrackScore) this.#tracklets.push(new Tracklet(this.#nextId++, d, mediaTimeUs, s, this.#learning, this.#usual));
    }
    this.#doubt(dtS);
    return this.#tracklets.map((t) => t.toTrack());
  }

  /** Forgets all tracks, after a cut or when time begins again; ids go on counting. */
  reset(): void {
    this.#tracklets = [];
    this.#lastUs = undefined;
  }

  /** Detections of which the detector knows whose they are. @returns tracks without one, and the detections that found theirs */
  #given(
    tracklets: readonly Tracklet[],
    detections: readonly Detection[],
    atUs: MediaTimeUs,
  ): { tracklets: Tracklet[]; taken: Set<Detection> } {
    const taken = new Set<Detection>();
    const seen = new Set<Tracklet>();
    for (const d of detections) {
      const t = d.trackId === undefined ? undefined : tracklets.find((t) => t.id === d.trackId);
      if (!t) continue;
      t.see(d, atUs);
      taken.add(d);
      seen.add(t);
    }
    return { tracklets: tracklets.filter((t) => !seen.has(t)), taken };
  }

  #isInside({ x, y, width, height }: Box): boolean {
    return x < this.#source.width && y < this.#source.height && x + width > 0 && y + height > 0;
  }

  #predict(mediaTimeUs: MediaTimeUs, motion: ImageMotion | null): number {
    if (this.#lastUs !== undefined && mediaTimeUs < this.#lastUs) this.reset();
    const sinceUs = mediaTimeUs - (this.#lastUs ?? mediaTimeUs);
    const dtS = sinceUs > 0 ? sinceUs / US_PER_SECOND : this.#nominalDtS;
    this.#lastUs = mediaTimeUs;
    for (const t of this.#tracklets) t.predict(dtS, motion ? motion.previousToCurrent : null);
    return dtS;
  }

  /** Who is not seen may be hidden behind somebody who is; who is seen well and always in the same place need not be somebody. */
  #doubt(dtS: number): void {
    const confirmed = this.#tracklets.filter((t) => t.state === 'confirmed');
    const seen = confirmed.map((t) => t.lastSeen);
    for (const t of confirmed) {
      this.#usual.learn(t.score);
      if (t.still) t.weigh(1 - hiddenShare(t.lastSeen, seen));
    }
    for (const t of this.#tracklets) {
      if (!t.unseen) continue;
      const beyond = Math.max(-t.expected.x, t.expected.x + t.expected.width - this.#source.width);
      t.doubt(dtS, hiddenShare(t.expected, seen), beyond <= EDGE * t.expected.width);
    }
  }

  /** Where nobody has measured the camera's motion, the people seen tell of it. */
  #followCamera(known: readonly Tracklet[], high: readonly Detection[]): void {
    const shift = commonShift(
      known.filter((t) => t.state === 'confirmed').map((t) => t.expected),
      high.map((d) => d.box),
    );
    if (shift) for (const t of this.#tracklets) t.shift(shift);
  }

  /**
   * For sure detections. Who was seen in the frame before is compared with the prediction and with where that was: people turn and stop more suddenly
   * than a filter that survives a crowd can follow.
   */
  #expectedSimilarity(t: Tracklet, d: Detection): number {
    const predicted = this.#similarity(t.expected, d, 0);
    if (t.unseen) return predicted;
    const w = this.#settings.standing;
    return (1 - w) * predicted + w * this.#similarity(t.lastSeen, d, 0);
  }

  /** Overlap, agreement in height and score in one: 1 for a sure detection exactly where expected. */
  #similarity(expected: Box, detection: Detection, buffer: number): number {
    const overlap = bufferedIou(expected, detection.box, buffer);
    if (overlap === 0) return 0;
    return overlap * heightIou(expected, detection.box) ** this.#settings.heightWeight * detection.score;
  }

  /** Pairs tracks with detections at the greatest summed similarity above `least`; what is left comes back. */
  #pair(
    tracklets: Tracklet[],
    detections: Detection[],
    atUs: MediaTimeUs,
    least: number,
    similarity: (tracklet: Tracklet, detection: Detection) => number,
  ): { tracklets: Tracklet[]; detections: Detection[] } {
    if (tracklets.length === 0 || detections.length === 0) return { tracklets, detections };
    const gain = new Float64Array(tracklets.length * detections.length);
    let at = 0;
    for (const t of tracklets) for (const d of detections) gain[at++] = similarity(t, d) - least;
    const mate = assign(gain, tracklets.length, detections.length);
    const taken = new Uint8Array(detections.length);
    for (const [i, t] of tracklets.entries()) {
      if (mate[i] < 0) continue;
      t.see(detections[mate[i]], atUs);
      taken[mate[i]] = 1;
    }
    return {
      tracklets: tracklets.filter((_, i) => mate[i] < 0),
      detections: detections.filter((_, i) => taken[i] === 0),
    };
  }
}
