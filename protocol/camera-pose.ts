import { apply, depth, invert, type Mat3, type Point } from './geometry.js';
import { bend, bendSlope, type Lens, lensOf, unbend } from './lens.js';
import type { CameraPose } from './tracking-frame.js';
import type { Size } from './units.js';

/** A frame, as far as it says how ground and picture belong together. */
export type PosedPicture = Size & { readonly pose: CameraPose };

/** The lens of a frame's picture; undefined where it bends nothing. */
export function lensOfPicture({ pose, width, height }: PosedPicture): Lens | undefined {
  return pose.lens && lensOf(pose.lens, { width, height });
}

/** Where the picture shows a place of the ground, continuous source pixels; undefined behind the camera. */
export function imageOf(picture: PosedPicture, ground: Point): Point | undefined {
  const { groundToImage } = picture.pose;
  if (!(depth(groundToImage, ground) > 0)) return undefined;
  const lens = lensOfPicture(picture);
  const straight = apply(groundToImage, ground);
  return lens ? bend(lens, straight) : straight;
}

/** The place of the ground that a pixel shows; undefined at and above the horizon. */
export function groundOf(picture: PosedPicture, pixel: Point): Point | undefined {
  const back = invert(picture.pose.groundToImage);
  const lens = lensOfPicture(picture);
  const ground = back && apply(back, lens ? unbend(lens, pixel) : pixel);
  return ground && Number.isFinite(ground.x) && Number.isFinite(ground.y) && depth(picture.pose.groundToImage, ground) > 0
    ? ground
    : undefined;
}

/** How a place of the picture moves with one of the ground: d(x, y) of the picture over d(x, y) of the ground, row-major. */
export function imageSlope(groundToImage: Mat3, lens: Lens | undefined, ground: Point): readonly [number, number, number, number] {
  const m = groundToImage;
  const w = depth(m, ground);
  const p = apply(m, ground);
  const [a, b] = [(m[0] - p.x * m[6]) / w, (m[1] - p.x * m[7]) / w];
  const [c, d] = [(m[3] - p.y * m[6]) / w, (m[4] - p.y * m[7]) / w];
  if (!lens) return [a, b, c, d];
  const [e, f, g, h] = bendSlope(lens, p);
  return [e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d];
}
