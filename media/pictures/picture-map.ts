import {
  apply,
  bend,
  depth,
  IDENTITY,
  invert,
  type Lens,
  lensOfPicture,
  type Mat3,
  multiply,
  type Point,
  type PosedPicture,
  translation,
  unbend,
} from '../../protocol/index.js';

/** Where a picture shows the ground. */
export interface PictureView {
  /** Ground → the picture as a camera without its lens shows it. */
  readonly groundToImage: Mat3;
  /** How that is bent; undefined: not at all. */
  readonly lens: Lens | undefined;
}

export function viewOf(picture: PosedPicture): PictureView {
  return { groundToImage: picture.pose.groundToImage, lens: lensOfPicture(picture) };
}

/** What carries pixels of one picture to those of another: the first one's lens is undone, the other's does its bending after. */
export interface PictureMap {
  readonly from: Lens | undefined;
  readonly matrix: Mat3;
  readonly to: Lens | undefined;
}

export const STAYS: PictureMap = { from: undefined, matrix: IDENTITY, to: undefined };

/** @returns undefined where a pose is degenerate. */
export function mapBetween(from: PictureView, to: PictureView): PictureMap | undefined {
  const back = invert(from.groundToImage);
  return back && { from: from.lens, matrix: multiply(to.groundToImage, back), to: to.lens };
}

export function inverseMap({ from, matrix, to }: PictureMap): PictureMap | undefined {
  const back = invert(matrix);
  return back && { from: to, matrix: back, to: from };
}

/** @returns undefined where the place lies behind the other camera. */
export function mapped({ from, matrix, to }: PictureMap, at: Point): Point | undefined {
  const straight = from ? unbend(from, at) : at;
  if (!(depth(matrix, straight) > 0)) return undefined;
  const there = apply(matrix, straight);
  return to ? bend(to, there) : there;
}

/** The same for a part of the first picture and a part of the other, whose top left corners lie there. */
export function ofParts({ from, matrix, to }: PictureMap, first: Point, other: Point): PictureMap {
  return {
    from: from && movedLens(from, first),
    matrix: multiply(translation(-other.x, -other.y), multiply(matrix, translation(first.x, first.y))),
    to: to && movedLens(to, other),
  };
}

function movedLens(lens: Lens, { x, y }: Point): Lens {
  return { ...lens, centre: { x: lens.centre.x - x, y: lens.centre.y - y } };
}
