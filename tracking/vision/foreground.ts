import {
  apply,
  type Box,
  depth,
  IDENTITY,
  invert,
  iou,
  type Mat3,
  type Matte,
  type MediaTimeUs,
  multiply,
  type Point,
  rescale,
  type Size,
  type UprightCamera,
  US_PER_SECOND,
} from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import { uprightBox, WIDTH_SHARE } from '../pose/upright.js';
import { Background, BEYOND, MOVED, UNKNOWN } from './background.js';
import { type Blob, findBlobs, shrunk } from './blobs.js';
import { dropGhosts } from './ghosts.js';
import type { Level, Pyramid } from './kernels.js';
import { MaskKernels } from './mask-kernels.js';
import { MaskSums } from './mask-sums.js';
import { matteOf } from './matte.js';
import { patches } from './patches.js';
import { type ExpectedBox, type Followed, PeopleFinder } from './people.js';
import { PersonSize } from './person-size.js';
import { Stayers } from './stayers.js';

export interface ForegroundOptions {
  /** Size of the pictures handed in. */
  readonly size: Size;
  readonly source: Size;
  readonly kind: 'moving' | 'fixed';
  readonly subjectHeightM: number;
  /** Pixels, row after row, that lie beyond what the camera shows. */
  readonly blank?: Uint32Array;
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
  readonly followed?: readonly Followed[];
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

/** A pose that moves the picture's corners by less than this, pixels, is the one before: what is measured of a camera that stands still trembles. */
const STILL_PX = 0.5;
/** A camera that has not moved for this long stands still. */
const STILL_US = 2 * US_PER_SECOND;
/** How far the registration may be off, pixels, of a camera that moves and of one that stands still. */
const MOVING_GRADIENT_PX = 0.35;
const STILL_GRADIENT_PX = 0.1;

/** People are looked for in a picture at least this wide, where the analysis picture is: the coarser the faster. */
const LEAST_WIDTH = 320;

/** The level of a pyramid people are looked for in. */
export function foregroundLevel({ levels }: Pyramid): Level {
  return levels[1].width >= LEAST_WIDTH ? levels[1] : levels[0];
}

/** Patches of fewer pixels are nobody. */
const LEAST_PIXELS = 10;

/** Finds people by what differs from the background, whatever the camera does. */
export class Foreground {
  readonly #options: ForegroundOptions;
  readonly #background: Background;
  readonly #kernels: MaskKernels;
  readonly #sums: MaskSums;
  readonly #people: PeopleFinder;
  readonly #personSize: PersonSize;
  readonly #toSource: Mat3;
  readonly #toSmall: Mat3;
  #frames = 0;
  #lastUs: MediaTimeUs | undefined;
  #framesPerSecond = 25;
  readonly #stayers = new Stayers();
  #moved: Moved | undefined;
  #pose: Mat3 = IDENTITY;
  #movedUs: MediaTimeUs | undefined;
  #still = false;
  #mask: Uint8Array | undefined;
  #blobs: readonly Blob[] = [];
  #believed = false;
  readonly #cells: Uint8Array;

  constructor(options: ForegroundOptions) {
    this.#options = options;
    this.#background = new Background({ size: options.size, kind: options.kind });
    this.#kernels = new MaskKernels(options.size);
    this.#sums = new MaskSums(this.#kernels);
    this.#cells = new Uint8Array(options.size.width * options.size.height);
    this.#people = new PeopleFinder(options.size);
    this.#personSize = new PersonSize(options.size);
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

  /** What stands in front of the ground in the frame last looked at; undefined where that is not known. @param people their boxes, source pixels. */
  matte(people: readonly Box[]): Matte | undefined {
    if (!this.#believed || !this.#mask) return undefined;
    const boxes = people.map((box) => scaleBox(box, this.#toSmall));
    return matteOf(this.#mask, this.#options.size, this.#blobs, boxes, this.#cells);
  }

  /** People in this frame, boxes in source pixels. */
  detect(frame: ForegroundFrame): Detection[] {
    this.#clock(frame.mediaTimeUs);
    if (frame.fresh) {
      this.#background.reset();
      this.#personSize.reset();
      this.#people.reset();
      this.#stayers.reset();
      this.#frames = 0;
    }
    const { size } = this.#options;
    const pose = this.#steady(rescale(multiply(multiply(this.#toSmall, frame.referenceToCurrent), this.#toSource)), frame.mediaTimeUs);
    const mask = this.#background.compare(frame.picture, pose, this.#still ? STILL_GRADIENT_PX : MOVING_GRADIENT_PX);
    this.#mask = mask;
    this.#blank(mask, UNKNOWN);
    const followed = this.#expected(frame);
    const came = followed.filter((f) => this.#stayers.came(f.trackId)).map((f) => f.box);
    const { backdrop } = this.#background;
    const blobs = dropGhosts(findBlobs(this.#kernels, mask, LEAST_PIXELS), { size, picture: frame.picture, backdrop, mask }, came);
    const moved = blobs.reduce((sum, b) => sum + b.area, 0);
    const believe = this.#frames++ >= WARM_UP && moved < TOO_MUCH * size.width * size.height;
    this.#blobs = blobs;
    this.#believed = believe;
    if (!believe) for (let i = 0; i < mask.length; i++) if (mask[i] === MOVED) mask[i] = 0;
    const { camera } = frame;
    this.#moved = believe && camera ? { size, mask, personAt: (ground) => this.#personAt(camera, ground) } : undefined;
    const found = believe ? this.#detections(blobs, mask, frame, followed, pose) : [];
    const learn = () => {
      this.#blank(mask, BEYOND);
      this.#background.learn(pose, this.#framesPerSecond);
      this.#blank(mask, UNKNOWN);
    };
    this.#stayers.hold(mask, size, followed, frame.mediaTimeUs, learn);
    return found;
  }

  #blank(mask: Uint8Array, value: number): void {
    const { blank } = this.#options;
    if (blank) for (const at of blank) mask[at] = value;
  }

  #detections(blobs: readonly Blob[], mask: Uint8Array, frame: ForegroundFrame, followed: readonly Followed[], pose: Mat3): Detection[] {
    this.#sums.load(mask);
    const { camera } = frame;
    if (!camera) {
      const walkers = followed.filter((f) => f.seen && this.#stayers.came(f.trackId));
      for (const box of alone(blobs, this.#options.size))
        if (walkers.some((w) => iou(w.box, box) > 0.5)) this.#personSize.learn(shrunk(box), pose);
    }
    const expected = camera ? this.#byCalibration(camera) : this.#personSize.at(pose, WIDTH_SHARE);
    const view = { size: this.#options.size, picture: frame.picture, mask };
    const found = expected ? this.#people.find(view, blobs, this.#sums, expected, followed) : patches(blobs, this.#personSize.usualHeight);
    return found.map((d) => ({ ...d, box: scaleBox(d.box, this.#toSource) }));
  }

  /** Those followed, in pixels of the mask. */
  #expected({ followed = [] }: ForegroundFrame): Followed[] {
    return followed.map((f) => ({ ...f, box: scaleBox(f.box, this.#toSmall) }));
  }

  #byCalibration(camera: UprightCamera): ExpectedBox {
    const back = invert(camera.groundToImage);
    return (x, y) => {
      if (!back) return undefined;
      const foot = apply(this.#toSource, { x, y });
      const w = back[6] * foot.x + back[7] * foot.y + back[8];
      return w === 0 ? undefined : this.#personAt(camera, apply(back, foot));
    };
  }

  #personAt(camera: UprightCamera, ground: Point): Box | undefined {
    if (!(depth(camera.groundToImage, ground) > 0)) return undefined;
    return scaleBox(uprightBox(camera, ground, this.#options.subjectHeightM), this.#toSmall);
  }

  /** Takes out the tremble of a camera that stands still. */
  #steady(pose: Mat3, mediaTimeUs: MediaTimeUs): Mat3 {
    const { width, height } = this.#options.size;
    const away = [0, width].flatMap((x) =>
      [0, height].map((y) => {
        const [a, b] = [apply(pose, { x, y }), apply(this.#pose, { x, y })];
        return Math.hypot(a.x - b.x, a.y - b.y);
      }),
    );
    if (!(Math.max(...away) < STILL_PX)) {
      this.#pose = pose;
      this.#movedUs = mediaTimeUs;
      this.#people.cameraMoved();
    }
    this.#movedUs ??= this.#options.kind === 'fixed' ? Number.NEGATIVE_INFINITY : mediaTimeUs;
    this.#still = mediaTimeUs - this.#movedUs >= STILL_US;
    return this.#pose;
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

/** Patches that look like one person standing apart, whole in the picture. */
function alone(blobs: readonly Blob[], { width, height }: Size): Box[] {
  return blobs
    .filter(({ box, area }) => {
      const slender = box.height / box.width;
      if (box.height < 12 || slender < 1.6 || slender > 4.5 || area < 0.35 * box.width * box.height) return false;
      if (box.x < 2 || box.y < 2 || box.x + box.width > width - 2 || box.y + box.height > height - 2) return false;
      const gap = 0.3 * box.height;
      return !blobs.some((other) => {
        const o = other.box;
        if (o === box || other.area < 0.05 * area) return false;
        return (
          o.x < box.x + box.width + gap && box.x - gap < o.x + o.width && o.y < box.y + box.height + gap && box.y - gap < o.y + o.height
        );
      });
    })
    .map(({ box }) => box);
}
