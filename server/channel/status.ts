import { withoutCredentials } from '../../media/index.js';
import type { Channel, ChannelStatus } from '../../protocol/index.js';

/** The status of a channel that does not run. */
export function stoppedStatus(channel: Channel, message: string): ChannelStatus {
  return {
    channel: channel.id,
    title: channel.title,
    running: false,
    source: 'stopped',
    message,
    sourceUrl: withoutCredentials(channel.source.url),
    width: 0,
    height: 0,
    fps: 0,
    mediaTimeUs: 0,
    framesIn: 0,
    framesOut: 0,
    framesLate: 0,
    framesPredicted: 0,
    framesDropped: 0,
    ringDepth: 0,
    addedDelayFrames: 0,
    poseState: 'none',
    poseConfidence: 0,
    subjects: 0,
    restarts: 0,
    memoryBytes: 0,
    stages: {},
    outputs: [],
    warnings: [],
  };
}
