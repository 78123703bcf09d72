import { type Calibration, type Channel, groundOf, type MediaTimeUs, type PointPair, type TrackingFrame } from '../../protocol/index.js';

/** Further off, a place is near the horizon and says little. */
const FAR_M = 2000;

/**
 * A calibration for a process that starts anew, whose media time begins at 0 again. A recording or a scene shows its first picture then: the frame clicked
 * on is looked for in its first round. A camera goes on looking where it looks now: the ground is put down as it lies in the newest picture.
 * @param loops media times at which the recording began again, in order
 * @param newest the last frame of the process that ended; null: none, and nothing changes
 */
export function calibrationAtStart(
  { source, tracking }: Pick<Channel, 'source' | 'tracking'>,
  calibration: Calibration,
  loops: readonly MediaTimeUs[],
  newest: TrackingFrame | null,
): Calibration {
  if (newest === null) return calibration;
  const isLive = /^(rtsps?|rtmps?|srt|udp|https?|device):/.test(source.url);
  if (!isLive) {
    const began = loops.findLast((atUs) => atUs <= calibration.atMediaTimeUs) ?? 0;
    return began === 0 ? calibration : { ...calibration, atMediaTimeUs: calibration.atMediaTimeUs - began };
  }
  const atStart = { ...calibration, atMediaTimeUs: 0 };
  if (tracking.camera === 'fixed') return atStart;
  const points = groundInView(newest);
  return points ? { ...atStart, size: [newest.width, newest.height], points, lens: newest.pose.lens } : atStart;
}

/** Four places of the picture, low and as high as there is ground, with where they are; undefined while the pose is not to be trusted. */
function groundInView(frame: TrackingFrame): PointPair[] | undefined {
  const { width, height, pose } = frame;
  if (pose.unit !== 'm' || pose.state !== 'held') return undefined;
  const row = (y: number): PointPair[] =>
    [0.1, 0.9].flatMap((x): PointPair[] => {
      const image = { x: x * width, y: y * height };
      const ground = groundOf(frame, image);
      return ground && Math.hypot(ground.x, ground.y) < FAR_M ? [{ image: [image.x, image.y], ground: [ground.x, ground.y] }] : [];
    });
  const low = row(0.9);
  const high = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map(row).find((pair) => pair.length === 2);
  return low.length === 2 && high ? [...low, ...high] : undefined;
}
