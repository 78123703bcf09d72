import { AV_LOG_QUIET, AV_NOPTS_VALUE } from 'node-av/constants';
import { Dictionary, FFmpegError, Frame, Log, Packet } from 'node-av/lib';
import type { Rational } from '../../protocol/index.js';

/**
 * The few things every file here needs from FFmpeg. Only node-av's low-level API (`node-av/lib`) is used: its high-level one hides time
 * stamps and copies, and needs Node 22.
 */

// FFmpeg prints to stderr by itself; everything a person should know comes back as an error code and is said once, in our words.
Log.setLevel(AV_LOG_QUIET);
// SVT-AV1 has a log of its own: errors only.
process.env['SVT_LOG'] ??= '1';

/** FFmpeg's own words for an error code, e.g. "Invalid data found when processing input". */
export function ffmpegWords(code: number): string {
  return FFmpegError.strerror(code);
}

/** An error a person can act on. `code` is FFmpeg's, kept for decisions, never shown alone. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  constructor(
    message: string,
    readonly code: number = 0,
  ) {
    super(message);
  }
}

/**
 * @returns `code` when it is not an error.
 * @throws MediaError "`what`: FFmpeg's words".
 */
export function check(code: number, what: string): number {
  if (code < 0) throw new MediaError(`${what}: ${ffmpegWords(code)}`, code);
  return code;
}

export function newFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}

export function newPacket(): Packet {
  const packet = new Packet();
  packet.alloc();
  return packet;
}

export function dictionary(options: Readonly<Record<string, string | number | undefined>>): Dictionary {
  return Dictionary.fromObject({ ...options });
}

/** Another owner's handle on the same pixels, without a copy. */
export function shareFrame(frame: Frame): Frame {
  const clone = frame.clone();
  if (!clone) throw new MediaError('out of memory while sharing a frame');
  return clone;
}

export function sharePacket(packet: Packet): Packet {
  const clone = packet.clone();
  if (!clone) throw new MediaError('out of memory while sharing a packet');
  return clone;
}

/** @returns microseconds, rounded to the nearest, or null for FFmpeg's "no time stamp". */
export function ticksToUs(ticks: bigint, timeBase: Rational): number | null {
  if (ticks === AV_NOPTS_VALUE) return null;
  const scaled = ticks * BigInt(timeBase.num) * 2_000_000n;
  const den = BigInt(timeBase.den);
  return Number((scaled + (scaled < 0n ? -den : den)) / (2n * den));
}

/** @returns the tick nearest to `us` in a time base of 1/`ticksPerSecond`. */
export function usToTicks(us: number, ticksPerSecond: number): bigint {
  return (BigInt(Math.round(us)) * BigInt(ticksPerSecond) + 500_000n) / 1_000_000n;
}
