import type { BoxNoise } from './noise-estimate.js';

/** Every number the tracker goes by. There is one set, for every sport, camera and frame rate. */
export interface TrackerSettings {
  /** Detections from here on may go to any track; below, only to tracks seen a moment ago (ByteTrack). */
  readonly highScore: number;
  /** Below this a detection is not looked at. */
  readonly lowScore: number;
  /** A detection without a track starts one from this score on; from `certainScore` on it is confirmed at once. */
  readonly newTrackScore: number;
  readonly certainScore: number;
  /** A tentative track is confirmed at its second sighting or later, once the sightings' summed log-odds reach this. */
  readonly confirmLogOdds: number;
  /** Least similarity for a pair, in each stage. */
  readonly firstSimilarity: number;
  readonly lowSimilarity: number;
  readonly againSimilarity: number;
  readonly tentativeSimilarity: number;
  /** Share of their size by which boxes are grown on each side before they are compared with where a track was last seen. */
  readonly againBuffer: number;
  /** Seconds after which a lost track is given up, and a tentative one that is not seen. */
  readonly lostS: number;
  readonly tentativeLostS: number;
  /** A lost track's velocity falls to 1/e in this many seconds: who disappears in a crowd has more often slowed down than not. */
  readonly lostSlowdownS: number;
  readonly firstVelocity: number;
  readonly noise: BoxNoise;
  readonly noiseWeight: number;
  readonly noiseMemory: number;
 blend: number; seenOpenS: number; hiddenS: number; edge: number; minSeen: number; coastCert: number; coastScore: number;adapt:number; eI: number; eH: number; eS: number; useLast: number; kR: number; kQ: number; useShown: number; dist: number; distY: number; dup: number; foot: number; prior: number;scale:number;typical:number;scaleW:number;scaleM:number;frac:number;
}

export const SETTINGS: TrackerSettings = {
  highScore: 0.4,
  lowScore: 0.1,
  newTrackScore: 0.8,
  certainScore: 0.999,
  confirmLogOdds: 4.3,
  firstSimilarity: 0.2,
  lowSimilarity: 0.5,
  againSimilarity: 0.3,
  tentativeSimilarity: 0.4,
  againBuffer: 0.3,
  lostS: 1.5,
  tentativeLostS: 0.05,
  lostSlowdownS: 1 / 3,
  firstVelocity: 1,
  noise: {
    x: { measured: 0.0025, acceleration: 1 },
    y: { measured: 0.0025, acceleration: 1 },
    width: { measured: 0.0025, acceleration: 0.25 },
    height: { measured: 0.0025, acceleration: 0.25 },
  },
  noiseWeight: 10,
  noiseMemory: 5000,
  blend: 1, seenOpenS: 0.05, hiddenS: 0.25, edge: 0.01, minSeen: 5, coastCert: 0.999, coastScore: 0, adapt: 1, eI: 1, eH: 1, eS: 1, useLast: 0, kR: 1, kQ: 1, useShown: 0, dist: 0, distY: 0, dup: 2, foot: 0, prior: 0, scale:0,typical:2,scaleW:20,scaleM:2000,frac:.5,
};
