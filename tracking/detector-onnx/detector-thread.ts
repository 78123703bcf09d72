import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Detection } from '../detection.js';
import { OnnxDetector, type OnnxDetectorOptions } from './onnx-detector.js';

/** What passes between tracking and the detector's thread. A picture's bytes come back with the answer, to be used again. */
export interface LookMessage {
  readonly width: number;
  readonly height: number;
  readonly bytes: ArrayBuffer;
  readonly atUs: number;
}
export type FromDetector =
  | { readonly type: 'ready'; readonly kind: string; readonly provider: string }
  | {
      readonly type: 'found';
      readonly atUs: number;
      readonly width: number;
      readonly height: number;
      readonly detections: readonly Detection[];
      readonly bytes: ArrayBuffer;
    };

/** Entry of the detector's thread: one picture at a time. An error ends the thread; the other side hears of it. */
async function run(port: MessagePort, options: OnnxDetectorOptions): Promise<void> {
  const detector = await OnnxDetector.open(options);
  const send = (message: FromDetector, owned: ArrayBuffer[]) => port.postMessage(message, owned);
  port.on('message', async ({ width, height, bytes, atUs }: LookMessage) => {
    const detections = await detector.detect({ width, height, data: new Uint8Array(bytes, 0, 3 * width * height) });
    send({ type: 'found', atUs, width, height, detections, bytes }, [bytes]);
  });
  send({ type: 'ready', kind: detector.kind, provider: detector.provider }, []);
}

if (parentPort) await run(parentPort, workerData as OnnxDetectorOptions);
