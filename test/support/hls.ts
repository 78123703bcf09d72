import { join } from 'node:path';

/** Writes a short H.264 test picture as HLS (`index.m3u8` and segments of one second) into a folder. */
export async function writeHls(folder: string, seconds: number): Promise<void> {
  if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });
  const { FF_ENCODER_LIBX264 } = await import('node-av/constants');
  const { AV_LOG_ERROR, Decoder, Demuxer, Encoder, Log, Muxer } = await import('node-av');
  Log.setLevel(AV_LOG_ERROR);
  const input = await Demuxer.open(`testsrc2=size=640x360:rate=25:duration=${seconds}`, { format: 'lavfi' });
  const video = input.video();
  if (!video) throw new Error('the test picture has no video');
  const decoder = await Decoder.create(video);
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    decoder,
    context: { gopSize: 25, maxBFrames: 0 },
    options: { preset: 'ultrafast', crf: 28 },
  });
  const output = await Muxer.open(join(folder, 'index.m3u8'), { format: 'hls', options: { hls_time: '1', hls_list_size: '0' } });
  const stream = output.addStream(encoder);
  for await (const packet of encoder.packets(decoder.frames(input.packets(video.index)))) {
    if (!packet) continue;
    await output.writePacket(packet, stream);
    packet.free();
  }
  await output.close();
  await input.close();
}

/** node-av 6 calls Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason?: unknown) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason?: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
