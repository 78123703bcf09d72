import {
  apply,
  type Box,
  type CameraPose,
  type ColourPicture,
  type Discontinuity,
  type ExternalPositions,
  externalRefusal,
  invert,
  type LumaPicture,
  type MediaTimeUs,
  type Point,
  rationalToNumber,
  type Size,
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
import { Identities } from './identities.js';
import { accountedFor, laneSubjects } from './lane-subjects.js';
import { LateTracks } from './late-tracks.js';
import { loadOpenCv, type OpenCv } from './opencv.js';
import type { ForegroundMask, PipelineConfig, RaceSetUp, StageTimes } from './pipeline-config.js';
import { onGround, toSubjects, withUncertainty } from './pose/index.js';
import { SetUp } from './set-up.js';
import { Tracker } from './tracker/index.js';
import { BoxFlow, CameraMotion, type CameraMotionResult, type Followed, Foreground, foregroundLevel } from './vision/index.js';

/** What looks at pictures; made with the first one, which says how large they are. */
interface Vision {
  readonly motion: CameraMotion;
  readonly foreground: Foreground;
  readonly analysis: Size;
}

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
  #vision: Vision | undefined;
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
   * @param luma the analysis picture; its size may be any (see `analysisSize`), but stays.
   * @param discontinuity why this frame does not continue the one before it, or null.
   */
  process(luma: LumaPicture, mediaTimeUs: MediaTimeUs, frameIndex: number, discontinuity: Discontinuity | null): TrackingFrame {
    const { source } = this.#config;
    const vision = this.#open(luma);
    this.#nowUs = mediaTimeUs;
    const t0 = performance.now();
    const motion = vision.motion.step(luma, mediaTimeUs, this.#masks, discontinuity);
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
    const found = this.#detect(vision, motion, camera, mediaTimeUs);
    const inLanes = this.#inLanes(vision, pose, mediaTimeUs, anew);
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
    this.#setUp.refine(luma, this.#masks, mediaTimeUs);
    const matte = vision.foreground.matte(this.#masks);
    const t3 = performance.now();
    this.#stages = { motion: t1 - t0, foreground: t2 - t1, association: t3 - t2 };
    return {
      mediaTimeUs,
      frameIndex,
      width: source.width,
      height: source.height,
      pose,
      predicted: false,
      discontinuity: anew,
      subjects,
      standings: [],
      ...(matte && { matte }),
    };
  }

  /** What moved in the frame last processed, a copy to keep; undefined where nothing was looked at. */
  foreground(): ForegroundMask | undefined {
    const { foreground, motion } = this.#vision ?? {};
    if (!foreground?.mask || !motion) return undefined;
    const { width, height } = foregroundLevel(motion.pyramid);
    return { width, height, mask: foreground.mask.slice() };
  }

  /** Follows what was clicked on, from its media time on; null: nothing any more. @throws Error with one line when it is off the picture. */
  follow(click: FollowClick | null): void {
    this.#clicked.follow(click);
  }

  /** Another calibration, course or roster from the next frame on; tracks go on. @throws Error with one line when the calibration cannot be used. */
  setUp(next: RaceSetUp): void {
    this.#setUp.change(next);
    if (this.#vision) this.#vision.motion.reanchorAfterUs = next.calibration ? undefined : REANCHOR_US;
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
    if (message.detections) this.#late?.join(message.detections.map(fromOutside), message.mediaTimeUs ?? this.#nowUs);
  }

  async close(): Promise<void> {
    await this.#detector?.close();
    this.#late?.close();
    this.#vision?.motion.close();
    this.#vision = undefined;
  }

  #open(luma: LumaPicture): Vision {
    if (this.#vision) {
      const { width, height } = this.#vision.analysis;
      if (luma.width !== width || luma.height !== height) {
        throw new Error(`tracking: the analysis picture changed from ${width}×${height} to ${luma.width}×${luma.height}; start it anew`);
      }
      return this.#vision;
    }
    const { source } = this.#config;
    const { channel } = this.#setUp;
    const analysis = { width: luma.width, height: luma.height };
    const kind = channel.tracking.camera;
    const reanchor = channel.calibration ? {} : { reanchorAfterUs: REANCHOR_US };
    const motion = new CameraMotion(this.#cv, { analysis, source, kind, ...reanchor });
    const { width, height } = foregroundLevel(motion.pyramid);
    const size = { width, height };
    const foreground = new Foreground({ size, source, kind, subjectHeightM: channel.tracking.subjectHeightM });
    this.#vision = { motion, foreground, analysis };
    return this.#vision;
  }

  /** Tracks of people detected elsewhere, with what has come to be known of by this frame. */
  #joined(late: LateTracks, luma: LumaPicture, motion: CameraMotionResult, camera: UprightCamera | undefined): Track[] {
    late.frame(this.#nowUs, motion.previousToCurrent, luma);
    for (const { atUs, detections } of this.#detector?.take() ?? []) late.join(detections, atUs);
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
  #inLanes(vision: Vision, pose: CameraPose, mediaTimeUs: MediaTimeUs, anew: boolean): TrackedSubject[] {
    const { lanes } = this.#setUp;
    if (!lanes || this.#looksNowhere) return [];
    const { source, channel } = this.#config;
    if (anew) lanes.reset();
    const moved = pose.state === 'held' ? vision.foreground.moved : undefined;
    const tracks = lanes.step(moved, mediaTimeUs, this.#bystanders);
    const camera = uprightCamera(pose.groundToImage, source);
    return camera ? laneSubjects(tracks, camera, source, channel.tracking.subjectHeightM) : [];
  }

  #detect(vision: Vision, motion: CameraMotionResult, camera: UprightCamera | undefined, mediaTimeUs: MediaTimeUs): Detection[] {
    const { pyramid } = vision.motion;
    const level = foregroundLevel(pyramid);
    const found = vision.foreground.detect({
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
