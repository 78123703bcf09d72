import { apply, type Box, depth, type Size, type TrackedSubject, type UprightCamera } from '../protocol/index.js';
import { uprightBox } from './pose/index.js';
import type { LaneTrack } from './sport/index.js';

/** Share of a box that those followed along lanes must cover to account for it. */
const ACCOUNTED = 0.4;

/** Those followed along lanes as subjects of a frame: boxes from perspective, in source pixels. */
export function laneSubjects(tracks: readonly LaneTrack[], camera: UprightCamera, source: Size, heightM: number): TrackedSubject[] {
  return tracks.flatMap(({ trackId, rosterIndex, lane, ground, velocity, visible, confidence }) => {
    if (!(depth(camera.groundToImage, ground) > 0)) return [];
    const box = uprightBox(camera, ground, heightM);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const outside = x < 0 || y < 0 || x >= source.width || y >= source.height;
    const state = outside ? 'outside' : visible ? 'visible' : 'predicted';
    return [{ trackId, rosterIndex, state, box, foot: apply(camera.groundToImage, ground), ground, velocity, confidence, lane }];
  });
}

/** True where a box holds little but what these boxes, each widened for arms and legs, hold already. */
export function accountedFor(box: Box, by: readonly Box[]): boolean {
  const area = box.width * box.height;
  return by.some((b) => {
    const wider = 0.25 * b.width;
    const w = Math.min(box.x + box.width, b.x + b.width + wider) - Math.max(box.x, b.x - wider);
    const h = Math.min(box.y + box.height, b.y + b.height) - Math.max(box.y, b.y);
    return w > 0 && h > 0 && w * h > ACCOUNTED * Math.min(area, b.width * b.height);
  });
}
