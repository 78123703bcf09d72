import {
  type CameraPose,
  determinant,
  IDENTITY,
  invert,
  type Mat3,
  type MediaTimeUs,
  multiply,
  type PoseState,
  rescale,
} from '../../protocol/index.js';
import { PoseMemory } from './pose-memory.js';

/** What is known about the camera in one frame, from camera motion. */
export interface MotionEstimate {
  /** Reference picture → this one, continuous source pixels. */
  readonly referenceToCurrent: Mat3;
  readonly confidence: number;
  readonly state: PoseState;
  /** Counts the pictures that have been the reference; absent: it is always the same. */
  readonly reference?: number;
}

export interface GroundCalibration {
  /** Metres → continuous source pixels of the frame the points were clicked on; depth positive in front of the camera. */
  readonly groundToImage: Mat3;
  /** Of that frame; undefined where every frame is as good: the camera does not move. */
  readonly atMediaTimeUs: MediaTimeUs | undefined;
}

/**
 * Carries a calibration from the frame it was made on to every other by camera motion. Uncalibrated, the ground is the reference picture
 * itself, in pixels.
 */
export class PoseTrack {
  #calibration: GroundCalibration | undefined;
  /** Ground → the calibrated frame's picture, as corrected since; or the reference itself. */
  #groundToImage: Mat3 = IDENTITY;
  /** That picture → reference; undefined until the calibrated frame was seen. */
  #toReference: Mat3 | undefined;
  #toCurrent: Mat3 | undefined;
  readonly #memory = new PoseMemory();
  #reference: number | undefined;
  /** Reference → the last picture in which the camera was held. */
  #held: Mat3 = IDENTITY;
  #nowUs: MediaTimeUs = Number.NEGATIVE_INFINITY;
  /** The calibrated frame is one to come; one that has gone by unremembered is found nowhere. */
  #mayAnchor = true;
  /** By calibration: taken back, an older one lies where it lay, however long ago its frame was. */
  readonly #anchors = new Map<string, Mat3>();

  constructor(calibration: GroundCalibration | undefined) {
    this.calibrate(calibration);
  }

  /** Another calibration from the next frame on: of a frame to come, or of one that is remembered (see POSE_MEMORY_US). */
  calibrate(calibration: GroundCalibration | undefined): void {
    this.#calibration = calibration;
    this.#groundToImage = calibration?.groundToImage ?? IDENTITY;
    this.#toReference = calibration ? undefined : IDENTITY;
    this.#toCurrent = undefined;
    if (!calibration) return;
    const known = this.#anchors.get(keyOf(calibration));
    const { atMediaTimeUs } = calibration;
    this.#mayAnchor = atMediaTimeUs === undefined || atMediaTimeUs > this.#nowUs;
    const then = known || this.#mayAnchor ? undefined : this.#memory.at(atMediaTimeUs ?? 0);
    if (known) this.#toReference = known;
    else if (then) this.#anchor(then, calibration);
  }

  /** The calibrated frame has gone by and is not remembered: the ground is nowhere until that frame is looked at again. */
  get isNowhere(): boolean {
    return this.#calibration !== undefined && !this.#toReference && !this.#mayAnchor;
  }

  /** A number of none of the pictures that have been the reference. */
  get nextReference(): number {
    return (this.#reference ?? 0) + 1;
  }

  /** The next frame is the calibrated one after all. */
  lookAgain(): void {
    this.#mayAnchor = true;
  }

  /**
   * Pictures have another lens taken out of them from the next frame on, and the last one in which the camera was held becomes the reference.
   * @param translate what carries one picture to another, as measured before, for pictures as they will be
   * @returns the old reference → that picture, as measured before
   */
  changeLens(translate: (pictureToPicture: Mat3) => Mat3): Mat3 {
    const held = this.#held;
    const back = invert(held) ?? IDENTITY;
    const fromHeld = (referenceToPicture: Mat3): Mat3 => translate(multiply(referenceToPicture, back));
    this.#memory.change(fromHeld);
    for (const [key, toReference] of this.#anchors) {
      const again = invert(fromHeld(invert(toReference) ?? IDENTITY));
      if (again) this.#anchors.set(key, again);
    }
    this.#held = IDENTITY;
    return held;
  }

  /** The calibrated frame's picture → the last one, source pixels; undefined where the pose is not held. */
  get calibratedToCurrent(): Mat3 | undefined {
    return this.#calibration && this.#toCurrent;
  }

  /**
   * Corrects the calibration, from the next frame on.
   * @param groundToImage metres → continuous source pixels of the frame the points were clicked on; undefined: it stands
   */
  recalibrate(groundToImage: Mat3 | undefined): void {
    if (groundToImage) this.#groundToImage = groundToImage;
  }

  step(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): CameraPose {
    this.#remember(motion, mediaTimeUs);
    const calibration = this.#calibration;
    const unit = calibration ? 'm' : 'px';
    const isFrame = this.#mayAnchor && mediaTimeUs >= (calibration?.atMediaTimeUs ?? 0);
    if (!this.#toReference && calibration && isFrame && motion.state === 'held') this.#anchor(motion.referenceToCurrent, calibration);
    const toCurrent = this.#toReference && multiply(motion.referenceToCurrent, this.#toReference);
    this.#toCurrent = motion.state === 'held' ? toCurrent : undefined;
    // Before the calibrated frame there is nothing to carry: the pose of that frame, marked as not to be trusted.
    const groundToImage = toCurrent && rescale(multiply(toCurrent, this.#groundToImage));
    if (!groundToImage || determinant(groundToImage) === 0) {
      return { groundToImage: plain(this.#groundToImage), unit, state: 'lost', confidence: 0 };
    }
    return { groundToImage: plain(groundToImage), unit, state: motion.state, confidence: motion.confidence };
  }

  #anchor(referenceToPicture: Mat3, calibration: GroundCalibration): void {
    const back = invert(referenceToPicture);
    if (!back) return;
    this.#toReference = back;
    this.#anchors.set(keyOf(calibration), back);
  }

  /** Another picture became the reference (uncalibrated), or time began again: nothing is carried over. */
  #remember(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): void {
    if (motion.reference !== this.#reference || mediaTimeUs < this.#nowUs) {
      this.#memory.forget();
      this.#anchors.clear();
    }
    this.#reference = motion.reference;
    this.#nowUs = mediaTimeUs;
    if (motion.state !== 'held') return;
    this.#memory.add(mediaTimeUs, motion.referenceToCurrent);
    this.#held = motion.referenceToCurrent;
  }
}

function keyOf({ groundToImage, atMediaTimeUs }: GroundCalibration): string {
  return `${atMediaTimeUs} ${groundToImage.join(' ')}`;
}

function plain(m: Mat3): CameraPose['groundToImage'] {
  return [m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]];
}
