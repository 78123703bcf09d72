import { IDENTITY } from './geometry.js';
import type { ChannelScene } from './graphic.js';
import type { TrackingFrame } from './tracking-frame.js';
import type { MediaTimeUs } from './units.js';

/** A TrackingFrame that knows nothing: for slates, before the first measurement, and where nothing is tracked. */
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
