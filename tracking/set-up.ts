import { type Calibration, type Point, type RosterEntry, type Size, samePeople } from '../protocol/index.js';
import { solveGround } from './calibration/index.js';
import { ExternalSubjects } from './external-positions.js';
import { groundFilter } from './grounds.js';
import type { PipelineConfig, RaceSetUp } from './pipeline-config.js';
import { type GroundError, PoseTrack } from './pose/index.js';
import { followLanes, type LaneFollower, RosterBinding } from './sport/index.js';

/** What follows from calibration, course and roster: changes while the channel runs, and only as far as it must. */
export class SetUp {
  readonly poseTrack: PoseTrack;
  calibrationError: GroundError | undefined;
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
    this.poseTrack = new PoseTrack(this.#solved(channel.calibration));
    this.roster = new RosterBinding(channel.roster, channel.course);
    this.lanes = this.#lanes();
    this.external = new ExternalSubjects(channel.roster);
    this.allowed = groundFilter(channel.course, channel.floor);
  }

  /** As set up now. */
  get channel(): PipelineConfig['channel'] {
    return this.#channel;
  }

  /** @throws Error with one line when the calibration cannot be used; nothing changed then. */
  change(next: RaceSetUp): void {
    const before = this.#channel;
    const isNew = (field: keyof RaceSetUp): boolean => JSON.stringify(before[field]) !== JSON.stringify(next[field]);
    if (isNew('calibration')) this.poseTrack.calibrate(this.#solved(next.calibration));
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

  #solved(calibration: Calibration | undefined): ConstructorParameters<typeof PoseTrack>[0] {
    const solved = calibration && solveGround(calibration, this.#source);
    if (solved && !solved.ok) throw new Error(solved.message);
    this.calibrationError = solved?.uncertainty;
    const atMediaTimeUs = this.#channel.tracking.camera === 'fixed' ? undefined : calibration?.atMediaTimeUs;
    return solved && { groundToImage: solved.groundToImage, atMediaTimeUs };
  }
}

function lanesOf(roster: readonly RosterEntry[]): string {
  return roster.map((entry) => entry.lane ?? '').join();
}
