import type { FilterNoise } from './box-filter.js';

/** Every number the tracker goes by. There is one set, for every sport, camera and frame rate. */
export interface TrackerSettings {
  /** Detections from here on may go to any track; below, only to tracks seen a moment ago (ByteTrack). */
  readonly highScore: number;
  /** Below this a detection is not looked at. */
  readonly lowScore: number;
  /** A detection without a track starts one from this score on. */
  readonly newTrackScore: number;
  /** Least similarity for a pair, in each stage. */
  readonly firstSimilarity: number;
  readonly lowSimilarity: number;
  readonly againSimilarity: number;
  readonly tentativeSimilarity: number;
  /** Share of their size by which boxes are grown before they are compared, in the first stage and when looking again. */
  readonly firstBuffer: number;
  readonly againBuffer: number;
  /** Exponent of the agreement in height (0: not asked). */
  readonly heightWeight: number;
  /** A tentative track is confirmed once its sightings' summed log-odds reach this. */
  readonly confirmLogOdds: number;
  /** Seconds after which a lost track is given up, and a tentative one that is not seen. */
  readonly lostS: number;
  readonly tentativeLostS: number;
  readonly noise: FilterNoise;
}

export const SETTINGS: TrackerSettings = {
  highScore: 0.6,
  lowScore: 0.1,
  newTrackScore: 0.7,
  firstSimilarity: 0.2,
  lowSimilarity: 0.5,
  againSimilarity: 0.3,
  tentativeSimilarity: 0.3,
  firstBuffer: 0,
  againBuffer: 0.3,
  heightWeight: 1,
  confirmLogOdds: 3.5,
  lostS: 1,
  tentativeLostS: 0.05,
  noise: { measured: 0.05, measuredSize: 0.05, acceleration: 1, sizeAcceleration: 0.5, firstVelocity: 1 },
};
