import type { Frame, Packet } from 'node-av/lib';
import type { Encoder } from '../../protocol/index.js';
import { shareFrame, sharePacket } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import { type EncoderNeeds, type PictureTime, VideoEncoder } from './encoder.js';
import type { Sink } from './sink.js';

/** One encode and the sinks that share it: the programme, the fill, or the key. */
export class Lane {
  private busy: Promise<void> = Promise.resolve();
  /** Why encoding stopped. */
  error: unknown = null;
  sinks: readonly Sink[] = [];

  private constructor(readonly encoder: VideoEncoder) {}

  static async open(info: SourceInfo, settings: Encoder, needs: EncoderNeeds): Promise<Lane> {
    return new Lane(await VideoEncoder.open(info, settings, needs));
  }

  /** Takes a share of the frame. Resolves when the frame before this one is with every sink. */
  async write(frame: Frame, time: PictureTime): Promise<void> {
    const previous = this.busy;
    const native = shareFrame(frame);
    this.busy = previous.then(() => this.encode(native, time));
    await previous;
  }

  /** Sends what is held back and finishes every sink. Never throws: see `error` and the sinks' failures. */
  async finish(beforeClosing: () => Promise<void>): Promise<void> {
    await this.busy;
    try {
      if (!this.error) await this.distribute(await this.encoder.flush());
    } catch (error) {
      this.error ??= error;
    }
    await beforeClosing();
    await Promise.all(this.sinks.map((sink) => sink.finish()));
    this.encoder.close();
  }

  private async encode(native: Frame, time: PictureTime): Promise<void> {
    try {
      if (!this.error) await this.distribute(await this.encoder.encode(native, time));
    } catch (error) {
      this.error ??= error;
    } finally {
      native.free();
    }
  }

  private async distribute(packets: readonly Packet[]): Promise<void> {
    for (const packet of packets) {
      const waits = this.sinks.map((sink) => sink.push(sharePacket(packet), 0, packet.isKeyframe));
      packet.free();
      await Promise.all(waits);
    }
  }
}
