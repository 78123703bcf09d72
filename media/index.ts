/** Frames in and out: sources, media time, composite, encode, outputs. What other parts may use. */
export { Compositor } from './composite/compositor.js';
export { MediaError } from './ffmpeg/native.js';
export type { AudioInfo, AudioPacket, Colour, KeyFill, SourceInfo, VideoFrame } from './frame.js';
export { type OutputOptions, OutputSet } from './output/output-set.js';
export { plainTranscode } from './output/plain-transcode.js';
export { PreviewEncoder } from './output/preview.js';
export { type Ability, type MediaAbilities, probeMedia } from './probe.js';
export { type DecodedPicture, decodeFile } from './source/decode-file.js';
export { withoutCredentials } from './source/location.js';
export { type OpenSource, openSource, type SourceOptions } from './source/open.js';
export { CHANNEL_THREADS } from './threads.js';
