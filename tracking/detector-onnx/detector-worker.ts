import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ColourPicture, MediaTimeUs, Size } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import type { FromDetector, LookMessage } from './detector-thread.js';
import type { OnnxDetectorOptions } from './onnx-detector.js';

/** What was found in one frame, known some frames later. */
export interface LateDetections {
  readonly atUs: MediaTimeUs;
  /** Continuous source pixels of that frame. */
  readonly detections: readonly Detection[];
}

export interface DetectorWorkerOptions extends OnnxDetectorOptions {
  /** Whether a frame waits until it is done (files), or goes on without (live). */
  readonly wait: boolean;
  readonly source: Size;
}

/** A learned detector in a thread of its own, one picture at a time: while it looks, tracking goes on. */
export class DetectorWorker {
  readonly #worker: Worker;
  readonly #options: DetectorWorkerOptions;
  #bytes = new ArrayBuffer(0);
  #looking = false;
  #found: LateDetections[] = [];
  #failure: Error | undefined;
  #wake: () => void = () => {};

  /** Opens the model. @throws Error with one line when that fails. */
  static async start(options: DetectorWorkerOptions): Promise<DetectorWorker> {
    const { model, classes, tiles } = options;
    const workerData: OnnxDetectorOptions = { model, classes, tiles };
    const worker = new Worker(new URL('./detector-thread.js', import.meta.url), { workerData, name: 'detector' });
    // Rejects with the thread's own error.
    await once(worker, 'message');
    return new DetectorWorker(worker, options);
  }

  private constructor(worker: Worker, options: DetectorWorkerOptions) {
    this.#options = options;
    this.#worker = worker;
    worker.on('message', (message: FromDetector) => {
      if (message.type !== 'found') return;
      this.#bytes = message.bytes;
      this.#looking = false;
      this.#found.push({ atUs: message.atUs, detections: message.detections.map((d) => this.#inSource(d, message)) });
      this.#wake();
    });
    worker.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  get free(): boolean {
    return !this.#looking && !this.#failure;
  }

  /**
   * Shows it a frame, which it looks at when it is free; the bytes are copied before this returns.
   * @returns where this frame's detections are to be waited for: until they are there
   */
  look({ width, height, data }: ColourPicture, atUs: MediaTimeUs): Promise<void> | undefined {
    if (!this.free) return undefined;
    const size = 3 * width * height;
    const bytes = this.#bytes.byteLength === size ? this.#bytes : new ArrayBuffer(size);
    new Uint8Array(bytes).set(data.subarray(0, size));
    this.#looking = true;
    const message: LookMessage = { width, height, bytes, atUs };
    this.#worker.postMessage(message, [bytes]);
    return this.#options.wait ? this.#done() : undefined;
  }

  /** What was found since the last call, oldest first. @throws Error when the thread has died. */
  take(): LateDetections[] {
    if (this.#failure) throw this.#failure;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  async #done(): Promise<void> {
    while (this.#looking && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #inSource({ box, score }: Detection, looked: Size): Detection {
    const { source } = this.#options;
    const [sx, sy] = [source.width / looked.width, source.height / looked.height];
    return { box: { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy }, score };
  }
}
