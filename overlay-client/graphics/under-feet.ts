import { type ColourKey, type Point, poleOutline, type TrackingFrame, type UnderFeet, uprightCamera } from '../../protocol/index.js';
import { GroundView } from './ground.js';

/** Keys with the part of a picture that each is for (absent: all of it), and the outlines of poles; continuous picture pixels. */
export interface InPicture {
  readonly keys: readonly { readonly key: ColourKey; readonly outline?: readonly Point[] }[];
  readonly poles: readonly (readonly Point[])[];
}

/**
 * What an operator said by hand, where it is in a frame's picture. Regions and poles are on the ground in metres: where that is not known, or behind the
 * camera, they are left out, and keys for the whole picture hold.
 * @returns undefined where nothing was said.
 */
export function inPicture({ keys, poles }: UnderFeet, frame: Pick<TrackingFrame, 'pose' | 'width' | 'height'>): InPicture | undefined {
  if (keys.length + poles.length === 0) return undefined;
  const view = frame.pose.unit === 'm' ? GroundView.of(frame.pose, frame) : undefined;
  const camera = view && poles.length > 0 ? uprightCamera(frame.pose.groundToImage, frame) : undefined;
  const outlines = poles.map((pole) => (camera && view?.isVisible(pointOf(pole.foot)) ? poleOutline(camera, pole) : []));
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
