import type { Stream } from 'node-av/lib';
import { avGetCodecName, CodecParameters } from 'node-av/lib';
import { type Rational, US_PER_SECOND } from '../../protocol/index.js';
import { check, MediaError } from '../ffmpeg/native.js';
import type { AudioInfo, SourceInfo } from '../frame.js';
import type { Input } from './input.js';
import type { PictureTarget } from './normaliser.js';

const SMALLEST = 16;
const LARGEST = 16_384;

/** Time between frames at a rate; 25 a second where it is not known. */
export function nominalUs(fps: Rational | null): number {
  return fps ? Math.max(1, Math.round((US_PER_SECOND * fps.den) / fps.num)) : 40_000;
}

/** @throws MediaError when the picture is of a size nothing can be done with. */
export function sourceInfo(label: string, input: Input, target: PictureTarget, live: boolean, isFile: boolean): SourceInfo {
  const { width, height } = target.size;
  if (width < SMALLEST || height < SMALLEST)
    throw new MediaError(`${label}: the picture is ${width}×${height}, too small; at least ${SMALLEST}×${SMALLEST} is needed`);
  if (width > LARGEST || height > LARGEST) throw new MediaError(`${label}: the picture is ${width}×${height}, too large`);
  return {
    label,
    ...target,
    fps: frameRate(input.video),
    ticksPerSecond: ticksPerSecond(input.video.timeBase),
    live,
    durationUs: isFile ? input.durationUs : null,
    audio: input.audio ? audioInfo(input.audio) : null,
  };
}

/** The rate when it is one: average and base rate agree within 1 %. */
function frameRate(video: Stream): Rational | null {
  const valid = (r: Rational): boolean => r.num > 0 && r.den > 0 && r.num / r.den <= 1000;
  const { avgFrameRate: average, rFrameRate: base } = video;
  if (!valid(average)) return valid(base) ? { num: base.num, den: base.den } : null;
  if (!valid(base)) return { num: average.num, den: average.den };
  const ratio = average.num / average.den / (base.num / base.den);
  return Math.abs(ratio - 1) < 0.01 ? { num: base.num, den: base.den } : null;
}

/** A whole multiple of the stream's own ticks, fine enough for times that come from elsewhere too. */
function ticksPerSecond(timeBase: Rational): number {
  const { num, den } = timeBase;
  if (num <= 0 || den <= 0 || den > US_PER_SECOND) return US_PER_SECOND;
  return den * Math.ceil(90_000 / den);
}

function audioInfo(audio: Stream): AudioInfo {
  const { codecpar, timeBase } = audio;
  // A copy: the input may be closed and opened again while outputs still use it.
  const parameters = new CodecParameters();
  parameters.alloc();
  check(codecpar.copy(parameters), 'audio parameters');
  return {
    codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
    sampleRate: codecpar.sampleRate,
    channels: codecpar.channels,
    parameters,
    timeBase: { num: timeBase.num, den: timeBase.den },
  };
}
