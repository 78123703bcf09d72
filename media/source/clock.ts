import type { Discontinuity, MediaTimeUs } from '../../protocol/index.js';

/** Forward leaps longer than this are a jump, not a gap in the picture. */
const JUMP_US = 10_000_000;
/** Steps back up to this are disorder in the input, not a jump. */
const WOBBLE_US = 500_000;
/** Time between a frame and one whose time stamp is not later. */
const NUDGE_US = 1_000;

/** When a frame is shown. */
export interface Stamp {
  readonly mediaTimeUs: MediaTimeUs;
  readonly discontinuity: Discontinuity | null;
}

/**
 * Turns an input's time stamps into media time: integer microseconds, strictly increasing, 0 at the first frame, running on through loops,
 * reconnects, jumps and missing stamps. Audio is put on the same clock.
 */
export class MediaClock {
  /** media time − input time, of the stretch being played and of the one before it (audio may still arrive for that). */
  private offsetUs: number | null = null;
  private formerOffsetUs: number | null = null;
  private lastUs = -1;
  private lastInputUs = 0;
  private lastDurationUs: number;
  private cutReason: Discontinuity | null = 'start';
  private cutAtUs = 0;
  private audioEndUs = 0;

  /** @param nominalUs time between frames where neither stamps nor durations tell it. */
  constructor(private readonly nominalUs: number) {
    this.lastDurationUs = nominalUs;
  }

  /** Media time at which the next frame is expected. */
  get nextUs(): MediaTimeUs {
    return this.lastUs < 0 ? 0 : this.lastUs + this.lastDurationUs;
  }

  /** How long the last stamped frame is shown, as far as known. */
  get lastStepUs(): number {
    return this.lastDurationUs;
  }

  /** The next frame comes from elsewhere: its input time has nothing to do with the last one's. @param notBeforeUs media time it may not precede. */
  cut(reason: 'loop' | 'reconnect', notBeforeUs = 0): void {
    this.cutReason ??= reason;
    this.cutAtUs = notBeforeUs;
  }

  /** Media time of the next frame. @param inputUs the input's own time, null where it has none. */
  stamp(inputUs: number | null, durationUs: number): Stamp {
    const known = durationUs > 0 && durationUs < JUMP_US ? durationUs : 0;
    let discontinuity = this.cutReason;
    let mediaUs: number;
    if (discontinuity) mediaUs = Math.max(this.nextUs, this.cutAtUs);
    else if (inputUs === null || this.offsetUs === null) mediaUs = this.nextUs;
    else {
      const step = inputUs - this.lastInputUs;
      if (step > JUMP_US || step < -WOBBLE_US) {
        discontinuity = 'jump';
        mediaUs = this.nextUs;
      } else mediaUs = inputUs + this.offsetUs;
    }
    mediaUs = Math.max(mediaUs, this.lastUs < 0 ? 0 : this.lastUs + NUDGE_US);
    if (discontinuity) this.begin(mediaUs, inputUs);
    else if (inputUs !== null && this.offsetUs === null) this.begin(mediaUs, inputUs);
    this.lastInputUs = inputUs ?? this.lastInputUs + (mediaUs - this.lastUs);
    this.lastDurationUs = known || this.nominalUs;
    this.lastUs = mediaUs;
    this.cutReason = null;
    return { mediaTimeUs: mediaUs, discontinuity };
  }

  /** A frame made here rather than read (a slate), at a given media time or just after the last. */
  insert(mediaUs: number, durationUs: number): MediaTimeUs {
    this.lastUs = Math.max(Math.round(mediaUs), this.lastUs + NUDGE_US);
    this.lastDurationUs = durationUs;
    return this.lastUs;
  }

  /**
   * Media time of an audio packet, or null when it belongs to no time that is still to come (before the first frame, or overlapping what was
   * passed on already).
   */
  stampAudio(inputUs: number, durationUs: number): MediaTimeUs | null {
    if (this.offsetUs === null) return null;
    let mediaUs = inputUs + this.offsetUs;
    if (this.formerOffsetUs !== null) {
      const former = inputUs + this.formerOffsetUs;
      if (Math.abs(former - this.lastUs) < Math.abs(mediaUs - this.lastUs)) mediaUs = former;
    }
    if (mediaUs < 0 || mediaUs < this.audioEndUs - durationUs / 2 || Math.abs(mediaUs - this.lastUs) > JUMP_US) return null;
    mediaUs = Math.max(mediaUs, this.audioEndUs === 0 ? 0 : mediaUs);
    this.audioEndUs = mediaUs + durationUs;
    return mediaUs;
  }

  private begin(mediaUs: number, inputUs: number | null): void {
    this.formerOffsetUs = this.offsetUs;
    this.offsetUs = inputUs === null ? null : mediaUs - inputUs;
  }
}
