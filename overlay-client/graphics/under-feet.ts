import {
  type ByHand,
  bend,
  lensOfPicture,
  type Point,
  poleOutline,
  type TrackingFrame,
  type UnderFeet,
  uprightCamera,
} from '../../protocol/index.js';
import { GroundView } from './ground.js';

/**
 * What an operator said by hand, where it is in a frame's picture. Regions and poles are on the ground in metres: where that is not known, or behind the
 * camera, they are left out, and keys for the whole picture hold.
 * @returns undefined where nothing was said.
 */
export function inPicture({ keys, poles }: UnderFeet, frame: Pick<TrackingFrame, 'pose' | 'width' | 'height'>): ByHand | undefined {
  if (keys.length + poles.length === 0) return undefined;
  const view = frame.pose.unit === 'm' ? GroundView.of(frame.pose, frame) : undefined;
  const camera = view && poles.length > 0 ? uprightCamera(frame.pose.groundToImage, frame) : undefined;
  const lens = lensOfPicture(frame);
  const outlines = poles.map((pole) => {
    const straight = camera && view?.isVisible(pointOf(pole.foot)) ? poleOutline(camera, pole) : [];
    return lens ? straight.map((corner) => bend(lens, corner)) : straight;
  });
  return {
    keys: keys.flatMap((key) => {
      if (!key.region) return [{ key }];
      const outline = view?.clip(key.region.map(pointOf)).map((point) => view.project(point)) ?? [];
      return outline.length > 0 ? [{ key, outline }] : [];
    }),
    poles: outlines.filter((outline) => outline.length > 0),
  };
}

function pointOf([x, y]: readonly [number, number]): Point {
  return { x, y };
}
