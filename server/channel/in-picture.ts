import type { ByHand } from '../../media/index.js';
import { GroundView } from '../../overlay-client/index.js';
import { type Point, poleOutline, type TrackingFrame, type UnderFeet, uprightCamera } from '../../protocol/index.js';

/**
 * What an operator said by hand, where it is in a frame's picture. Regions and poles are on the ground in metres: where that is not known they are left out,
 * and keys for the whole picture hold.
 * @returns undefined where nothing was said.
 */
export function inPicture(
  { keys, poles }: UnderFeet,
  { pose, width, height }: Pick<TrackingFrame, 'pose' | 'width' | 'height'>,
): ByHand | undefined {
  if (keys.length + poles.length === 0) return undefined;
  const size = { width, height };
  const view = pose.unit === 'm' ? GroundView.of(pose, size) : undefined;
  const camera = view && poles.length > 0 ? uprightCamera(pose.groundToImage, size) : undefined;
  const seen: Point[][] = [];
  for (const pole of camera ? poles : []) {
    const [x, y] = pole.foot;
    const outline = view?.isVisible({ x, y }) && camera ? poleOutline(camera, pole) : [];
    if (outline.length > 0) seen.push(outline);
  }
  return {
    keys: keys.flatMap((key) => {
      if (!key.region) return [{ key }];
      const outline = view?.clip(key.region.map(([x, y]) => ({ x, y }))).map((point) => view.project(point)) ?? [];
      return outline.length > 0 ? [{ key, outline }] : [];
    }),
    poles: seen,
  };
}
