import { type Course, CourseGeometry, type MediaTimeUs, type Point } from '../../protocol/index.js';
import type { LaneFilter } from './lane-filter.js';
import type { Explains } from './lane-search.js';
import { Silhouettes } from './silhouette.js';

/** What is known of one lane and the one who runs in it. */
export interface Lane {
  readonly lane: number;
  readonly rosterIndex: number;
  readonly acrossM: number;
  trackId: number;
  filter: LaneFilter | undefined;
  believed: boolean;
  foundAtM: number;
  seenFrames: number;
  seenUs: MediaTimeUs;
  /** Smoothed share of a silhouette explained. */
  share: number;
  /** Scans in a row that liked another place better. */
  astray: number;
  /** How much more other places for this lane and the next together explained, summed over scans in a row. */
  swapped: number;
}

/** Where most of those seen are, and how fast. */
export interface Pack {
  readonly alongM: number;
  readonly speedMps: number;
}

/** Lanes on the ground and those accounted for in them: what a further person in a lane would explain. */
export class LanePlaces {
  readonly geometry: CourseGeometry;
  readonly silhouettes = new Silhouettes();

  constructor(course: Course) {
    this.geometry = new CourseGeometry(course);
  }

  at(lane: Lane, alongM: number): Point {
    return this.geometry.pointAt(alongM, lane.acrossM);
  }

  /** Accounts for a lane's runner, where they are followed to or elsewhere. */
  add(lane: Lane, alongM = lane.filter?.alongM ?? 0): void {
    this.silhouettes.add(this.at(lane, alongM));
  }

  /** Takes out who was added at the same place. */
  remove(lane: Lane, alongM = lane.filter?.alongM ?? 0): void {
    this.silhouettes.remove(this.at(lane, alongM));
  }

  along(lane: Lane): Explains {
    return (alongM) => this.silhouettes.explains(this.at(lane, alongM));
  }
}

export function drop(lane: Lane): void {
  lane.filter = undefined;
  lane.believed = false;
}
