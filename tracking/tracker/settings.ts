import type { BoxNoise } from './noise-estimate.js';

/** Every number the tracker goes by. There is one set, for every sport, camera and frame rate. */
export interface TrackerSettings {
  /** Detections from here on may go to any track; below, only to tracks seen a moment ago (ByteTrack). */
  readonly highScore: number;
  /** Below this a detection is not looked at. */
  readonly lowScore: number;
  /**
   * A detection without a track starts one from this score on. From `certainScore` on it is taken at its word: confirmed at once, and not believed
   * to be there when it is not reported.
   */
  readonly newTrackScore: number;
  readonly certainScore: number;
  /** A tentative track is confirmed at its second sighting or later, once the sightings' summed log-odds reach this. */
  readonly confirmLogOdds: number;
  /** Least similarity for a pair, in each stage. */
  readonly firstSimilarity: number;
  readonly lowSimilarity: number;
  readonly againSimilarity: number;
  readonly tentativeSimilarity: number;
  /** Share of its similarity to where it was last seen, as against where it is expected, for a track seen in the frame before. */
  readonly standing: number;
  /** Exponent of the agreement in height. */
  readonly heightWeight: number;
  /** Share of their size by which boxes are grown on each side before they are compared with where a track was last seen. */
  readonly againBuffer: number;
  /** Seconds after which a lost track is given up, and a tentative one that is not seen. */
  readonly lostS: number;
  readonly tentativeLostS: number;
  /** Who is not seen is believed to be there for this long in the open, and this long behind somebody. */
  readonly openS: number;
  readonly hiddenS: number;
  /** Sightings a track needs to be believed unseen. */
  readonly believedSightings: number;
  /**
   * Who has not gone this many of its heights from where it was first seen, nor grown or shrunk by this factor, for this many seconds, is doubted while
   * the mean log-odds of its sightings fall short of the detector's usual ones by this: what stands still and is never quite sure is more often a
   * thing than a person.
   */
  readonly stillHeights: number;
  readonly stillGrowth: number;
  readonly stillS: number;
  readonly stillDoubt: number;
  /** A lost track's velocity falls to 1/e in this many seconds: who disappears in a crowd has more often slowed down than not. */
  readonly lostSlowdownS: number;
  /** Standard deviation of a new track's velocity, heights / s. */
  readonly firstVelocity: number;
  /** What tracks are expected by: stiff, so that somebody half hidden for a few frames does not throw them off. */
  readonly expected: BoxNoise;
  /** What boxes are smoothed by before anything is learnt of the detector, and how many sightings that is worth. */
  readonly first: BoxNoise;
  readonly firstWeight: number;
  /** How sure a detector is taken to be before anything is learnt of it, log-odds. */
  readonly firstEvidence: number;
  /** Sightings after which what was learnt is forgotten to 1/e. */
  readonly memory: number;
}

export const SETTINGS: TrackerSettings = {
  highScore: 0.4,
  lowScore: 0.1,
  newTrackScore: 0.8,
  certainScore: 0.999,
  confirmLogOdds: 4.3,
  firstSimilarity: 0.15,
  lowSimilarity: 0.5,
  againSimilarity: 0.3,
  tentativeSimilarity: 0.4,
  standing: 0.5,
  heightWeight: 2,
  againBuffer: 0.3,
  lostS: 1.2,
  tentativeLostS: 0.05,
  openS: 0.05,
  hiddenS: 0.25,
  believedSightings: 5,
  stillHeights: 0.3,
  stillGrowth: 1.5,
  stillS: 1.5,
  stillDoubt: 0.5,
  lostSlowdownS: 1 / 3,
  firstVelocity: 1,
  expected: {
    x: { measured: 0.0025, acceleration: 1 },
    y: { measured: 0.0025, acceleration: 1 },
    width: { measured: 0.0025, acceleration: 0.25 },
    height: { measured: 0.0025, acceleration: 0.25 },
  },
  first: {
    x: { measured: 0.0004, acceleration: 1 },
    y: { measured: 0.0004, acceleration: 1 },
    width: { measured: 0.0009, acceleration: 1 },
    height: { measured: 0.0009, acceleration: 1 },
  },
  firstWeight: 10,
  firstEvidence: 2,
  memory: 5000,
};
