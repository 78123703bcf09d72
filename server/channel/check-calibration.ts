import { type Calibration, type Channel, type ChannelStatus, type Size, US_PER_SECOND } from '../../protocol/index.js';
import { POSE_MEMORY_US, solveGround } from '../../tracking/index.js';

/**
 * Whether a calibration can be taken over by a channel.
 * @param status of the running channel: how far back its camera is remembered counts from now
 * @returns one line of doubt about points that were solved all the same, or ''. @throws Error when they cannot be a ground, with the reason.
 */
export function checkCalibration(
  calibration: Calibration,
  { tracking }: Pick<Channel, 'tracking'>,
  scene: Size,
  status: ChannelStatus,
): string {
  const [width, height] = calibration.size;
  const solved = solveGround(calibration, status.width > 0 ? scene : { width, height });
  if (!solved.ok) throw new Error(solved.message);
  const ageUs = status.mediaTimeUs - calibration.atMediaTimeUs;
  if (status.running && tracking.camera === 'moving' && ageUs > POSE_MEMORY_US) {
    const age = `${Math.round(ageUs / US_PER_SECOND)} s`;
    throw new Error(
      `calibration: the camera is remembered for ${POSE_MEMORY_US / US_PER_SECOND} s, and the frame clicked on is ${age} old: take a newer one`,
    );
  }
  return solved.warning;
}
