import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { TrackingPipeline } from './pipeline.js';
import type { PipelineConfig } from './pipeline-config.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Entry of the tracking thread: one pipeline, one answer a picture, in order. An error ends the thread; the other side hears of it. */
async function run(port: MessagePort, config: PipelineConfig): Promise<void> {
  const pipeline = await TrackingPipeline.create(config);
  const pictures = new Map<number, Uint8Array>();
  const send = (message: FromWorker) => port.postMessage(message);
  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'frame': {
        if (message.memory) pictures.set(message.slot, new Uint8Array(message.memory));
        const data = pictures.get(message.slot);
        if (!data) throw new Error(`tracking thread: no picture in slot ${message.slot}`);
        const { width, height } = message;
        const luma = { width, height, data: data.subarray(0, width * height) };
        if (message.colour) {
          const colour = { width, height, data: data.subarray(width * height, 4 * width * height) };
          const looking = pipeline.look(colour, message.mediaTimeUs);
          if (looking) await looking;
        }
        const frame = pipeline.process(luma, message.mediaTimeUs, message.frameIndex, message.discontinuity);
        const foreground = (config.showForeground && pipeline.foreground()) || null;
        send({ type: 'frame', slot: message.slot, frame, stages: pipeline.stages, detectorFree: pipeline.detectorFree, foreground });
        break;
      }
      case 'external':
        pipeline.pushExternal(message.positions);
        break;
      case 'follow':
        pipeline.follow(message.click);
        break;
      case 'freeze':
        pipeline.freeze(message.luma, message.mediaTimeUs);
        break;
      case 'setUp':
        pipeline.setUp(message.setUp);
        break;
      case 'marks':
        pipeline.mark(message.marks);
        break;
      case 'close':
        await pipeline.close();
        port.close();
        break;
    }
  };
  // In order, one after the other. What fails here is nobody's to catch: it ends the thread.
  let work = Promise.resolve();
  port.on('message', (message: ToWorker) => {
    work = work.then(() => handle(message));
  });
  send({ type: 'ready' });
}

if (parentPort) await run(parentPort, workerData as PipelineConfig);
