import type { Box, MediaTimeUs, Size } from '../../protocol/index.js';
import { US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, ImageMotion, Track } from '../detection.js';
import { assign } from './assignment.js';
import { commonShift } from './common-shift.js';
import { NoiseEstimate } from './noise-estimate.js';
import { ScoreScale } from './score-scale.js';
import { SETTINGS, type TrackerSettings } from './settings.js';
import { bufferedIou, heightIou } from './similarity.js';
import { Tracklet } from './tracklet.js';

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
  #tracklets: Tracklet[] = [];
  readonly #noise: NoiseEstimate;
  #nextId = 1;
  readonly #scale: ScoreScale;
  readonly #source: Size;
  #lastUs: MediaTimeUs | undefined;

  constructor(options: TrackerOptions, settings: TrackerSettings = SETTINGS) {
    this.#settings = settings;
    this.#scale = new ScoreScale({ typical: settings.typical, weight: settings.scaleW, memory: settings.scaleM });
    this.#noise = new NoiseEstimate(settings.noise, { weight: settings.noiseWeight, memory: settings.noiseMemory });
    this.#source = options.source;
    this.#nominalDtS = 1 / (options.fps ?? 30);
  }

  /**
   * @param detections of this frame, continuous source pixels
   * @param motion how the picture moved since the step before, null when not known
   * @returns tentative, confirmed and lost tracks after this frame, in order of id
   */
  step(detections: readonly Detection[], mediaTimeUs: MediaTimeUs, motion: ImageMotion | null): Track[] {
    const s = this.#settings;
    this.#predict(mediaTimeUs, motion);
    const inside0 = detections.filter((d) => this.#isInside(d.box));
    if (s.scale) this.#scale.add(inside0.map((d) => d.score), s.frac);
    const inside = s.scale ? inside0.map((d) => ({ box: d.box, score: d.score>=s.certainScore?d.score:this.#scale.read(d.score) })) : inside0;
    const high = inside.filter((d) => d.score >= s.highScore);
    const low = inside.filter((d) => d.score >= s.lowScore && d.score < s.highScore);
    const known = this.#tracklets.filter((t) => t.state !== 'tentative');
    const tentative = this.#tracklets.filter((t) => t.state === 'tentative');
    if (!motion) this.#followCamera(known, high);

    const first = this.#pair(known, high, mediaTimeUs, s.firstSimilarity, (t, d) => this.#first(t, d));
    const recent = first.tracklets.filter((t) => t.state === 'confirmed');
    const lost = first.tracklets.filter((t) => t.state === 'lost');
    const second = this.#pair(recent, low, mediaTimeUs, s.lowSimilarity, (t, d) => bufferedIou(t.expected, d.box, 0));
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
      if (d.score >= s.newTrackScore) this.#tracklets.push(new Tracklet(this.#nextId++, d, mediaTimeUs, s, this.#noise));
    }
    this.#hide(mediaTimeUs);
    return this.#tracklets.map((t) => t.toTrack());
  }

  /** Forgets all tracks, after a cut or when time begins again; ids go on counting. */
  reset(): void {
    this.#tracklets = [];
    this.#lastUs = undefined;
  }

  #isInside({ x, y, width, height }: Box): boolean {
    return x < this.#source.width && y < this.#source.height && x + width > 0 && y + height > 0;
  }

  #hide(_at: MediaTimeUs): void {
    const s = this.#settings;
    const seen = this.#tracklets.filter((t) => t.state === 'confirmed');
    for (const t of this.#tracklets) {
      if (t.state !== 'lost') continue;
      const b = t.expected;
      let cov = 0;
      for (const o of seen) {
        const f = o.lastSeen;
        if (f.y + f.height <= b.y + b.height) continue;
        const w = Math.min(b.x + b.width, f.x + f.width) - Math.max(b.x, f.x);
        const h = Math.min(b.y + b.height, f.y + f.height) - Math.max(b.y, f.y);
        if (w > 0 && h > 0) cov = Math.max(cov, (w * h) / (b.width * b.height));
      }
      cov = Math.min(1, cov / 0.5);
      const out = Math.max(-b.x, b.x + b.width - this.#source.width) / b.width;
      if (out > s.edge || t.score >= s.coastCert || t.seen < s.minSeen || t.score < s.coastScore) t.missing = 2;
      t.missing += this.#dtS * ((1 - cov) / s.seenOpenS + cov / s.hiddenS);
    }
  }

  #dtS = 0;
  #predict(mediaTimeUs: MediaTimeUs, motion: ImageMotion | null): void {
    if (this.#lastUs !== undefined && mediaTimeUs < this.#lastUs) this.reset();
    const sinceUs = mediaTimeUs - (this.#lastUs ?? mediaTimeUs);
    const dtS = sinceUs > 0 ? sinceUs / US_PER_SECOND : this.#nominalDtS;
    this.#lastUs = mediaTimeUs;
    this.#dtS = dtS;
    for (const t of this.#tracklets) t.predict(dtS, motion ? motion.previousToCurrent : null);
  }

  /** Where nobody has measured the camera's motion, the people seen tell of it. */
  #followCamera(known: readonly Tracklet[], high: readonly Detection[]): void {
    const shift = commonShift(
      known.filter((t) => t.state === 'confirmed').map((t) => t.expected),
      high.map((d) => d.box),
    );
    if (shift) for (const t of this.#tracklets) t.shift(shift);
  }

  /** Overlap, agreement in height and score in one: 1 for a sure detection exactly where expected. */
  #similarity(expected: Box, detection: Detection, buffer: number): number {
    const overlap = bufferedIou(expected, detection.box, buffer);
    if (overlap === 0) return 0;
    const s = this.#settings;
    let v = overlap ** s.eI * heightIou(expected, detection.box) ** s.eH * detection.score ** s.eS;
    if (s.dist || s.distY || s.foot) {
      const d = detection.box;
      const x = (expected.x + expected.width / 2 - d.x - d.width / 2) / expected.height;
      const y = (expected.y + expected.height / 2 - d.y - d.height / 2) / expected.height;
      const f = (expected.y + expected.height - d.y - d.height) / expected.height;
      v *= Math.exp(-s.dist * x * x - s.distY * y * y - s.foot * f * f);
    }
    return v;
  }

  #first(t: Tracklet, d: Detection): number {
    const s = this.#settings;
    const v = this.#similarity(t.expected, d, 0);
    const age = s.prior && t.state === 'lost' ? Math.exp(-s.prior * t.unseenS(this.#lastUs ?? 0)) : 1;
    return age * (s.useLast && t.state === 'confirmed' ? Math.max(v, s.useLast * this.#similarity(t.lastSeen, d, 0)) : v);
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
