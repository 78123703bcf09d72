import type { Box, Mat3, MediaTimeUs, Point } from '../../protocol/index.js';
import { translation, US_PER_SECOND } from '../../protocol/index.js';
import type { Detection, Track, TrackState } from '../detection.js';
import { BoxFilter, moveBox } from './box-filter.js';
import { isStep, type NoiseEstimate, type Sighting } from './noise-estimate.js';
import type { TrackerSettings } from './settings.js';
import { evidence, type UsualScore } from './usual-score.js';

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
  /** Stiff: what detections are compared with, and where it is shown while not seen. */
  readonly #expectation: BoxFilter;
  /** As trusting as the detector's boxes deserve: where it is shown while seen. */
  readonly #sighted: BoxFilter;
  readonly #learning: NoiseEstimate;
  readonly #usual: UsualScore;
  /** The last four sightings, oldest first. */
  #sightings: Sighting[];
  /** The last three some time apart. */
  #steps: Sighting[];
  #timesSeen = 1;
  #logOdds: number;
  /** Where it was first seen, carried along by camera motion, and when. */
  #origin: Box;
  readonly #bornUs: MediaTimeUs;
  #moved = false;
  /** Summed over sightings, each as far as it was in the open. */
  #evidence = 0;
  #weight = 0;
  /** How far the belief that it is there has run out, 1 being wholly. */
  #doubt = 0;

  constructor(id: number, detection: Detection, atUs: MediaTimeUs, settings: TrackerSettings, learning: NoiseEstimate, usual: UsualScore) {
    this.id = id;
    this.lastSeen = detection.box;
    this.expected = detection.box;
    this.lastSeenUs = atUs;
    this.score = detection.score;
    this.#settings = settings;
    this.#learning = learning;
    this.#usual = usual;
    this.#origin = detection.box;
    this.#bornUs = atUs;
    this.#expectation = new BoxFilter(detection.box, settings.expected, settings.firstVelocity);
    this.#sighted = new BoxFilter(detection.box, learning.noise, settings.firstVelocity);
    this.#sightings = [{ box: detection.box, atUs }];
    this.#steps = this.#sightings;
    this.#logOdds = evidence(detection.score);
    this.state = detection.score >= settings.certainScore ? 'confirmed' : 'tentative';
  }

  /** Known, but not seen in the frame before. */
  get unseen(): boolean {
    return this.state === 'hidden' || this.state === 'lost';
  }

  /** To the next frame: `dtS` seconds on, the picture moved by `motion`. */
  predict(dtS: number, motion: Mat3 | null): void {
    if (motion) this.#moveWithCamera(motion);
    for (const filter of [this.#expectation, this.#sighted]) {
      if (this.unseen) filter.slowDown(Math.exp(-dtS / this.#settings.lostSlowdownS));
      filter.predict(dtS);
    }
    this.expected = this.#expectation.box;
  }

  /** Moves the prediction by what the camera moved beyond what was known. */
  shift(by: Point): void {
    this.#moveWithCamera(translation(by.x, by.y));
    this.expected = this.#expectation.box;
  }

  /** Puts the prediction where pictures show it. @param middle of its box */
  moveTo(middle: Point): void {
    for (const filter of [this.#expectation, this.#sighted]) {
      const { x, y, width, height } = filter.box;
      filter.move(translation(middle.x - x - width / 2, middle.y - y - height / 2));
    }
    this.expected = this.#expectation.box;
    const { width, height } = this.lastSeen;
    this.lastSeen = { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
  }

  see(detection: Detection, atUs: MediaTimeUs): void {
    this.#expectation.update(detection.box);
    this.#sighted.update(detection.box);
    const sighting = { box: detection.box, atUs };
    this.#sightings = [...this.#sightings.slice(-3), sighting];
    this.#learning.learnJitter(this.#sightings);
    const step = this.#steps.at(-1);
    if (!step || isStep(step.atUs, atUs)) {
      this.#steps = [...this.#steps.slice(-2), sighting];
      this.#learning.learnMovement(this.#steps);
    }
    this.lastSeen = detection.box;
    this.lastSeenUs = atUs;
    this.score = detection.score;
    this.#timesSeen++;
    this.#doubt = 0;
    this.#logOdds += evidence(detection.score);
    this.#moved ||= this.#hasMoved();
    if (this.state !== 'tentative' || this.#logOdds >= this.#settings.confirmLogOdds) this.state = 'confirmed';
  }

  /** @returns false when the track is to be given up */
  miss(atUs: MediaTimeUs): boolean {
    const unseenS = (atUs - this.lastSeenUs) / US_PER_SECOND;
    if (this.state === 'tentative') return unseenS <= this.#settings.tentativeLostS;
    this.state = 'lost';
    return unseenS <= this.#settings.lostS;
  }

  /**
   * Not seen for another `dtS` seconds: still there, or gone?
   * @param hidden how far it is behind others, 0 to 1
   * @param inside the picture wholly; who leaves it is gone
   */
  doubt(dtS: number, hidden: number, inside: boolean): void {
    const s = this.#settings;
    this.#doubt += dtS * ((1 - hidden) / s.openS + hidden / s.hiddenS);
    const believable = inside && this.score < s.certainScore && this.#timesSeen >= s.believedSightings;
    this.state = believable && this.#doubt <= 1 ? 'hidden' : 'lost';
  }

  /** Has not been seen elsewhere than where it was first seen. */
  get still(): boolean {
    return !this.#moved;
  }

  /** What this frame's sighting says of whether it is somebody. @param open share of it that nobody stands in front of */
  weigh(open: number): void {
    this.#evidence += open * evidence(this.score);
    this.#weight += open;
  }

  /** Has stood still for long, and the detector is less sure of it than it usually is; what was covered is as good as usual. */
  get #isDoubted(): boolean {
    const { stillS, stillDoubt } = this.#settings;
    if (this.#moved || this.lastSeenUs - this.#bornUs < stillS * US_PER_SECOND) return false;
    return this.#usual.evidence * this.#weight - this.#evidence > stillDoubt * this.#timesSeen;
  }

  toTrack(): Track {
    return {
      trackId: this.id,
      state: this.#isDoubted ? 'tentative' : this.state,
      box: this.unseen ? this.#expectation.box : this.#sighted.box,
      velocity: this.#expectation.velocity,
      score: this.score,
      lastSeenUs: this.lastSeenUs,
    };
  }

  /** Has gone from where it was first seen, sideways or towards the camera. */
  #hasMoved(): boolean {
    const now = this.#sighted.box;
    const origin = this.#origin;
    const [x, y] = [now.x + now.width / 2 - origin.x - origin.width / 2, now.y + now.height - origin.y - origin.height];
    const growth = Math.max(now.height / origin.height, origin.height / now.height);
    return Math.hypot(x, y) >= this.#settings.stillHeights * now.height || growth >= this.#settings.stillGrowth;
  }

  #moveWithCamera(motion: Mat3): void {
    this.#expectation.move(motion);
    this.#sighted.move(motion);
    this.lastSeen = moveBox(motion, this.lastSeen);
    this.#origin = moveBox(motion, this.#origin);
    const move = ({ box, atUs }: Sighting) => ({ box: moveBox(motion, box), atUs });
    this.#sightings = this.#sightings.map(move);
    this.#steps = this.#steps.map(move);
  }
}
