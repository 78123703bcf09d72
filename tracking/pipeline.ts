import {
  apply,
  type Box,
  type CameraPose,
  type ColourPicture,
  type Discontinuity,
  type ExternalPositions,
  externalRefusal,
  IDENTITY,
  invert,
  type LumaPicture,
  type MediaTimeUs,
  multiply,
  type Point,
  rationalToNumber,
  type SubjectMarks,
  type TrackedSubject,
  type TrackingFrame,
  type UprightCamera,
  US_PER_SECOND,
  uprightCamera,
} from '../protocol/index.js';
import type { Detection, Track } from './detection.js';
import { DetectorWorker } from './detector-onnx/index.js';
import { fromOutside } from './external-positions.js';
import { ClickedTarget, type FollowClick, sameThing } from './follow/index.js';
import { type FrozenPicture, FrozenPictures } from './frozen-pictures.js';
import { Identities } from './identities.js';
import { accountedFor, laneSubjects } from './lane-subjects.js';
import { LateTracks } from './late-tracks.js';
import { loadOpenCv, type OpenCv } from './opencv.js';
import type { ForegroundMask, PipelineConfig, RaceSetUp, StageTimes } from './pipeline-config.js';
import { onGround, toSubjects, withUncertainty } from './pose/index.js';
import { after, type OtherLens, SetUp } from './set-up.js';
import { type Onwards, Sight } from './sight.js';
import { Tracker } from './tracker/index.js';
import { BoxFlow, type CameraMotionResult, type Followed, foregroundLevel } from './vision/index.js';

/** Where the reference is not found again within this, an uncalibrated channel starts a new one. */
const REANCHOR_US = 1_000_000;

/**
 * From a small luma picture to everyone's place on the ground, frame after frame: camera motion → pose → foreground → tracks → ground →
 * roster. Fills a TrackingFrame but for its standings. Calls block (OpenCV): use it in a worker.
 */
export class TrackingPipeline {
  readonly #config: PipelineConfig;
  readonly #cv: OpenCv;
  readonly #setUp: SetUp;
  readonly #identities = new Identities();
  readonly #tracker: Tracker;
  /** Where people are detected elsewhere, and known of later: by a learned detector or over ws. */
  readonly #late: LateTracks | undefined;
  readonly #detector: DetectorWorker | undefined;
  #sight: Sight | undefined;
  /** Pictures are to have another lens taken out of them as soon as the camera is held. */
  #otherLens: OtherLens | undefined;
  readonly #frozen = new FrozenPictures();
  /** The reference from the next picture on. */
  #startFrom: FrozenPicture | undefined;
  readonly #clicked: ClickedTarget;
  #masks: readonly Box[] = [];
  #tracks: { readonly atUs: MediaTimeUs; readonly tracks: readonly Track[] } = { atUs: 0, tracks: [] };
  /** Where those stood in the frame before whom the general tracker follows, metres. */
  #bystanders: readonly Point[] = [];
  #nowUs: MediaTimeUs = 0;
  #stages: StageTimes = { motion: 0, foreground: 0, association: 0 };

  /** @throws Error with one line when the calibration cannot be used. */
  static async create(config: PipelineConfig): Promise<TrackingPipeline> {
    const { source, channel, waitForDetector = false } = config;
    const { detector } = channel.tracking;
    const learned = detector.type === 'onnx' ? await DetectorWorker.start({ ...detector, source, wait: waitForDetector }) : undefined;
    return new TrackingPipeline(await loadOpenCv(), config, learned);
  }

  private constructor(cv: OpenCv, config: PipelineConfig, detector: DetectorWorker | undefined) {
    const { channel, source, fps } = config;
    this.#cv = cv;
    this.#config = config;
    this.#setUp = new SetUp(channel, source);
    this.#tracker = new Tracker({ source, ...(fps ? { fps: rationalToNumber(fps) } : {}) });
    this.#late = channel.tracking.detector.type === 'foreground' ? undefined : new LateTracks(this.#tracker, new BoxFlow(cv, source));
    this.#detector = detector;
    this.#clicked = new ClickedTarget(source);
  }

  /** Of the frame last processed. */
  get stages(): StageTimes {
    return this.#stages;
  }

  /** A learned detector would look at another picture. */
  get detectorFree(): boolean {
    return this.#detector?.free ?? false;
  }

  /**
   * Shows a frame to the learned detector where it is free; call it before `process` with the same frame.
   * @returns where this frame's detections are to be waited for: until they are there
   */
  look(colour: ColourPicture, mediaTimeUs: MediaTimeUs): Promise<void> | undefined {
    return this.#detector?.look(colour, mediaTimeUs);
  }

  /**
   * One frame, in order of media time.
   * @param seen the analysis picture; its size may be any (see `analysisSize`), but stays.
   * @param discontinuity why this frame does not continue the one before it, or null.
   */
  process(seen: LumaPicture, mediaTimeUs: MediaTimeUs, frameIndex: number, discontinuity: Discontinuity | null): TrackingFrame {
    const { source } = this.#config;
    this.#nowUs = mediaTimeUs;
    const t0 = performance.now();
    const { sight, luma, motion } = this.#look(seen, mediaTimeUs, discontinuity);
    const pose = this.#setUp.poseTrack.step(motion, mediaTimeUs);
    const camera = pose.unit === 'm' && pose.state === 'held' ? uprightCamera(pose.groundToImage, source) : undefined;
    const t1 = performance.now();
    const anew = discontinuity !== null || motion.cut;
    if (anew) {
      // Another picture: nobody in it is taken for somebody of the one before.
      this.#tracker.reset();
      this.#late?.reset();
      this.#setUp.roster.reset();
      this.#identities.reset();
      this.#tracks = { atUs: mediaTimeUs, tracks: [] };
    }
    const found = this.#detect(sight, motion, camera, mediaTimeUs);
    const inLanes = this.#inLanes(sight, pose, mediaTimeUs, anew);
    const boxes = inLanes.map((s) => s.box);
    const followed = this.#clicked.step(luma, motion, mediaTimeUs);
    const isFollowed = ({ box }: { box: Box }) => followed !== undefined && sameThing(box, followed.box);
    const detections = found.filter((d) => !accountedFor(d.box, boxes) && !isFollowed(d));
    const t2 = performance.now();
    const associated = this.#late
      ? this.#joined(this.#late, luma, motion, camera)
      : this.#tracker.step(detections, mediaTimeUs, motion.cut ? null : { ...motion });
    const others = this.#clicked.others(associated);
    const tracks = followed ? [followed, ...others] : others;
    this.#masks = [...tracks.filter((t) => t.state !== 'lost').map((t) => t.box), ...inLanes.map((s) => s.box)];
    this.#tracks = { atUs: mediaTimeUs, tracks };
    const subjects = this.#subjects(tracks, inLanes, pose, camera, mediaTimeUs);
    this.#setUp.refine(luma, [...this.#masks, ...sight.blanks], mediaTimeUs);
    const matte = sight.matte(this.#masks);
    const t3 = performance.now();
    this.#stages = { motion: t1 - t0, foreground: t2 - t1, association: t3 - t2 };
    const frame: TrackingFrame = {
      ...{ mediaTimeUs, frameIndex, width: source.width, height: source.height, pose, predicted: false, discontinuity: anew },
      ...{ subjects, standings: [], ...(matte && { matte }) },
    };
    return sight.straight?.frame(frame) ?? frame;
  }

  /** A picture that was frozen to be clicked on: a calibration of it holds wherever it is seen again. @param luma is kept, not copied */
  freeze(luma: LumaPicture, mediaTimeUs: MediaTimeUs): void {
    this.#frozen.keep(luma, mediaTimeUs);
  }

  /** What moved in the frame last processed, a copy to keep; undefined where nothing was looked at. */
  foreground(): ForegroundMask | undefined {
    return this.#sight?.mask();
  }

  /** Follows what was clicked on, from its media time on; null: nothing any more. @throws Error with one line when it is off the picture. */
  follow(click: FollowClick | null): void {
    const straight = click && this.#setUp.straight?.straight(click);
    this.#clicked.follow(straight ? { ...click, ...straight } : click);
  }

  /** Another calibration, course or roster from the next frame on; tracks go on. @throws Error with one line when the calibration cannot be used. */
  setUp(next: RaceSetUp): void {
    const changed = this.#setUp.change(next);
    if (!this.#sight) return;
    if (changed) this.#otherLens = after(this.#otherLens, changed);
    this.#startFrom = this.#setUp.poseTrack.isNowhere ? this.#frozen.at(next.calibration?.atMediaTimeUs ?? 0) : undefined;
    this.#sight.motion.reanchorAfterUs = next.calibration ? undefined : REANCHOR_US;
  }

  /** All that operators said about who is who, from the next frame on. */
  mark(marks: SubjectMarks): void {
    this.#identities.mark(marks);
  }

  /** @throws Error with one line when this channel takes no such positions or detections from outside. */
  pushExternal(message: ExternalPositions): void {
    const refusal = externalRefusal(this.#setUp.channel, message);
    if (refusal !== undefined) throw new Error(refusal);
    if (message.positions.length > 0) this.#setUp.external.push(message, this.#nowUs);
    if (message.detections) this.#late?.join(this.#straight(message.detections.map(fromOutside)), message.mediaTimeUs ?? this.#nowUs);
  }

  async close(): Promise<void> {
    await this.#detector?.close();
    this.#late?.close();
    this.#sight?.motion.close();
    this.#sight = undefined;
  }

  /** The picture without its lens, and how the camera moved. */
  #look(seen: LumaPicture, mediaTimeUs: MediaTimeUs, discontinuity: Discontinuity | null) {
    const step = (sight: Sight, broken = discontinuity) => {
      const luma = sight.take(seen);
      return { sight, luma, motion: sight.step(luma, mediaTimeUs, this.#masks, broken) };
    };
    if (this.#startFrom) return step(this.#startAnew(this.#startFrom), 'jump');
    this.#sight ??= this.#open(seen);
    const looked = step(this.#sight);
    const change = this.#otherLens;
    if (!change || looked.motion.state === 'lost') return looked;
    // The last picture with the old lens is the first with the new one.
    this.#otherLens = undefined;
    const toFirst = change.translate(multiply(looked.motion.referenceToCurrent, invert(change.toHeld) ?? IDENTITY));
    this.#sight.motion.close();
    this.#sight = this.#open(seen, { toFirst, reference: looked.motion.reference });
    const again = step(this.#sight);
    return { ...again, motion: { ...again.motion, cut: looked.motion.cut } };
  }

  /** The reference is a frozen picture, whose calibration was nowhere; what was seen until now is forgotten. */
  #startAnew({ luma, mediaTimeUs }: FrozenPicture): Sight {
    const { poseTrack } = this.#setUp;
    this.#startFrom = undefined;
    this.#otherLens = undefined;
    this.#sight?.motion.close();
    this.#sight = this.#open(luma, { toFirst: IDENTITY, reference: poseTrack.nextReference });
    poseTrack.lookAgain();
    poseTrack.step(this.#sight.step(this.#sight.take(luma), mediaTimeUs, [], null), mediaTimeUs);
    return this.#sight;
  }

  #open({ width, height }: LumaPicture, onwards?: Onwards): Sight {
    const { channel, straight } = this.#setUp;
    const { camera: kind, subjectHeightM } = channel.tracking;
    const reanchorAfterUs = channel.calibration ? undefined : REANCHOR_US;
    const options = { analysis: { width, height }, source: this.#config.source, kind, subjectHeightM, reanchorAfterUs, straight };
    return new Sight(this.#cv, options, onwards);
  }

  /** What was found in the picture itself, as it is without its lens. */
  #straight(detections: readonly Detection[]): readonly Detection[] {
    const { straight } = this.#setUp;
    return straight ? detections.map((d) => ({ ...d, box: straight.straightBox(d.box) })) : detections;
  }

  /** Tracks of people detected elsewhere, with what has come to be known of by this frame. */
  #joined(late: LateTracks, luma: LumaPicture, motion: CameraMotionResult, camera: UprightCamera | undefined): Track[] {
    late.frame(this.#nowUs, motion.previousToCurrent, luma);
    for (const { atUs, detections } of this.#detector?.take() ?? []) late.join(this.#straight(detections), atUs);
    return this.#whereAllowed(late.tracks(), camera);
  }

  /** Those who stand where people are looked for; all where that is not known. */
  #whereAllowed<T extends { readonly box: Box }>(found: readonly T[], camera: UprightCamera | undefined): T[] {
    const toGround = camera ? invert(camera.groundToImage) : undefined;
    if (!camera || !toGround) return [...found];
    return found.filter(({ box }) => {
      const ground = onGround(toGround, camera.groundToImage, { x: box.x + box.width / 2, y: box.y + box.height });
      return ground !== undefined && this.#setUp.allowed(ground);
    });
  }

  /** Everybody's place comes from outside. */
  get #looksNowhere(): boolean {
    const { detector, externalPositions } = this.#config.channel.tracking;
    return detector.type === 'external' || externalPositions === 'replace';
  }

  /** Those who run in lanes, in this frame; nobody where the course has none. */
  #inLanes(sight: Sight, pose: CameraPose, mediaTimeUs: MediaTimeUs, anew: boolean): TrackedSubject[] {
    const { lanes } = this.#setUp;
    if (!lanes || this.#looksNowhere) return [];
    const { source, channel } = this.#config;
    if (anew) lanes.reset();
    const moved = pose.state === 'held' ? sight.foreground.moved : undefined;
    const tracks = lanes.step(moved, mediaTimeUs, this.#bystanders);
    const camera = uprightCamera(pose.groundToImage, source);
    return camera ? laneSubjects(tracks, camera, source, channel.tracking.subjectHeightM) : [];
  }

  #detect(sight: Sight, motion: CameraMotionResult, camera: UprightCamera | undefined, mediaTimeUs: MediaTimeUs): Detection[] {
    const { pyramid } = sight.motion;
    const level = foregroundLevel(pyramid);
    const found = sight.foreground.detect({
      picture: pyramid.kernels.f32(level.data, level.width * level.height),
      mediaTimeUs,
      referenceToCurrent: motion.referenceToCurrent,
      camera,
      followed: this.#followed(motion, mediaTimeUs),
      fresh: motion.cut || motion.state === 'lost',
    });
    // Whoever detects people: what moved stands before the ground's graphics.
    return this.#looksNowhere || this.#late ? [] : this.#whereAllowed(found, camera);
  }

  /** Where the tracks should be now: their own motion, then the camera's. */
  #followed(motion: CameraMotionResult, mediaTimeUs: MediaTimeUs): Followed[] {
    if (motion.cut || motion.state === 'lost') return [];
    const seconds = (mediaTimeUs - this.#tracks.atUs) / US_PER_SECOND;
    return this.#tracks.tracks.map(({ trackId, box, velocity, state }) => {
      const foot = { x: box.x + box.width / 2 + velocity.x * seconds, y: box.y + box.height + velocity.y * seconds };
      const now = apply(motion.previousToCurrent, foot);
      return { trackId, box: { ...box, x: now.x - box.width / 2, y: now.y - box.height }, seen: state !== 'lost' };
    });
  }

  #subjects(
    tracks: readonly Track[],
    inLanes: readonly TrackedSubject[],
    pose: CameraPose,
    camera: UprightCamera | undefined,
    mediaTimeUs: MediaTimeUs,
  ): TrackedSubject[] {
    const { source } = this.#config;
    const { channel, external: senders, roster, calibrationError } = this.#setUp;
    const { externalPositions, subjectHeightM } = channel.tracking;
    const own = externalPositions === 'replace' ? [] : toSubjects(tracks, pose, source);
    const external = externalPositions === 'off' || !camera ? [] : senders.at(mediaTimeUs, camera, subjectHeightM);
    const boxes = inLanes.map((s) => s.box);
    const seen = withUncertainty([...inLanes, ...own.filter((s) => !accountedFor(s.box, boxes))], pose, calibrationError);
    const { subjects: all, decided } = this.#identities.apply([...seen, ...external]);
    if (channel.roster.length === 0 && !channel.course) return all;
    this.#bystanders = own.filter((s) => s.state === 'visible').map((s) => s.ground);
    return roster.assign(all, mediaTimeUs, decided);
  }
}
