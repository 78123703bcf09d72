import { Worker } from 'node:worker_threads';
import {
  type ColourPicture,
  type Discontinuity,
  type ExternalPositions,
  externalRefusal,
  type LumaPicture,
  type MediaTimeUs,
  type SubjectMarks,
  type TrackingFrame,
} from '../protocol/index.js';
import { solveGround } from './calibration/index.js';
import { type FollowClick, refuseOffPicture } from './follow/index.js';
import type { ForegroundMask, PipelineConfig, RaceSetUp, StageTimes } from './pipeline-config.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Pictures that may wait for the tracking thread. */
export const MAX_PENDING = 8;

/** Thrown by `submit` when MAX_PENDING pictures wait: check `pending` first. */
export class TrackingBusyError extends Error {
  constructor() {
    super(`tracking: ${MAX_PENDING} pictures already wait; look at \`pending\` before submitting`);
    this.name = 'TrackingBusyError';
  }
}

type FrameListener = (frame: TrackingFrame, stages: StageTimes) => void;
type ForegroundListener = (frameIndex: number, foreground: ForegroundMask) => void;
type ErrorListener = (error: Error) => void;

/**
 * Tracking in a thread of its own. Every picture submitted gives one TrackingFrame, in order, unless the thread dies: then `onError` is
 * called once and nothing more comes.
 */
export class TrackingWorker {
  readonly #worker: Worker;
  #config: PipelineConfig;
  readonly #free: number[] = [];
  readonly #memory: SharedArrayBuffer[] = [];
  #pending = 0;
  #colourAt = Number.NEGATIVE_INFINITY;
  #detectorFree = true;
  #onFrame: FrameListener = () => {};
  #onForeground: ForegroundListener = () => {};
  #onReady: () => void = () => {};
  #onError: ErrorListener | undefined;
  #failure: Error | undefined;
  #closing = false;
  readonly #exited: Promise<void>;

  /**
   * Starts the thread and waits until it can take pictures.
   * @throws Error with one line when it cannot start, e.g. for a calibration that cannot be used.
   */
  static async start(config: PipelineConfig): Promise<TrackingWorker> {
    const worker = new TrackingWorker(config);
    await new Promise<void>((resolve, reject) => {
      worker.#onReady = resolve;
      worker.#onError = reject;
    });
    worker.#onError = undefined;
    return worker;
  }

  private constructor(config: PipelineConfig) {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: config, name: 'tracking' });
    this.#worker = worker;
    this.#config = config;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => this.#fail(error));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        if (!this.#closing) this.#fail(new Error(`tracking: the thread ended by itself (code ${code})`));
        resolve();
      });
    });
  }

  /** Pictures submitted whose frame has not come back: 0 to MAX_PENDING. */
  get pending(): number {
    return this.#pending;
  }

  /** Whether a learned detector should see this frame: then it is to be submitted in colour too. */
  wantsColour(frameIndex: number): boolean {
    const { detector } = this.#config.channel.tracking;
    const since = frameIndex - this.#colourAt;
    return detector.type === 'onnx' && this.#detectorFree && (since < 0 || since >= detector.every);
  }

  /**
   * Hands a picture over; its bytes are copied before this returns.
   * @param colour the same picture for the learned detector, where {@link wantsColour}
   * @throws TrackingBusyError when MAX_PENDING wait; Error when the thread has died or was closed.
   */
  submit(
    luma: LumaPicture,
    mediaTimeUs: MediaTimeUs,
    frameIndex: number,
    discontinuity: Discontinuity | null,
    colour: ColourPicture | null = null,
  ): void {
    if (this.#failure) throw this.#failure;
    if (this.#closing) throw new Error('tracking: a picture was submitted after close()');
    if (this.#pending >= MAX_PENDING) throw new TrackingBusyError();
    const { width, height, data } = luma;
    const slot = this.#free.pop() ?? this.#memory.length;
    if (colour && (colour.width !== width || colour.height !== height)) throw new Error('tracking: luma and colour differ in size');
    const pixels = width * height;
    const bytes = pixels * (this.#config.channel.tracking.detector.type === 'onnx' || colour ? 4 : 1);
    const fresh = !this.#memory[slot] || this.#memory[slot].byteLength < bytes;
    if (fresh) this.#memory[slot] = new SharedArrayBuffer(bytes);
    const shared = new Uint8Array(this.#memory[slot]);
    shared.set(data.subarray(0, pixels));
    if (colour) {
      shared.set(colour.data.subarray(0, 3 * pixels), pixels);
      this.#colourAt = frameIndex;
    }
    this.#pending++;
    const memory = fresh ? this.#memory[slot] : null;
    this.#post({ type: 'frame', slot, memory, colour: colour !== null, width, height, mediaTimeUs, frameIndex, discontinuity });
  }

  /** Where frames go. One listener; a later one replaces it. */
  onFrame(listener: FrameListener): void {
    this.#onFrame = listener;
  }

  /** Where what moved goes, just before its frame, if the configuration asks for it. One listener; a later one replaces it. */
  onForeground(listener: ForegroundListener): void {
    this.#onForeground = listener;
  }

  /** Called once when the thread dies; at once when it already has. */
  onError(listener: ErrorListener): void {
    this.#onError = listener;
    if (this.#failure) listener(this.#failure);
  }

  /** @throws Error with one line when this channel takes no positions from outside. */
  pushExternal(positions: ExternalPositions): void {
    const refusal = externalRefusal(this.#config.channel, positions);
    if (refusal !== undefined) throw new Error(refusal);
    if (!this.#failure && !this.#closing) this.#post({ type: 'external', positions });
  }

  /** Follows what was clicked on, from its media time on; null: nothing any more. @throws Error with one line when it is off the picture. */
  follow(click: FollowClick | null): void {
    if (click) refuseOffPicture(click, this.#config.source);
    if (!this.#failure && !this.#closing) this.#post({ type: 'follow', click });
  }

  /** A picture that is frozen to be clicked on: a calibration of it holds wherever it is seen again, though it was never analysed. Copied before this returns. */
  freeze({ width, height, data }: LumaPicture, mediaTimeUs: MediaTimeUs): void {
    const luma = { width, height, data: data.slice(0, width * height) };
    if (!this.#failure && !this.#closing) this.#post({ type: 'freeze', luma, mediaTimeUs });
  }

  /** Another calibration, course or roster, from the next picture submitted on; tracks go on. @throws Error with one line when the calibration cannot be used. */
  setUp({ calibration, course, roster }: RaceSetUp): void {
    const solved = calibration && solveGround(calibration, this.#config.source);
    if (solved && !solved.ok) throw new Error(solved.message);
    const setUp = { calibration, course, roster };
    this.#config = { ...this.#config, channel: { ...this.#config.channel, ...setUp } };
    if (!this.#failure && !this.#closing) this.#post({ type: 'setUp', setUp });
  }

  /** All that operators said about who is who, from the next picture submitted on. */
  mark(marks: SubjectMarks): void {
    if (!this.#failure && !this.#closing) this.#post({ type: 'marks', marks });
  }

  /** Ends the thread after the pictures already submitted. */
  async close(): Promise<void> {
    if (!this.#closing && !this.#failure) {
      this.#closing = true;
      this.#post({ type: 'close' });
    }
    await this.#exited;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#onReady();
        break;
      case 'frame':
        this.#pending--;
        this.#free.push(message.slot);
        this.#detectorFree = message.detectorFree;
        if (message.foreground) this.#onForeground(message.frame.frameIndex, message.foreground);
        this.#onFrame(message.frame, message.stages);
        break;
    }
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#onError?.(error);
  }
}
