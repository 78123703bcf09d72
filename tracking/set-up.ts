import {
  type Box,
  type Calibration,
  type Course,
  type LumaPicture,
  type MediaTimeUs,
  type Point,
  type RosterEntry,
  type Size,
  samePeople,
} from '../protocol/index.js';
import { solveGround } from './calibration/index.js';
import { ExternalSubjects } from './external-positions.js';
import { groundFilter } from './grounds.js';
import { paintedLines, RefinedGround } from './lines/index.js';
import type { PipelineConfig, RaceSetUp } from './pipeline-config.js';
import { type GroundError, PoseTrack } from './pose/index.js';
import { followLanes, type LaneFollower, RosterBinding } from './sport/index.js';

/** What follows from calibration, course and roster: changes while the channel runs, and only as far as it must. */
export class SetUp {
  readonly poseTrack: PoseTrack;
  /** Makes the calibration exact where the course's lines are seen. */
  #ground: RefinedGround | undefined;
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
    this.poseTrack = new PoseTrack(this.#solved(channel.calibration, channel.course));
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

  /** @throws Error with one line when the calibration cannot be used; nothing changed then. */
  change(next: RaceSetUp): void {
    const before = this.#channel;
    const isNew = (field: keyof RaceSetUp): boolean => JSON.stringify(before[field]) !== JSON.stringify(next[field]);
    // Another course has other lines: what they said of the calibration is taken back.
    if (isNew('calibration') || isNew('course')) this.poseTrack.calibrate(this.#solved(next.calibration, next.course));
    this.#channel = { ...before, calibration: next.calibration, course: next.course, roster: next.roster };
    if (isNew('course')) this.allowed = groundFilter(next.course, before.floor);
    if (isNew('roster')) this.external.name(next.roster);
    if (!isNew('course') && samePeople(before.roster, next.roster)) this.roster.correct(next.roster);
    else this.roster = new RosterBinding(next.roster, next.course);
    if (isNew('calibration') || isNew('course') || lanesOf(before.roster) !== lanesOf(next.roster)) this.lanes = this.#lanes();
  }

  #lanes(): LaneFollower | undefined {
    const { calibration, roster, course, tracking } = this.#channel;
    return calibration ? followLanes(roster, course, tracking.subjectHeightM) : undefined;
  }

  #solved(calibration: Calibration | undefined, course: Course | undefined): ConstructorParameters<typeof PoseTrack>[0] {
    const solved = calibration && solveGround(calibration, this.#source);
    if (solved && !solved.ok) throw new Error(solved.message);
    const lines = paintedLines(course, this.#channel.tracking.subjectHeightM);
    this.#ground = solved?.calibrated && new RefinedGround(solved.calibrated, lines, this.#source);
    const atMediaTimeUs = this.#channel.tracking.camera === 'fixed' ? undefined : calibration?.atMediaTimeUs;
    return solved && { groundToImage: solved.groundToImage, atMediaTimeUs };
  }
}

function lanesOf(roster: readonly RosterEntry[]): string {
  return roster.map((entry) => entry.lane ?? '').join();
}
