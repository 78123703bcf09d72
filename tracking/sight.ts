import {
  type Box,
  type Discontinuity,
  IDENTITY,
  type LumaPicture,
  type Mat3,
  type Matte,
  type MediaTimeUs,
  multiply,
  rescale,
  type Size,
} from '../protocol/index.js';
import type { MaskBender, Straightener, StraightPicture } from './lens/index.js';
import type { OpenCv } from './opencv.js';
import type { ForegroundMask } from './pipeline-config.js';
import { CameraMotion, type CameraMotionResult, Foreground, foregroundLevel } from './vision/index.js';

export interface SightOptions {
  /** Size of the pictures handed in. */
  readonly analysis: Size;
  readonly source: Size;
  readonly kind: 'moving' | 'fixed';
  readonly subjectHeightM: number;
  readonly reanchorAfterUs: MediaTimeUs | undefined;
  /** Where the lens bends lines: the straight picture, which all results are of. */
  readonly straight: StraightPicture | undefined;
}

/** Where the camera's motion goes on that another sight has measured so far. */
export interface Onwards {
  /** The other's reference → the first picture here. */
  readonly toFirst: Mat3;
  readonly reference: number;
}

/** What looks at pictures; made with the first one, which says how large they are. */
export class Sight {
  readonly straight: StraightPicture | undefined;
  readonly motion: CameraMotion;
  readonly foreground: Foreground;
  readonly #analysis: Size;
  readonly #onwards: Onwards | undefined;
  readonly #straightener: Straightener | undefined;
  readonly #bender: MaskBender | undefined;
  /** Boxes that cover what lies beyond the picture. */
  readonly blanks: readonly Box[];
  /** Of its own first picture. */
  #reference: number | undefined;

  constructor(cv: OpenCv, { analysis, source, kind, subjectHeightM, reanchorAfterUs, straight }: SightOptions, onwards?: Onwards) {
    this.straight = straight;
    this.#analysis = analysis;
    this.#onwards = onwards;
    this.motion = new CameraMotion(cv, { analysis, source, kind, ...(reanchorAfterUs !== undefined && { reanchorAfterUs }) });
    const size = this.#maskSize;
    const blank = straight?.blankCells(size);
    this.foreground = new Foreground({ size, source, kind, subjectHeightM, ...(blank && { blank }) });
    this.#straightener = straight?.resampler(analysis);
    this.#bender = straight?.maskBender(size);
    this.blanks = straight?.blanks() ?? [];
  }

  get #maskSize(): Size {
    const { width, height } = foregroundLevel(this.motion.pyramid);
    return { width, height };
  }

  /** The picture as all else is to see it; valid until the next call. @throws Error when its size is another than the first one's. */
  take(luma: LumaPicture): LumaPicture {
    const { width, height } = this.#analysis;
    if (luma.width !== width || luma.height !== height) {
      throw new Error(`tracking: the analysis picture changed from ${width}×${height} to ${luma.width}×${luma.height}; start it anew`);
    }
    return this.#straightener?.take(luma) ?? luma;
  }

  /** How the camera moved. @param luma as `take` gave it. @param people their boxes, where nothing is measured. */
  step(luma: LumaPicture, mediaTimeUs: MediaTimeUs, people: readonly Box[], discontinuity: Discontinuity | null): CameraMotionResult {
    const masks = this.blanks.length === 0 ? people : [...people, ...this.blanks];
    const motion = this.motion.step(luma, mediaTimeUs, masks, discontinuity);
    if (!this.#onwards) return motion;
    this.#reference ??= motion.reference;
    const { toFirst, reference } = this.#onwards;
    const isSame = motion.reference === this.#reference;
    return {
      ...motion,
      referenceToCurrent: rescale(multiply(motion.referenceToCurrent, isSame ? toFirst : IDENTITY)),
      reference: reference + motion.reference - this.#reference,
    };
  }

  /** What stands in front of the ground, as the picture itself shows it. @param people their boxes */
  matte(people: readonly Box[]): Matte | undefined {
    const matte = this.foreground.matte(people);
    return matte && (this.#bender?.matte(matte) ?? matte);
  }

  /** What moved in the frame last looked at, as the picture itself shows it, a copy to keep; undefined where nothing was looked at. */
  mask(): ForegroundMask | undefined {
    const { mask } = this.foreground;
    return mask && { ...this.#maskSize, mask: this.#bender?.mask(mask) ?? mask.slice() };
  }
}
