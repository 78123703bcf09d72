import type { Box, Mat3, MediaTimeUs, Point } from '../../protocol/index.js';
import { translation, US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, Track, TrackState } from '../detection.js';
import { BoxFilter, moveBox } from './box-filter.js';
import type { TrackerSettings } from './settings.js';

/** What the tracker keeps about one identity. */
export class Tracklet {
  readonly id: number;
  state: TrackState;
  /** Where it was last seen, carried along by camera motion. */
  lastSeen: Box;
  lastSeenUs: MediaTimeUs;
  score: number;
  /** Predicted for the current frame, before its detection. */
  expected: Box;
  readonly #settings: TrackerSettings;
  readonly #filter: BoxFilter;
  #logOdds: number;

  constructor(id: number, detection: Detection, atUs: MediaTimeUs, settings: TrackerSettings) {
    this.id = id;
    this.lastSeen = detection.box;
    this.expected = detection.box;
    this.lastSeenUs = atUs;
    this.score = detection.score;
    this.#settings = settings;
    this.#filter = new BoxFilter(detection.box, settings.noise);
    this.#logOdds = logOdds(detection.score);
    this.state = detection.score >= settings.certainScore ? 'confirmed' : 'tentative';
  }

  /** To the next frame: `dtS` seconds on, the picture moved by `motion`. */
  predict(dtS: number, motion: Mat3 | null): void {
    if (motion) this.#moveWithCamera(motion);
    if (this.state === 'lost') this.#filter.slowDown(Math.exp(-dtS / this.#settings.lostSlowdownS));
    this.#filter.predict(dtS);
    this.expected = this.#filter.box;
  }

  /** Moves the prediction by what the camera moved beyond what was known. */
  shift(by: Point): void {
    this.#moveWithCamera(translation(by.x, by.y));
    this.expected = this.#filter.box;
  }

  see(detection: Detection, atUs: MediaTimeUs): void {
    this.#filter.update(detection.box);
    this.lastSeen = detection.box;
    this.lastSeenUs = atUs;
    this.score = detection.score;
    this.#logOdds += logOdds(detection.score);
    if (this.state !== 'tentative' || this.#logOdds >= this.#settings.confirmLogOdds) this.state = 'confirmed';
  }

  /** @returns false when the track is to be given up */
  miss(atUs: MediaTimeUs): boolean {
    const unseenS = (atUs - this.lastSeenUs) / US_PER_SECOND;
    if (this.state === 'tentative') return unseenS <= this.#settings.tentativeLostS;
    this.state = 'lost';
    return unseenS <= this.#settings.lostS;
  }

  /** What is reported: the observation itself while seen (OC-SORT, Cao 2023), the prediction otherwise. */
  toTrack(): Track {
    return {
      trackId: this.id,
      state: this.state,
      box: this.state === 'lost' ? this.#filter.box : this.lastSeen,
      velocity: this.#filter.velocity,
      score: this.score,
      lastSeenUs: this.lastSeenUs,
    };
  }

  #moveWithCamera(motion: Mat3): void {
    this.#filter.move(motion);
    this.lastSeen = moveBox(motion, this.lastSeen);
  }
}

/** Evidence of one sighting. */
function logOdds(score: number): number {
  const p = Math.min(Math.max(score, 0.01), 0.9999);
  return Math.log(p / (1 - p));
}
