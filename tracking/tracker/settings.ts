import type { FilterNoise } from './box-filter.js';

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
  readonly noise: FilterNoise;
}

export const SETTINGS: TrackerSettings = {
  highScore: 0.5,
  lowScore: 0.1,
  newTrackScore: 0.7,
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
  noise: { measured: 0.05, measuredSize: 0.05, acceleration: 1, sizeAcceleration: 0.5, firstVelocity: 1 },
};
