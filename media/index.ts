/** Frames in and out: sources, media time, composite, encode, outputs. What other parts may use. */
export { Compositor } from './composite/compositor.js';
export type { Front } from './composite/front.js';
export { MediaError } from './ffmpeg/native.js';
export type { AudioInfo, AudioPacket, Colour, KeyFill, SourceInfo, VideoFrame } from './frame.js';
export { type OutputOptions, OutputSet } from './output/output-set.js';
export { plainTranscode } from './output/plain-transcode.js';
export { PreviewEncoder } from './output/preview.js';
export * from './pictures/index.js';
export { type Ability, type MediaAbilities, probeMedia } from './probe.js';
export { writeClip } from './replay/clip.js';
export type { RecordedFrame } from './replay/format.js';
export { type ReplayFrame, type ReplayPicture, ReplayReader } from './replay/reader.js';
export { type ReplayLimits, ReplayRecorder } from './replay/recorder.js';
export { listSegments, pinSegments } from './replay/segments.js';
export { type DecodedPicture, decodeFile } from './source/decode-file.js';
export { withoutCredentials } from './source/location.js';
export { type OpenSource, openSource, type SourceOptions } from './source/open.js';
export { CHANNEL_THREADS } from './threads.js';
