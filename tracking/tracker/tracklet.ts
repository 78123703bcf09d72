import type { Box, Mat3, MediaTimeUs, Point } from '../../protocol/index.js';
import { translation, US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, Track, TrackState } from '../detection.js';
import { BoxFilter, moveBox } from './box-filter.js';
import type { NoiseEstimate } from './noise-estimate.js';
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
  readonly #shown: BoxFilter;
  #logOdds: number;
  seen=1;
  missing = 0;
  unseenS(at: MediaTimeUs): number {
    return (at - this.lastSeenUs) / US_PER_SECOND;
  }
  #history: { box: Box; atUs: MediaTimeUs }[] = [];
  readonly #noise: NoiseEstimate;

  constructor(id: number, detection: Detection, atUs: MediaTimeUs, settings: TrackerSettings, noise: NoiseEstimate) {
    this.#noise = noise;
    this.#history.push({box: detection.box, atUs});
    this.id = id;
    this.lastSeen = detection.box;
    this.expected = detection.box;
    this.lastSeenUs = atUs;
    this.score = detection.score;
    this.#settings = settings;
    this.#filter = new BoxFilter(detection.box, settings.noise, settings.firstVelocity);
    this.#shown = new BoxFilter(detection.box, noise.noise, settings.firstVelocity);
    this.#logOdds = logOdds(detection.score);
    this.state = detection.score >= settings.certainScore ? 'confirmed' : 'tentative';
  }

  /** To the next frame: `dtS` seconds on, the picture moved by `motion`. */
  predict(dtS: number, motion: Mat3 | null): void {
    if (motion) this.#moveWithCamera(motion);
    if (this.state === 'lost') this.#slowDown(Math.exp(-dtS / this.#settings.lostSlowdownS));
    this.#filter.predict(dtS);
    this.#shown.predict(dtS);
    this.expected = this.#settings.useShown && this.state === 'confirmed' ? this.#shown.box : this.#filter.box;
  }

  /** Moves the prediction by what the camera moved beyond what was known. */
  shift(by: Point): void {
    this.#moveWithCamera(translation(by.x, by.y));
    this.expected = this.#settings.useShown && this.state === 'confirmed' ? this.#shown.box : this.#filter.box;
  }

  see(detection: Detection, atUs: MediaTimeUs): void {
    this.seen++;
    this.missing = 0;
    this.#filter.update(detection.box, 1);
    this.#shown.update(detection.box, 1);
    const h = this.#history;
    h.push({ box: detection.box, atUs });
    if (h.length > 4) h.shift();
    if (h.length === 4 && this.#settings.adapt) {
      const dt = (h[3].atUs - h[0].atUs) / 3;
      if (h.every((e, i) => i === 0 || Math.abs(e.atUs - h[i - 1].atUs - dt) < 0.2 * dt))
        this.#noise.add({ boxes: [h[0].box, h[1].box, h[2].box, h[3].box], dtS: dt / US_PER_SECOND });
    }
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
      box: this.state === 'lost' ? this.#filter.box : this.#blended(),
      believed: this.state !== 'lost' || this.missing <= 1,
      velocity: this.#filter.velocity,
      score: this.score,
      lastSeenUs: this.lastSeenUs,
    };
  }

  #slowDown(by: number) { this.#filter.slowDown(by); this.#shown.slowDown(by); }
  #blended(){const f=this.#shown.box,l=this.lastSeen,b=this.#settings.blend,m=(p:number,q:number)=>p*b+q*(1-b);return {x:m(f.x,l.x),y:m(f.y,l.y),width:m(f.width,l.width),height:m(f.height,l.height)};}
  #moveWithCamera(motion: Mat3): void {
    this.#filter.move(motion);
    this.#shown.move(motion);
    this.lastSeen = moveBox(motion, this.lastSeen);
    for (const e of this.#history) e.box = moveBox(motion, e.box);
  }
}

/** Evidence of one sighting. */
function logOdds(score: number): number {
  const p = Math.min(Math.max(score, 0.01), 0.9999);
  return Math.log(p / (1 - p));
}
