import {
  type Box,
  bend,
  type CameraPose,
  decodeMatte,
  encodeMatte,
  type Lens,
  type LensTerms,
  type LumaPicture,
  lensOf,
  type Mat3,
  type Matte,
  multiply,
  type Point,
  rescale,
  type Size,
  type TrackedSubject,
  type TrackingFrame,
  unbend,
} from '../../protocol/index.js';

/** Places looked at along each side of the picture to see how far it reaches without its lens. */
const BORDER_SAMPLES = 32;
/** Squares across in which it is known where the straight picture shows nothing. */
const BLANK_COLUMNS = 40;

/**
 * The picture as a camera without the lens would take it: what tracking looks at, so that turning the camera and carrying it is a homography
 * again and straight lines are straight. It has the picture's own size and middle, at a scale at which all of the picture is in it: a little
 * finer or coarser, and with a rim that shows nothing.
 */
export class StraightPicture {
  readonly lens: Lens;
  readonly #size: Size;
  /** Pixels of the straight picture a pixel of a camera without the lens, whose middle is as sharp. */
  readonly #scale: number;

  constructor(terms: LensTerms, source: Size) {
    this.lens = lensOf(terms, source);
    this.#size = source;
    this.#scale = this.#fittingScale();
  }

  #fittingScale(): number {
    const { width, height } = this.#size;
    let scale = Number.POSITIVE_INFINITY;
    for (let i = 0; i <= BORDER_SAMPLES; i++) {
      const share = i / BORDER_SAMPLES;
      for (const at of [
        { x: width * share, y: 0 },
        { x: 0, y: height * share },
      ]) {
        const { x, y } = unbend(this.lens, at);
        const [across, down] = [Math.abs(x - width / 2), Math.abs(y - height / 2)];
        scale = Math.min(scale, width / 2 / Math.max(across, 1), height / 2 / Math.max(down, 1));
      }
    }
    return scale;
  }

  /** From pixels of the picture to those of the straight one. */
  straight(at: Point): Point {
    const { centre } = this.lens;
    const { x, y } = unbend(this.lens, at);
    return { x: centre.x + (x - centre.x) * this.#scale, y: centre.y + (y - centre.y) * this.#scale };
  }

  /** And back. */
  seen(at: Point): Point {
    const { centre } = this.lens;
    return bend(this.lens, { x: centre.x + (at.x - centre.x) / this.#scale, y: centre.y + (at.y - centre.y) / this.#scale });
  }

  /** Ground → straight picture as ground → picture of a camera without the lens, which is what a pose says. */
  plain(groundToStraight: Mat3): Mat3 {
    const { x, y } = this.lens.centre;
    const k = 1 / this.#scale;
    return rescale(multiply([k, 0, x * (1 - k), 0, k, y * (1 - k), 0, 0, 1], groundToStraight));
  }

  straightBox(box: Box): Box {
    return carried(box, (at) => this.straight(at));
  }

  /** A frame measured in the straight picture as it is in the picture itself; its matte is that already. */
  frame(frame: TrackingFrame): TrackingFrame {
    return { ...frame, pose: this.#pose(frame.pose), subjects: frame.subjects.map((subject) => this.#subject(subject)) };
  }

  #pose(pose: CameraPose): CameraPose {
    const [a, b, c, d, e, f, g, h, i] = this.plain(pose.groundToImage);
    return { ...pose, groundToImage: [a, b, c, d, e, f, g, h, i], lens: { k1: this.lens.k1, k2: this.lens.k2 } };
  }

  #subject(subject: TrackedSubject): TrackedSubject {
    const box = carried(subject.box, (at) => this.seen(at));
    const isInside = this.#isInside({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    return { ...subject, box, foot: this.seen(subject.foot), state: isInside ? subject.state : 'outside' };
  }

  /** Boxes, pixels of the straight picture, that together cover what lies beyond the picture. */
  blanks(): Box[] {
    const { width, height } = this.#size;
    const side = width / BLANK_COLUMNS;
    const rows = Math.ceil(height / side);
    const boxes: Box[] = [];
    for (let row = 0; row < rows; row++) {
      const y = row * side;
      const isBlank = (column: number): boolean =>
        [0, 1].some((i) => [0, 1].some((j) => !this.#isInside(this.seen({ x: (column + i) * side, y: y + j * side }))));
      for (let column = 0; column < BLANK_COLUMNS; column++) {
        if (!isBlank(column)) continue;
        const from = column;
        while (column + 1 < BLANK_COLUMNS && isBlank(column + 1)) column++;
        boxes.push({ x: from * side, y, width: (column + 1 - from) * side, height: side });
      }
    }
    return boxes;
  }

  #isInside({ x, y }: Point): boolean {
    return x >= 0 && y >= 0 && x <= this.#size.width && y <= this.#size.height;
  }

  /** Cells of a straight mask of this size, row after row, that lie beyond the picture. */
  blankCells({ width, height }: Size): Uint32Array {
    const cells: number[] = [];
    for (let at = 0; at < width * height; at++) {
      const place = this.#middleOf(at, { width, height });
      if (!this.#isInside(this.seen(place))) cells.push(at);
    }
    return Uint32Array.from(cells);
  }

  /** Middle of a pixel of a smaller picture of this size, in pixels of the source. */
  #middleOf(at: number, { width, height }: Size): Point {
    return {
      x: (((at % width) + 0.5) * this.#size.width) / width,
      y: ((Math.floor(at / width) + 0.5) * this.#size.height) / height,
    };
  }

  /** Makes straight pictures of small ones of this size: what lies where is worked out once. */
  resampler(size: Size): Straightener {
    return new Straightener(size, (at) => {
      const { x, y } = this.seen(this.#middleOf(at, size));
      return { x: (x * size.width) / this.#size.width, y: (y * size.height) / this.#size.height };
    });
  }

  /** Cells of straight masks of this size as the picture itself has them. */
  maskBender(size: Size): MaskBender {
    return new MaskBender(size, (at) => {
      const { x, y } = this.straight(this.#middleOf(at, size));
      return { x: (x * size.width) / this.#size.width, y: (y * size.height) / this.#size.height };
    });
  }
}

/** Takes small pictures as a camera without the lens would have. */
export class Straightener {
  readonly #size: Size;
  /** Of each pixel: the top left one of the four it is mixed from, and their shares in 256ths. */
  readonly #from: Uint32Array;
  readonly #across: Uint8Array;
  readonly #down: Uint8Array;
  readonly #data: Uint8Array;

  /** @param seenAt where the picture handed in shows what a pixel shall, continuous pixels of it. */
  constructor(size: Size, seenAt: (at: number) => Point) {
    const { width, height } = size;
    const count = width * height;
    this.#size = size;
    this.#from = new Uint32Array(count);
    this.#across = new Uint8Array(count);
    this.#down = new Uint8Array(count);
    this.#data = new Uint8Array(count);
    for (let at = 0; at < count; at++) {
      // Beyond the picture its rim goes on: no edge that is not there.
      const { x, y } = seenAt(at);
      const [u, v] = [Math.min(Math.max(x - 0.5, 0), width - 1.001), Math.min(Math.max(y - 0.5, 0), height - 1.001)];
      this.#from[at] = Math.floor(v) * width + Math.floor(u);
      this.#across[at] = Math.floor((u % 1) * 256);
      this.#down[at] = Math.floor((v % 1) * 256);
    }
  }

  /** @returns a picture valid until the next call. */
  take({ data }: LumaPicture): LumaPicture {
    const { width, height } = this.#size;
    const [from, across, down, out] = [this.#from, this.#across, this.#down, this.#data];
    for (let i = 0; i < out.length; i++) {
      const at = from[i];
      const fx = across[i];
      const top = (data[at] << 8) + (data[at + 1] - data[at]) * fx;
      const bottom = (data[at + width] << 8) + (data[at + width + 1] - data[at + width]) * fx;
      out[i] = ((top << 8) + (bottom - top) * down[i] + 32768) >> 16;
    }
    return { width, height, data: out };
  }
}

/** Puts masks of straight pictures back where the lens shows them. */
export class MaskBender {
  readonly #size: Size;
  readonly #from: Uint32Array;
  readonly #cells: Uint8Array;

  /** @param straightAt where the straight mask has what a cell shall show, continuous cells of it. */
  constructor(size: Size, straightAt: (at: number) => Point) {
    const { width, height } = size;
    this.#size = size;
    this.#cells = new Uint8Array(width * height);
    this.#from = Uint32Array.from(this.#cells, (_, at) => {
      const { x, y } = straightAt(at);
      return Math.min(height - 1, Math.max(0, Math.floor(y))) * width + Math.min(width - 1, Math.max(0, Math.floor(x)));
    });
  }

  /** A copy to keep. */
  mask(cells: Uint8Array): Uint8Array {
    const from = this.#from;
    const out = new Uint8Array(from.length);
    for (let i = 0; i < out.length; i++) out[i] = cells[from[i]];
    return out;
  }

  matte(matte: Matte): Matte {
    const { width, height } = this.#size;
    decodeMatte(matte, this.#cells);
    return encodeMatte(this.mask(this.#cells), width, height);
  }
}

/** A person's box under a mapping that is nearly even over it: what stands on the ground stays where it stands. */
function carried({ x, y, width, height }: Box, map: (at: Point) => Point): Box {
  const foot = map({ x: x + width / 2, y: y + height });
  const top = map({ x: x + width / 2, y });
  const left = map({ x, y: y + height / 2 });
  const right = map({ x: x + width, y: y + height / 2 });
  const [w, h] = [Math.max(0, right.x - left.x), Math.max(0, foot.y - top.y)];
  return { x: foot.x - w / 2, y: foot.y - h, width: w, height: h };
}
