import { type ChannelScene, IDENTITY, type MediaTimeUs, type TrackingFrame } from '../../protocol/index.js';

/** A TrackingFrame that knows nothing: for slates, and before the first measurement. */
export function emptyFrame(scene: ChannelScene, at: { mediaTimeUs: MediaTimeUs; frameIndex: number }): TrackingFrame {
  return {
    mediaTimeUs: at.mediaTimeUs,
    frameIndex: at.frameIndex,
    width: scene.width,
    height: scene.height,
    pose: { groundToImage: IDENTITY, unit: 'px', state: 'lost', confidence: 0 },
    predicted: false,
    discontinuity: false,
    subjects: [],
    standings: [],
  };
}
