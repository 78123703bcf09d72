import type { Stream } from 'node-av/lib';
import { avGetCodecName, CodecParameters } from 'node-av/lib';
import { type Rational, US_PER_SECOND } from '../../protocol/index.js';
import { check, MediaError } from '../ffmpeg/native.js';
import type { AudioInfo, SourceInfo } from '../frame.js';
import type { Input } from './input.js';
import type { PictureTarget } from './normaliser.js';

const SMALLEST = 16;
const LARGEST = 16_384;
/** Faster "rates" are time bases in disguise. */
const MAX_FPS = 300;

/** Time between frames at a rate; 25 a second where it is not known. */
export function nominalUs(fps: Rational | null): number {
  return fps ? Math.max(1, Math.round((US_PER_SECOND * fps.den) / fps.num)) : 40_000;
}

/** @throws MediaError when the picture is of a size nothing can be done with. */
export function sourceInfo(label: string, input: Input, target: PictureTarget, live: boolean, isFile: boolean): SourceInfo {
  const { width, height } = target.size;
  const { width: ownWidth, height: ownHeight } = input.video.codecpar;
  if (width < SMALLEST || height < SMALLEST)
    throw new MediaError(`${label}: the picture is ${ownWidth}×${ownHeight}, too small; at least ${SMALLEST}×${SMALLEST} is needed`);
  if (width > LARGEST || height > LARGEST) throw new MediaError(`${label}: the picture is ${width}×${height}, too large`);
  return {
    label,
    ...target,
    fps: frameRate(input.video.avgFrameRate, input.video.rFrameRate),
    ticksPerSecond: ticksPerSecond(input.video.timeBase),
    live,
    durationUs: isFile ? input.durationUs : null,
    audio: input.audio ? audioInfo(input.audio) : null,
  };
}

/** The rate when it is one: average and base rate agree within 1 %, and it is a rate that cameras have. */
export function frameRate(average: Rational, base: Rational): Rational | null {
  const valid = (r: Rational): boolean => r.num > 0 && r.den > 0 && r.num / r.den <= MAX_FPS;
  if (!valid(average)) return valid(base) ? plainRate(base) : null;
  if (!valid(base)) return plainRate(average);
  const ratio = average.num / average.den / (base.num / base.den);
  return Math.abs(ratio - 1) < 0.01 ? plainRate(base) : null;
}

/** Snaps to n, n/2 … n/10 or n·1000/1001; null when it is none of these: a mean of varying steps. */
function plainRate(rate: Rational): Rational | null {
  const value = rate.num / rate.den;
  const candidates = [1, 2, 3, 4, 5, 6, 8, 10].map((den) => ({ num: Math.round(value * den), den }));
  candidates.push({ num: Math.round((value * 1001) / 1000) * 1000, den: 1001 });
  return candidates.find((c) => c.num > 0 && Math.abs(c.num / c.den / value - 1) < 1e-4) ?? null;
}

/** A whole multiple of the stream's own ticks, fine enough for times that come from elsewhere too. */
function ticksPerSecond(timeBase: Rational): number {
  const { num, den } = timeBase;
  if (num <= 0 || den <= 0 || den > US_PER_SECOND) return US_PER_SECOND;
  return den * Math.ceil(90_000 / den);
}

export function audioInfo(audio: Stream): AudioInfo {
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
