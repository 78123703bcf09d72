import { apply, type CameraPose, depth, invert, type Mat3, type Point, type Size, type TrackedSubject } from '../../protocol/index.js';
import type { Track } from '../detection.js';

/** Seconds over which a picture velocity is carried to the ground: long enough to be exact, short enough not to cross the horizon. */
const LOOK_AHEAD_S = 0.05;

/** Where a track stands on the ground. Tracks that cannot stand there (at or above the horizon) are left out. */
export function toSubjects(tracks: readonly Track[], pose: CameraPose, source: Size): TrackedSubject[] {
  const toGround = invert(pose.groundToImage);
  if (!toGround) return [];
  return tracks.flatMap((track) => {
    if (track.state === 'tentative') return [];
    const { box, velocity } = track;
    const foot = { x: box.x + box.width / 2, y: box.y + box.height };
    const ground = onGround(toGround, pose.groundToImage, foot);
    if (!ground) return [];
    const ahead = onGround(toGround, pose.groundToImage, { x: foot.x + velocity.x * LOOK_AHEAD_S, y: foot.y + velocity.y * LOOK_AHEAD_S });
    const speed = ahead ? { x: (ahead.x - ground.x) / LOOK_AHEAD_S, y: (ahead.y - ground.y) / LOOK_AHEAD_S } : { x: 0, y: 0 };
    const middle = { x: foot.x, y: box.y + box.height / 2 };
    const outside = middle.x < 0 || middle.y < 0 || middle.x >= source.width || middle.y >= source.height;
    const state = outside ? 'outside' : track.state === 'confirmed' ? 'visible' : 'predicted';
    return [
      {
        trackId: track.trackId,
        rosterIndex: -1,
        state,
        box: { x: box.x, y: box.y, width: Math.max(0, box.width), height: Math.max(0, box.height) },
        foot,
        ground,
        velocity: speed,
        confidence: Math.max(0, Math.min(1, track.score)),
        lane: 0,
      },
    ];
  });
}

/** Ground point under an image point, or undefined at or beyond the horizon. */
export function onGround(imageToGround: Mat3, groundToImage: Mat3, p: Point): Point | undefined {
  const g = apply(imageToGround, p);
  return Number.isFinite(g.x) && Number.isFinite(g.y) && depth(groundToImage, g) > 0 ? g : undefined;
}
