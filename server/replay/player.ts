import { performance } from 'node:perf_hooks';
import type { Frame } from 'node-av/lib';
import { Compositor, OutputSet, type ReplayPicture, ReplayReader } from '../../media/index.js';
import { type ReplayPlay, rationalToNumber } from '../../protocol/index.js';
import type { PlayRequest, Steer } from './messages.js';
import { Redraw } from './redraw.js';

const ASSUMED_FPS = 25;
const TELL_EVERY_MS = 250;

/**
 * Plays a stretch of a recording to the replay outputs, in real time or slower, with its graphics drawn again. Its end stands still until it is
 * told to go on or stop. One picture a tick, the same one again while it stands: outputs never starve.
 */
export class ReplayPlayer {
  private state: 'playing' | 'paused' | 'stopped' = 'playing';
  private positionUs: number;
  private speed: number;
  private index = -1;
  private shown: Frame | null = null;
  private pictures: AsyncGenerator<ReplayPicture, void, undefined> | null = null;
  private toldAtMs = 0;
  private message = '';

  private constructor(
    private readonly request: PlayRequest,
    private readonly reader: ReplayReader,
    private readonly redraw: Redraw,
    private readonly outputs: OutputSet,
    private readonly compositor: Compositor,
    private readonly onPlay: (play: ReplayPlay) => void,
  ) {
    this.positionUs = request.range.fromUs;
    this.speed = request.speed;
  }

  /** @throws Error in one line where there is nothing to play or an output cannot be opened. */
  static async open(request: PlayRequest, onPlay: (play: ReplayPlay) => void): Promise<ReplayPlayer> {
    const reader = await ReplayReader.openFolder(request.folder);
    if (reader.frames.length === 0) throw new Error('nothing has been recorded there');
    const redraw = await Redraw.open(reader, request.drawn);
    try {
      const outputs = await OutputSet.open(reader.picture, request.encoder, request.outputs, {
        baseDir: request.baseDir,
        hlsDir: request.hlsDirectory,
      });
      return new ReplayPlayer(request, reader, redraw, outputs, new Compositor(reader.picture), onPlay);
    } catch (error) {
      redraw.close();
      throw error;
    }
  }

  steer(steer: Steer): void {
    const { fromUs, toUs } = this.request.range;
    switch (steer.do) {
      case 'pause':
        this.state = 'paused';
        break;
      case 'resume':
        if (this.positionUs >= toUs) this.positionUs = fromUs;
        this.state = 'playing';
        break;
      case 'stop':
        this.state = 'stopped';
        break;
      case 'speed':
        this.speed = steer.speed;
        break;
      case 'jog': {
        this.state = 'paused';
        const { frames } = this.reader;
        const place = Math.max(0, Math.min(frames.length - 1, this.reader.at(this.positionUs) + steer.frames));
        this.positionUs = frames[place]?.mediaTimeUs ?? this.positionUs;
        break;
      }
      case 'seek':
        this.positionUs = steer.mediaTimeUs;
    }
    this.toldAtMs = 0;
  }

  /** Until it is told to stop. Never throws: what went wrong is in the last state told. */
  async run(): Promise<void> {
    const { fps } = this.reader.picture;
    const tickMs = 1000 / (fps ? rationalToNumber(fps) : ASSUMED_FPS);
    const startMs = performance.now();
    let tick = 0;
    try {
      while (this.state !== 'stopped') {
        await this.show(this.reader.at(this.positionUs));
        if (this.shown)
          await this.outputs.write({
            native: this.shown,
            mediaTimeUs: Math.round(tick * tickMs * 1000),
            durationUs: Math.round(tickMs * 1000),
            discontinuity: null,
          });
        this.tell();
        if (this.state === 'playing') this.advance(tickMs * 1000 * this.speed);
        // Late by so much that it cannot be caught up: what is left out is left out, nothing is played in a hurry.
        tick = Math.max(tick + 1, Math.floor((performance.now() - startMs) / tickMs - 2));
        const waitMs = startMs + tick * tickMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
    this.state = 'stopped';
    await this.close();
    this.toldAtMs = 0;
    this.tell();
  }

  private advance(byUs: number): void {
    const { fromUs, toUs } = this.request.range;
    this.positionUs += byUs;
    if (this.positionUs < toUs) return;
    this.positionUs = this.request.loop ? fromUs : toUs;
    if (!this.request.loop) this.state = 'paused';
  }

  /** Composites the frame at a place; nothing to do while it is the one shown. */
  private async show(index: number): Promise<void> {
    if (index === this.index) return;
    const picture = await this.picture(index);
    this.index = index;
    if (!picture) return;
    await this.redraw.over(picture, this.compositor, index);
    this.shown?.free();
    this.shown = picture.native;
  }

  /** The next one in the stream where it is that, or else from its key frame. @returns null where the picture was dropped. */
  private async picture(index: number): Promise<ReplayPicture | null> {
    const wantedUs = this.reader.frames[index]?.mediaTimeUs ?? 0;
    if (this.reader.frames[index]?.bytes === 0) return null;
    if (index <= this.index || index > this.index + 30) await this.rewind();
    this.pictures ??= this.reader.decode(index, this.reader.frames.length - 1);
    for (;;) {
      const { value, done } = await this.pictures.next();
      if (done) return null;
      if (value.frame.mediaTimeUs >= wantedUs) return value;
      value.native.free();
    }
  }

  private async rewind(): Promise<void> {
    await this.pictures?.return();
    this.pictures = null;
  }

  private tell(): void {
    const now = performance.now();
    if (now - this.toldAtMs < TELL_EVERY_MS && this.toldAtMs > 0) return;
    this.toldAtMs = now;
    const { state, speed, message } = this;
    this.onPlay({ state, speed, message, mediaTimeUs: Math.round(this.positionUs), ...this.request.range });
  }

  private async close(): Promise<void> {
    await this.rewind();
    await this.outputs.finish().catch((error: unknown) => (this.message ||= String(error)));
    this.shown?.free();
    this.shown = null;
    this.redraw.close();
    this.compositor.close();
  }
}
