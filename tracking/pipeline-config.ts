import type { Channel, Rational, Size } from '../protocol/index.js';

export interface PipelineConfig {
  /** The source picture's size, display orientation. */
  readonly source: Size;
  readonly channel: Pick<Channel, 'id' | 'tracking' | 'calibration' | 'course' | 'floor' | 'roster'>;
  /** Nominal rate, or null when variable. */
  readonly fps: Rational | null;
  /** True where every frame waits for its detections (files); else late ones join when they come (live). */
  readonly waitForDetector?: boolean;
  /** Send what moved along with every frame. */
  readonly showForeground?: boolean;
}

/** What may change while a channel runs. */
export type RaceSetUp = Pick<Channel, 'calibration' | 'course' | 'roster'>;

/** Milliseconds the last frame took in each stage. */
export interface StageTimes {
  readonly motion: number;
  readonly foreground: number;
  readonly association: number;
}

/** What moved, for the eye. */
export interface ForegroundMask extends Size {
  /** One byte a pixel: 255 moved, 127 shadow, 1 not known, else 0. */
  readonly mask: Uint8Array;
}

/** Size of the picture a channel is analysed on: `analysisWidth`, never wider than the source, the source's shape, even. */
export function analysisSize(source: Size, analysisWidth: number): Size {
  const width = Math.min(analysisWidth, source.width);
  const even = (v: number) => Math.max(2, 2 * Math.round(v / 2));
  return { width: even(width), height: even((width * source.height) / source.width) };
}
