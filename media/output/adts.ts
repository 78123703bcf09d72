import { AV_PROFILE_AAC_LOW } from 'node-av/constants';
import type { AudioInfo } from '../frame.js';

/** MPEG-4 sampling frequency indices (ISO 14496-3, table 1.16). */
const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/** True for AAC as transport streams carry it: each packet with a header of its own and no configuration aside. */
export function isAdts(audio: AudioInfo): boolean {
  return audio.codec === 'aac' && audio.parameters.extradataSize === 0;
}

/**
 * The configuration that files want in place of the packets' headers (AudioSpecificConfig, ISO 14496-3, 1.6.2.1).
 * @returns null when it cannot be told from outside (HE-AAC, odd rates or layouts): transcode then.
 */
export function audioSpecificConfig(audio: AudioInfo): Buffer | null {
  const rate = RATES.indexOf(audio.sampleRate);
  const channels = audio.channels === 8 ? 7 : audio.channels;
  if (audio.parameters.profile !== AV_PROFILE_AAC_LOW || rate < 0 || channels < 1 || channels > 7) return null;
  const config = Buffer.alloc(2);
  config.writeUInt16BE((2 << 11) | (rate << 7) | (channels << 3));
  return config;
}

/** @returns the packet's payload without its header; as it is where it has none. */
export function withoutAdtsHeader(data: Buffer): Buffer {
  if (data.length < 7 || (data.readUInt16BE(0) & 0xfff0) !== 0xfff0) return data;
  return data.subarray(data[1]! & 1 ? 7 : 9);
}
