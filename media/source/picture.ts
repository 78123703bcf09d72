import type { Frame } from 'node-av/lib';
import type { Discontinuity, MediaTimeUs } from '../../protocol/index.js';
import type { AudioPacket } from '../frame.js';

/** A normalised picture with its place in time, before it is paced, queued and given its luma. Whoever holds it frees `native`. */
export interface TimedPicture {
  readonly native: Frame;
  readonly mediaTimeUs: MediaTimeUs;
  readonly durationUs: number;
  readonly discontinuity: Discontinuity | null;
  readonly slate: boolean;
}

/** Takes audio over, in order. A promise returned is waited for before anything else is read. */
export type AudioReceiver = (packet: AudioPacket) => void | Promise<void>;
