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
  /** Ground → reference picture; undefined until the calibrated frame was seen. */
  #groundToReference: Mat3 | undefined;
  readonly #memory = new PoseMemory();
  #reference: number | undefined;
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
    this.#groundToReference = calibration ? undefined : IDENTITY;
    if (!calibration) return;
    const known = this.#anchors.get(keyOf(calibration));
    const { atMediaTimeUs } = calibration;
    this.#mayAnchor = atMediaTimeUs === undefined || atMediaTimeUs > this.#nowUs;
    const then = known || this.#mayAnchor ? undefined : this.#memory.at(atMediaTimeUs ?? 0);
    if (known) this.#groundToReference = known;
    else if (then) this.#anchor(then, calibration);
  }

  step(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): CameraPose {
    this.#remember(motion, mediaTimeUs);
    const calibration = this.#calibration;
    const unit = calibration ? 'm' : 'px';
    const isFrame = this.#mayAnchor && mediaTimeUs >= (calibration?.atMediaTimeUs ?? 0);
    if (!this.#groundToReference && calibration && isFrame && motion.state === 'held') this.#anchor(motion.referenceToCurrent, calibration);
    const ground = this.#groundToReference;
    // Before the calibrated frame there is nothing to carry: the pose of that frame, marked as not to be trusted.
    if (!ground) return { groundToImage: plain(calibration?.groundToImage ?? IDENTITY), unit, state: 'lost', confidence: 0 };
    const groundToImage = rescale(multiply(motion.referenceToCurrent, ground));
    if (determinant(groundToImage) === 0) return { groundToImage: plain(ground), unit, state: 'lost', confidence: 0 };
    return { groundToImage: plain(groundToImage), unit, state: motion.state, confidence: motion.confidence };
  }

  #anchor(referenceToPicture: Mat3, calibration: GroundCalibration): void {
    const back = invert(referenceToPicture);
    if (!back) return;
    this.#groundToReference = multiply(back, calibration.groundToImage);
    this.#anchors.set(keyOf(calibration), this.#groundToReference);
  }

  /** Another picture became the reference (uncalibrated), or time began again: nothing is carried over. */
  #remember(motion: MotionEstimate, mediaTimeUs: MediaTimeUs): void {
    if (motion.reference !== this.#reference || mediaTimeUs < this.#nowUs) {
      this.#memory.forget();
      this.#anchors.clear();
    }
    this.#reference = motion.reference;
    this.#nowUs = mediaTimeUs;
    if (motion.state === 'held') this.#memory.add(mediaTimeUs, motion.referenceToCurrent);
  }
}

function keyOf({ groundToImage, atMediaTimeUs }: GroundCalibration): string {
  return `${atMediaTimeUs} ${groundToImage.join(' ')}`;
}

function plain(m: Mat3): CameraPose['groundToImage'] {
  return [m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]];
}
