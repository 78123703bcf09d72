import { above, apply, type Box, type Point, type UprightCamera } from '../../protocol/index.js';

/** Share of a person's height that the box is wide. */
export const WIDTH_SHARE = 0.4;

/** The box of someone `heightM` tall standing at a ground point. */
export function uprightBox(camera: UprightCamera, ground: Point, heightM: number): Box {
  const foot = apply(camera.groundToImage, ground);
  const head = above(camera, ground, heightM);
  const height = Math.max(1, Math.hypot(head.x - foot.x, head.y - foot.y));
  const width = height * WIDTH_SHARE;
  const top = Math.min(head.y, foot.y - 0.3 * height);
  return { x: (head.x + foot.x) / 2 - width / 2, y: top, width, height: foot.y - top };
}
