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
  /** Ground → reference picture; undefined until the calibrated frame was seen. */
  #groundToReference: Mat3 | undefined;

  constructor(calibration: GroundCalibration | undefined) {
    this.#calibration = calibration;
    this.#groundToReference = calibration ? undefined : IDENTITY;
  }

  /** Another picture became the reference (uncalibrated) or the pose is given up: nothing is carried over. */
  step(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): CameraPose {
    const unit = this.#calibration ? 'm' : 'px';
    if (!this.#groundToReference && this.#calibration && mediaTimeUs >= this.#calibration.atMediaTimeUs && motion.state === 'held') {
      const back = invert(motion.referenceToCurrent);
      if (back) this.#groundToReference = multiply(back, this.#calibration.groundToImage);
    }
    const ground = this.#groundToReference;
    // Before the calibrated frame there is nothing to carry: the pose of that frame, marked as not to be trusted.
    if (!ground) return { groundToImage: plain(this.#calibration?.groundToImage ?? IDENTITY), unit, state: 'lost', confidence: 0 };
    const groundToImage = rescale(multiply(motion.referenceToCurrent, ground));
    if (determinant(groundToImage) === 0) return { groundToImage: plain(ground), unit, state: 'lost', confidence: 0 };
    return { groundToImage: plain(groundToImage), unit, state: motion.state, confidence: motion.confidence };
  }
}

function plain(m: Mat3): CameraPose['groundToImage'] {
  return [m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]];
}
