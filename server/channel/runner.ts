import { performance } from 'node:perf_hooks';
import { Compositor, type KeyFill, type OpenSource, type OutputSet, type ReplayRecorder, type VideoFrame } from '../../media/index.js';
import type { HeadlessOverlay } from '../../overlay-client/index.js';
import {
  type ChannelScene,
  type Discontinuity,
  emptyFrame,
  type GraphicState,
  type OverlayRegion,
  type TrackingFrame,
  type UnderFeet,
} from '../../protocol/index.js';
import { FixedLagSmoother, predictFrame, Standings, type StageTimes as TrackingStages, type TrackingWorker } from '../../tracking/index.js';
import { FrontOf } from '../front.js';
import { Cuts } from './cuts.js';
import { type RundownItem, stamped } from './desk/index.js';
import { FrameRing, type Waiting } from './frame-ring.js';
import { StageTimes } from './stage-times.js';

/** A frame is smoothed with the two behind it: enough to take the shake out, and within the four frames a live channel may add. */
export const SMOOTHING_LAG_FRAMES = 2;
/** Live: the oldest frame leaves when this many newer ones have arrived, tracked or not. */
export const LIVE_RING_FRAMES = 4;
/** Offline: how far reading may run ahead of tracking, to keep both busy. */
const OFFLINE_RING_FRAMES = 8;
/** Frames under analysis at once; beyond it a live frame is not analysed but predicted. */
const TRACKING_QUEUE_FRAMES = 5;

export interface RunnerParts {
  /** `live` never waits for tracking beyond its ring; `offline` waits for every frame. */
  readonly mode: 'live' | 'offline';
  readonly source: OpenSource;
  readonly tracking: TrackingWorker;
  readonly scene: ChannelScene;
  readonly underFeet: UnderFeet;
  /** Null: nothing is drawn (`leaderline track`). */
  readonly overlay: HeadlessOverlay | null;
  /** What lies over everything the overlay draws; pixels of others' graphics come when they come. */
  readonly hosted?: { readonly regions: readonly OverlayRegion[] } | null;
  readonly outputs: OutputSet | null;
  /** Records every frame as it came, with what was known about it. */
  readonly recorder?: ReplayRecorder | null;
  readonly graphics: readonly GraphicState[];
  /** Every frame as measured, before smoothing, in order. */
  readonly onMeasured?: (frame: TrackingFrame) => void;
  /** Every frame before anything is drawn on it. `picture` is valid during the call only. */
  readonly onClean?: (picture: VideoFrame) => void;
  /** Every frame as drawn, in order, before it is encoded. `picture` is valid during the call only. */
  readonly onComposited?: (frame: TrackingFrame, picture: VideoFrame) => void;
}

export interface RunCounters {
  framesIn: number;
  framesOut: number;
  /** Left the ring before their smoothed positions were there. */
  framesLate: number;
  /** Late ones that were not even measured: extrapolated. */
  framesPredicted: number;
  mediaTimeUs: number;
  maxDelayFrames: number;
  totalDelayFrames: number;
}

/**
 * A channel's way of a frame: source → ring ⇄ tracking → smoothing → standings → graphics → composite → outputs. Media time is the only
 * clock: what is drawn on a frame was measured on it.
 */
export class ChannelRunner {
  readonly stages = new StageTimes();
  readonly counters: RunCounters = {
    framesIn: 0,
    framesOut: 0,
    framesLate: 0,
    framesPredicted: 0,
    mediaTimeUs: 0,
    maxDelayFrames: 0,
    totalDelayFrames: 0,
  };
  readonly #p: RunnerParts;
  readonly #ring: FrameRing<VideoFrame>;
  readonly #smoother = new FixedLagSmoother(SMOOTHING_LAG_FRAMES);
  #scene: ChannelScene;
  #underFeet: UnderFeet;
  #standings: Standings | null;
  readonly #compositor: Compositor;
  readonly #front = new FrontOf();
  readonly #cuts = new Cuts();
  #graphics: readonly GraphicState[];
  #lastMeasured: TrackingFrame | null = null;
  #lastDrawn: TrackingFrame | null = null;
  #pumping = false;
  #pumpAgain = false;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | null = null;
  #idle: (() => void)[] = [];

  constructor(parts: RunnerParts) {
    this.#p = parts;
    this.#graphics = parts.graphics;
    this.#ring = new FrameRing(parts.mode === 'live' ? LIVE_RING_FRAMES : OFFLINE_RING_FRAMES);
    this.#scene = parts.scene;
    this.#underFeet = parts.underFeet;
    this.#standings = parts.scene.course ? new Standings(parts.scene.course) : null;
    this.#compositor = new Compositor(parts.source.info);
    parts.tracking.onFrame((frame, stages) => this.#tracked(frame, stages));
    parts.tracking.onError((error) => this.#fail(error));
  }

  get ringDepth(): number {
    return this.#ring.depth;
  }

  get graphics(): readonly GraphicState[] {
    return this.#graphics;
  }

  get lastFrame(): TrackingFrame | null {
    return this.#lastDrawn;
  }

  /** @returns the graphics as they are from the next frame to be composited on: their animations start at its media time. */
  setGraphics(rundown: readonly RundownItem[]): readonly GraphicState[] {
    const nextUs = this.#ring.head?.frame.mediaTimeUs ?? this.counters.mediaTimeUs;
    this.#graphics = stamped(this.#graphics, rundown, nextUs);
    return this.#graphics;
  }

  /** What an operator said of the ground and what stands before it, from the next frame on. */
  setUnderFeet(underFeet: UnderFeet): void {
    this.#underFeet = underFeet;
  }

  /** Another roster, course or look, from the next frame on. @param raceAnew nobody has run yet, nobody has finished */
  setScene(scene: ChannelScene, raceAnew: boolean): void {
    this.#scene = scene;
    if (raceAnew) this.#standings = scene.course ? new Standings(scene.course) : null;
    this.#p.overlay?.setScene(scene);
  }

  /** Runs until the source ends (or its signal aborts) and every frame read has been written. @throws the first failure. */
  async run(): Promise<void> {
    try {
      for await (const frame of this.#p.source.frames()) {
        if (this.#failure) {
          frame.close();
          break;
        }
        await this.#accept(frame);
      }
      await this.#drained();
    } finally {
      await this.#writing.catch(() => {});
      for (let left = this.#ring.shift(); left; left = this.#ring.shift()) left.frame.close();
    }
    if (this.#failure) throw this.#failure;
  }

  async #accept(frame: VideoFrame): Promise<void> {
    const { tracking, mode } = this.#p;
    this.counters.framesIn += 1;
    if (mode === 'offline') await this.#ring.room();
    if (frame.slate) {
      this.#settleAll(this.#smoother.flush());
      this.#ring.push(frame, frame.frameIndex, false).ready = emptyFrame(this.#scene, frame);
    } else {
      if (mode === 'offline') await this.#trackingRoom();
      const skip = tracking.pending >= TRACKING_QUEUE_FRAMES;
      this.#ring.push(frame, frame.frameIndex, skip);
      if (skip) this.#cuts.skipped(frame.discontinuity);
      else {
        const colour = tracking.wantsColour(frame.frameIndex) ? await frame.colour() : null;
        tracking.submit(frame.luma, frame.mediaTimeUs, frame.frameIndex, this.#cuts.submitted(frame.discontinuity), colour);
      }
    }
    // Frames that queued up while this thread was busy arrive all at once, and so do the measurements behind them: those first, before one counts as late.
    if (mode === 'live' && this.#ring.overdue) await new Promise((resolve) => setImmediate(resolve));
    this.#pump();
    // The composite and encode of live frames hold the reader back here; the source then drops and counts, never queues without bound.
    if (mode === 'live') await this.#ring.room(LIVE_RING_FRAMES + 2);
  }

  #tracked(frame: TrackingFrame, stages: TrackingStages): void {
    for (const [stage, ms] of Object.entries(stages)) this.stages.add(stage, ms);
    this.#lastMeasured = frame;
    this.#p.onMeasured?.(frame);
    const waiting = this.#ring.find(frame.frameIndex);
    if (waiting) waiting.measured = frame;
    else this.#cuts.late(frame);
    if (frame.discontinuity) this.#settleAll(this.#smoother.flush());
    const smoothed = this.stages.measure('smoothing', () => this.#smoother.push(frame));
    if (smoothed) this.#settle(smoothed);
    this.#wake();
    this.#pump();
  }

  #settleAll(frames: readonly TrackingFrame[]): void {
    for (const frame of frames) this.#settle(frame);
  }

  #settle(frame: TrackingFrame): void {
    const waiting = this.#ring.find(frame.frameIndex);
    if (waiting) waiting.ready = frame;
  }

  /** Composites every frame that may go, oldest first; re-entrant calls are folded into the one under way. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    void this.#pumpAll()
      .catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        this.#pumping = false;
        if (this.#pumpAgain && !this.#failure) {
          this.#pumpAgain = false;
          this.#pump();
        } else this.#wake();
      });
  }

  async #pumpAll(): Promise<void> {
    for (let drawn = this.#next(); drawn; drawn = this.#next()) {
      const head = this.#ring.head;
      if (!head) return;
      await this.#composite(head, drawn);
    }
  }

  /** What to draw on the oldest frame, or null while it may still wait. */
  #next(): TrackingFrame | null {
    const head = this.#ring.head;
    if (!head || this.#failure) return null;
    if (head.ready) return head.ready;
    if (this.#p.mode === 'offline' || !(head.skipped || this.#ring.overdue)) return null;
    this.counters.framesLate += 1;
    if (head.measured) return head.measured;
    this.counters.framesPredicted += 1;
    const basis = this.#lastMeasured ?? this.#lastDrawn;
    return basis && this.#cuts.isSameShot(basis, head.frame)
      ? predictFrame(basis, head.frame.mediaTimeUs, head.frameIndex)
      : { ...emptyFrame(this.#scene, head.frame), predicted: true };
  }

  async #composite(head: Waiting<VideoFrame>, known: TrackingFrame): Promise<void> {
    const { overlay, hosted, outputs } = this.#p;
    const { frame } = head;
    const tracked = this.#cuts.drawn(known, frame);
    let drawn = this.#standings
      ? { ...tracked, standings: this.stages.measure('standings', () => this.#rank(tracked, frame.discontinuity)) }
      : tracked;
    this.#p.onClean?.(frame);
    let keyFill: KeyFill | undefined;
    if (!frame.slate) this.#p.recorder?.record(frame, drawn, this.#graphics);
    if (this.#p.mode === 'offline') await this.#p.recorder?.settled();
    if (overlay) {
      const own = this.stages.measure('draw', () => overlay.render(drawn, this.#graphics));
      const regions = hosted ? [...own, ...hosted.regions] : own;
      this.stages.measure('composite', () => {
        const front = this.#front.next(drawn, this.#underFeet);
        this.#compositor.blend(frame, regions, front);
        // What pages get is what was drawn by: they have no picture to look at.
        const { refinedMatte } = this.#compositor;
        if ((drawn.matte || front.byHand) && refinedMatte) drawn = { ...drawn, matte: refinedMatte };
        if (outputs?.wantsKeyFill) keyFill = this.#compositor.renderKeyFill(regions);
      });
    }
    this.#lastDrawn = drawn;
    this.#p.onComposited?.(drawn, frame);
    // One frame is encoded while the next is drawn.
    await this.#writing;
    // Files wait, live pictures do not.
    if (this.#p.mode === 'offline') await this.#p.recorder?.settled();
    this.#ring.shift();
    this.#count(head, drawn);
    const start = performance.now();
    this.#writing = (outputs ? outputs.write(frame, keyFill) : Promise.resolve())
      .then(() => this.stages.add('encode', performance.now() - start))
      .finally(() => {
        frame.close();
        keyFill?.close();
      });
    this.#writing.catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
  }

  #rank(frame: TrackingFrame, discontinuity: Discontinuity | null): TrackingFrame['standings'] {
    if (!this.#standings) return [];
    // A cut to another camera or a lost signal does not undo a race; a recording that begins again does.
    if (discontinuity === 'start' || discontinuity === 'loop') this.#standings.reset();
    if (frame.pose.unit !== 'm') return [];
    // Where the project says who races, nobody else is ranked: officials and false alarms have no place in the order.
    const named = this.#scene.roster.length > 0;
    return this.#standings.update(named ? { ...frame, subjects: frame.subjects.filter((s) => s.rosterIndex >= 0) } : frame);
  }

  #count(head: Waiting<VideoFrame>, drawn: TrackingFrame): void {
    this.counters.framesOut += 1;
    this.counters.mediaTimeUs = drawn.mediaTimeUs;
    this.counters.totalDelayFrames += head.newer;
    this.counters.maxDelayFrames = Math.max(this.counters.maxDelayFrames, head.newer);
  }

  async #trackingRoom(): Promise<void> {
    while (this.#p.tracking.pending >= TRACKING_QUEUE_FRAMES && !this.#failure) await this.#woken();
  }

  /** Resolves once tracking has answered everything and the ring is empty. */
  async #drained(): Promise<void> {
    while (this.#p.tracking.pending > 0 && !this.#failure) await this.#woken();
    this.#settleAll(this.#smoother.flush());
    this.#pump();
    while (this.#ring.depth > 0 && !this.#failure) await this.#woken();
    await this.#writing;
  }

  #woken(): Promise<void> {
    return new Promise((wake) => this.#idle.push(wake));
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const wake of waiting) wake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#ring.close();
    this.#wake();
  }
}
