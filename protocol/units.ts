/**
 * Units. Every quantity carries its unit in its name (`mediaTimeUs`, `distanceM`); these types say it again to the compiler's reader.
 */

/** Time of a frame on the channel's own clock: integer microseconds from PTS, monotonic through loops and reconnects. */
export type MediaTimeUs = number;

/** An exact frame rate or time base, e.g. 30000/1001. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** A picture's size in whole pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export const US_PER_SECOND = 1_000_000;

/** Media time of frame `index` at a constant `fps`, rounded to the nearest microsecond. */
export function frameTimeUs(index: number, fps: Rational): MediaTimeUs {
  return Math.round((index * US_PER_SECOND * fps.den) / fps.num);
}

/** Frames a second as a plain number. */
export function rationalToNumber(value: Rational): number {
  return value.num / value.den;
}

/**
 * Reads `25`, `29.97`, `23.976`, `30000/1001` as an exact rate; the NTSC decimals become their true fractions.
 * @returns undefined when the text is not a rate in (0, 1000].
 */
export function parseRational(text: string): Rational | undefined {
  const fraction = /^(\d{1,7})\/(\d{1,7})$/.exec(text.trim());
  const rate = fraction ? { num: Number(fraction[1]), den: Number(fraction[2]) } : decimalRate(Number(text));
  if (!rate || rate.den === 0) return undefined;
  const value = rate.num / rate.den;
  return value > 0 && value <= 1000 ? rate : undefined;
}

function decimalRate(value: number): Rational | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  for (const base of [24, 30, 48, 60, 120]) {
    if (Math.abs(value - (base * 1000) / 1001) < 0.005) return { num: base * 1000, den: 1001 };
  }
  if (Number.isInteger(value)) return { num: value, den: 1 };
  return { num: Math.round(value * 1000), den: 1000 };
}
