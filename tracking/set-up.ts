import {
  type Box,
  type Calibration,
  type Course,
  type LumaPicture,
  type Mat3,
  type MediaTimeUs,
  type Point,
  type RosterEntry,
  type Size,
  samePeople,
} from '../protocol/index.js';
import { type LensChange, solveGround, throughOtherLens } from './calibration/index.js';
import { ExternalSubjects } from './external-positions.js';
import { groundFilter } from './grounds.js';
import type { StraightPicture } from './lens/index.js';
import { paintedLines, RefinedGround } from './lines/index.js';
import type { PipelineConfig, RaceSetUp } from './pipeline-config.js';
import { type GroundCalibration, type GroundError, PoseTrack } from './pose/index.js';
import { followLanes, type LaneFollower, RosterBinding } from './sport/index.js';

/** Pictures have another lens taken out of them than those that were measured. */
export interface OtherLens {
  /** What carries one picture to another, as measured before, for pictures as they will be. */
  readonly translate: (measured: Mat3) => Mat3;
  /** The old reference → the new one, the last picture in which the camera was held, as measured before. */
  readonly toHeld: Mat3;
}

/** One change after another that no picture was measured with yet. */
export function after(first: OtherLens | undefined, second: OtherLens): OtherLens {
  return first ? { translate: (measured) => second.translate(first.translate(measured)), toHeld: first.toHeld } : second;
}

/** What follows from calibration, course and roster: changes while the channel runs, and only as far as it must. */
export class SetUp {
  readonly poseTrack: PoseTrack;
  /** Makes the calibration exact where the course's lines are seen. */
  #ground: RefinedGround | undefined;
  /** What is looked at where the lens bends lines; all pixels here are its. */
  straight: StraightPicture | undefined;
  roster: RosterBinding;
  /** Where the course has lanes: those running in them. */
  lanes: LaneFollower | undefined;
  external: ExternalSubjects;
  allowed: (ground: Point) => boolean;
  readonly #source: Size;
  #channel: PipelineConfig['channel'];

  /** @throws Error with one line when the calibration cannot be used. */
  constructor(channel: PipelineConfig['channel'], source: Size) {
    this.#channel = channel;
    this.#source = source;
    const { ground, straight } = this.#solved(channel.calibration, channel.course);
    this.straight = straight;
    this.poseTrack = new PoseTrack(ground);
    this.roster = new RosterBinding(channel.roster, channel.course);
    this.lanes = this.#lanes();
    this.external = new ExternalSubjects(channel.roster);
    this.allowed = groundFilter(channel.course, channel.floor);
  }

  /** How far off a place on the ground may be; undefined where nobody can tell. */
  get calibrationError(): GroundError | undefined {
    return this.#ground?.uncertainty;
  }

  /** Corrects the calibration by the painted lines in a picture. @param people their boxes, source pixels, where nothing is looked for. */
  refine(luma: LumaPicture, people: readonly Box[], mediaTimeUs: MediaTimeUs): void {
    const seen = this.poseTrack.calibratedToCurrent;
    if (this.#ground && seen) this.poseTrack.recalibrate(this.#ground.look(luma, seen, people, mediaTimeUs));
  }

  /** As set up now. */
  get channel(): PipelineConfig['channel'] {
    return this.#channel;
  }

  /**
   * @returns where pictures are to have another lens taken out of them, what that means for what was measured
   * @throws Error with one line when the calibration cannot be used; nothing changed then.
   */
  change(next: RaceSetUp): OtherLens | undefined {
    const before = this.#channel;
    const isNew = (field: keyof RaceSetUp): boolean => JSON.stringify(before[field]) !== JSON.stringify(next[field]);
    // Another course has other lines: what they said of the calibration is taken back.
    let changed: OtherLens | undefined;
    if (isNew('calibration') || isNew('course')) {
      const { ground, straight } = this.#solved(next.calibration, next.course);
      if (JSON.stringify(before.calibration?.lens) !== JSON.stringify(next.calibration?.lens)) {
        const change: LensChange = { from: this.straight, to: straight, size: this.#source };
        const translate = (measured: Mat3): Mat3 => throughOtherLens(measured, change);
        changed = { translate, toHeld: this.poseTrack.changeLens(translate) };
        this.straight = straight;
      }
      this.poseTrack.calibrate(ground);
    }
    this.#channel = { ...before, calibration: next.calibration, course: next.course, roster: next.roster };
    if (isNew('course')) this.allowed = groundFilter(next.course, before.floor);
    if (isNew('roster')) this.external.name(next.roster);
    if (!isNew('course') && samePeople(before.roster, next.roster)) this.roster.correct(next.roster);
    else this.roster = new RosterBinding(next.roster, next.course);
    if (isNew('calibration') || isNew('course') || lanesOf(before.roster) !== lanesOf(next.roster)) this.lanes = this.#lanes();
    return changed;
  }

  #lanes(): LaneFollower | undefined {
    const { calibration, roster, course, tracking } = this.#channel;
    return calibration ? followLanes(roster, course, tracking.subjectHeightM) : undefined;
  }

  #solved(
    calibration: Calibration | undefined,
    course: Course | undefined,
  ): { readonly ground: GroundCalibration | undefined; readonly straight: StraightPicture | undefined } {
    const solved = calibration && solveGround(calibration, this.#source);
    if (solved && !solved.ok) throw new Error(solved.message);
    const lines = paintedLines(course, this.#channel.tracking.subjectHeightM);
    this.#ground = solved?.calibrated && new RefinedGround(solved.calibrated, lines, this.#source);
    const atMediaTimeUs = this.#channel.tracking.camera === 'fixed' ? undefined : calibration?.atMediaTimeUs;
    return { ground: solved && { groundToImage: solved.groundToImage, atMediaTimeUs }, straight: solved?.straight };
  }
}

function lanesOf(roster: readonly RosterEntry[]): string {
  return roster.map((entry) => entry.lane ?? '').join();
}
