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

/** What is known about the camera in one frame, from camera motion. */
export interface MotionEstimate {
  /** Reference picture → this one, continuous source pixels. */
  readonly referenceToCurrent: Mat3;
  readonly confidence: number;
  readonly state: PoseState;
}

export interface GroundCalibration {
  /** Metres → continuous source pixels of the frame the points were clicked on; depth positive in front of the camera. */
  readonly groundToImage: Mat3;
  readonly atMediaTimeUs: MediaTimeUs;
}

/**
 * Carries a calibration from the frame it was made on to every other by camera motion. Uncalibrated, the ground is the reference picture
 * itself, in pixels.
 */
export class PoseTrack {
  readonly #calibration: GroundCalibration | undefined;
  /** Ground → the calibrated frame's picture, or the reference itself. */
  #groundToImage: Mat3;
  /** That picture → reference; undefined until the calibrated frame was seen. */
  #toReference: Mat3 | undefined;
  #toCurrent: Mat3 | undefined;

  constructor(calibration: GroundCalibration | undefined) {
    this.#calibration = calibration;
    this.#groundToImage = calibration?.groundToImage ?? IDENTITY;
    this.#toReference = calibration ? undefined : IDENTITY;
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

  /** Another picture became the reference (uncalibrated) or the pose is given up: nothing is carried over. */
  step(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): CameraPose {
    const unit = this.#calibration ? 'm' : 'px';
    if (!this.#toReference && this.#calibration && mediaTimeUs >= this.#calibration.atMediaTimeUs && motion.state === 'held') {
      this.#toReference = invert(motion.referenceToCurrent);
    }
    const toCurrent = this.#toReference && multiply(motion.referenceToCurrent, this.#toReference);
    this.#toCurrent = motion.state === 'held' ? toCurrent : undefined;
    // Before the calibrated frame there is nothing to carry: the pose of that frame, marked as not to be trusted.
    const groundToImage = toCurrent && rescale(multiply(toCurrent, this.#groundToImage));
    if (!groundToImage || determinant(groundToImage) === 0) {
      return { groundToImage: plain(this.#groundToImage), unit, state: 'lost', confidence: 0 };
    }
    return { groundToImage: plain(groundToImage), unit, state: motion.state, confidence: motion.confidence };
  }
}

function plain(m: Mat3): CameraPose['groundToImage'] {
  return [m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]];
}
