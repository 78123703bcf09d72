import {
  apply,
  type Box,
  depth,
  invert,
  type Mat3,
  type MediaTimeUs,
  multiply,
  type Point,
  rescale,
  type Size,
  US_PER_SECOND,
} from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import type { OpenCv } from '../opencv.js';
import { type UprightCamera, uprightBox } from '../pose/upright.js';
import { Background, MOVED } from './background.js';
import { findBlobs } from './blobs.js';
import { MaskSums } from './mask-sums.js';
import { people } from './people.js';

export interface ForegroundOptions {
  /** Size of the pictures handed in (half the analysis size). */
  readonly size: Size;
  readonly source: Size;
  readonly kind: 'moving' | 'fixed';
  readonly subjectHeightM: number;
}

export interface ForegroundFrame {
  /** float32 luma of the size given. */
  readonly picture: Float32Array;
  readonly mediaTimeUs: MediaTimeUs;
  /** Reference picture → this one, source pixels. */
  readonly referenceToCurrent: Mat3;
  /** Where the ground is, when calibrated and the pose is held. */
  readonly camera: UprightCamera | undefined;
  /** Where people already followed should be in this frame, source pixels. */
  readonly followed?: readonly Box[];
  /** Forget what was learnt: another picture began. */
  readonly fresh: boolean;
}

/** What moved in one frame, and how large a person is where. */
export interface Moved {
  readonly size: Size;
  /** One byte a pixel: MOVED, SHADOW, UNKNOWN or 0. */
  readonly mask: Uint8Array;
  /** Box, in pixels of the mask, of a person standing at a ground point (metres); undefined where nobody can stand. */
  personAt(ground: Point): Box | undefined;
}

/** Frames a background is learnt from before anything is believed to move. */
const WARM_UP = 2;
/** When this share of the picture moves at once, it was not people: exposure, a cut, a knock. */
const TOO_MUCH = 0.6;

/** Finds people by what differs from the background, whatever the camera does. */
export class Foreground {
  readonly #cv: OpenCv;
  readonly #options: ForegroundOptions;
  readonly #background: Background;
  readonly #sums: MaskSums;
  readonly #toSource: Mat3;
  readonly #toSmall: Mat3;
  #frames = 0;
  #lastUs: MediaTimeUs | undefined;
  #framesPerSecond = 25;
  #moved: Moved | undefined;
  #mask: Uint8Array | undefined;

  constructor(cv: OpenCv, options: ForegroundOptions) {
    this.#cv = cv;
    this.#options = options;
    this.#background = new Background({ size: options.size, kind: options.kind });
    this.#sums = new MaskSums(options.size);
    const sx = options.source.width / options.size.width;
    const sy = options.source.height / options.size.height;
    this.#toSource = [sx, 0, 0, 0, sy, 0, 0, 0, 1];
    this.#toSmall = [1 / sx, 0, 0, 0, 1 / sy, 0, 0, 0, 1];
  }

  /** What moved in the frame last looked at, valid until the next; undefined where it is not believed or the ground is not known. */
  get moved(): Moved | undefined {
    return this.#moved;
  }

  /** One byte a pixel (MOVED, SHADOW, UNKNOWN or 0) of the frame last looked at, valid until the next. */
  get mask(): Uint8Array | undefined {
    return this.#mask;
  }

  /** People in this frame, boxes in source pixels. */
  detect(frame: ForegroundFrame): Detection[] {
    this.#clock(frame.mediaTimeUs);
    if (frame.fresh) {
      this.#background.reset();
      this.#frames = 0;
    }
    const { size } = this.#options;
    const pose = rescale(multiply(multiply(this.#toSmall, frame.referenceToCurrent), this.#toSource));
    const mask = this.#background.compare(frame.picture, pose);
    this.#mask = mask;
    const blobs = findBlobs(this.#cv, mask, size, 200, 10);
    const moved = blobs.reduce((sum, b) => sum + b.area, 0);
    const believe = this.#frames++ >= WARM_UP && moved < TOO_MUCH * size.width * size.height;
    if (!believe) for (let i = 0; i < mask.length; i++) if (mask[i] === MOVED) mask[i] = 0;
    const { camera } = frame;
    this.#moved = believe && camera ? { size, mask, personAt: (ground) => this.#personAt(camera, ground) } : undefined;
    const found = believe ? this.#people(blobs, mask, frame) : [];
    this.#background.learn(pose, this.#framesPerSecond);
    return found;
  }

  #people(blobs: ReturnType<typeof findBlobs>, mask: Uint8Array, frame: ForegroundFrame): Detection[] {
    this.#sums.load(mask);
    const { camera } = frame;
    const back = camera ? invert(camera.groundToImage) : undefined;
    const expected =
      camera && back
        ? (x: number, y: number): Box | undefined => {
            const foot = apply(this.#toSource, { x, y });
            const w = back[6] * foot.x + back[7] * foot.y + back[8];
            const ground = apply(back, foot);
            return w === 0 ? undefined : this.#personAt(camera, ground);
          }
        : undefined;
    const followed = (frame.followed ?? []).map((box) => scaleBox(box, this.#toSmall));
    return people(blobs, this.#sums, expected, followed).map((d) => ({ box: scaleBox(d.box, this.#toSource), score: d.score }));
  }

  #personAt(camera: UprightCamera, ground: Point): Box | undefined {
    if (!(depth(camera.groundToImage, ground) > 0)) return undefined;
    return scaleBox(uprightBox(camera, ground, this.#options.subjectHeightM), this.#toSmall);
  }

  #clock(mediaTimeUs: MediaTimeUs): void {
    const since = this.#lastUs === undefined ? 0 : mediaTimeUs - this.#lastUs;
    this.#lastUs = mediaTimeUs;
    if (since <= 0 || since > US_PER_SECOND) return;
    this.#framesPerSecond += 0.05 * (US_PER_SECOND / since - this.#framesPerSecond);
  }
}

function scaleBox(box: Box, scale: Mat3): Box {
  return { x: box.x * scale[0], y: box.y * scale[4], width: box.width * scale[0], height: box.height * scale[4] };
}
