import { WebSocket } from 'ws';
import { ChannelState, decodeTrackingFrame } from '../../protocol/index.js';

const SETTLE_MS = 450;

/**
 * How long a keystroke takes to be on air, in media time: from the newest composited frame that an operator's screen could show when the key went down to the first
 * composited frame that shows what it did (the one after the change: graphics begin to come in there).
 * @returns milliseconds of media time, one for each of `count` takes and outs
 */
export async function takeLatencies(url: string, channel: string, graphic: string, count: number): Promise<number[]> {
  let newestUs = 0;
  let frameUs = 0;
  const positions = new WebSocket(`${url.replace('http', 'ws')}/positions/${channel}`);
  positions.binaryType = 'arraybuffer';
  positions.on('message', (data: ArrayBuffer) => {
    const { mediaTimeUs } = decodeTrackingFrame(data);
    frameUs = mediaTimeUs - newestUs;
    newestUs = mediaTimeUs;
  });
  const latencies: number[] = [];
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const pressedUs = newestUs;
    const one = frameUs;
    await fetch(`${url}/api/channels/${channel}/graphics/${graphic}/${n % 2 === 0 ? 'out' : 'take'}`, { method: 'POST' });
    const { graphics } = ChannelState.parse(await (await fetch(`${url}/api/channels/${channel}`)).json());
    const changedUs = graphics.find((g) => g.id === graphic)?.changedAtUs ?? Number.NaN;
    latencies.push((changedUs + one - pressedUs) / 1000);
  }
  positions.terminate();
  return latencies;
}
