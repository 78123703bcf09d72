import { type Channel, type ChannelStatus, rationalToNumber, type SourceHealth } from '../../protocol/index.js';
import type { OpenChannel } from './live-channel.js';
import { stoppedStatus } from './status.js';

/** Gathers a running channel's figures into its ChannelStatus. */
export class StatusReporter {
  readonly #restarts: number;
  #source: SourceHealth = 'opening';
  #message = '';
  #last: ChannelStatus;

  constructor(channel: Channel, restarts: number) {
    this.#restarts = restarts;
    this.#last = { ...stoppedStatus(channel, ''), restarts };
  }

  source(health: SourceHealth, message: string): void {
    this.#source = health;
    // A source that is live needs no words: its address is shown already.
    this.#message = health === 'live' ? '' : message;
  }

  /** @param opened null before the source is open and after the end: figures stay as they last were. */
  status(opened: OpenChannel | null): ChannelStatus {
    const figures = opened ? this.#figures(opened) : {};
    const { hosted: _, ...last } = this.#last;
    this.#last = {
      ...last,
      ...figures,
      running: true,
      source: this.#source,
      message: this.#message,
      restarts: this.#restarts,
      memoryBytes: process.memoryUsage().rss,
    };
    return this.#last;
  }

  #figures({ runner, source, outputs, overlay, hosted, recorder, channel }: OpenChannel): Partial<ChannelStatus> {
    const { counters, lastFrame } = runner;
    const { size, fps } = source.info;
    const calibrated = channel.calibration !== undefined;
    return {
      width: size.width,
      height: size.height,
      fps: fps ? rationalToNumber(fps) : 0,
      mediaTimeUs: counters.mediaTimeUs,
      framesIn: counters.framesIn,
      framesOut: counters.framesOut,
      framesLate: counters.framesLate,
      framesPredicted: counters.framesPredicted,
      framesDropped: source.framesDropped,
      ringDepth: runner.ringDepth,
      addedDelayFrames: counters.framesOut > 0 ? counters.totalDelayFrames / counters.framesOut : 0,
      poseState: lastFrame && calibrated ? lastFrame.pose.state : 'none',
      poseConfidence: lastFrame?.pose.confidence ?? 0,
      subjects: lastFrame?.subjects.length ?? 0,
      stages: runner.stages.summary(),
      outputs: outputs ? [...outputs.health()] : [],
      warnings: [
        ...(overlay?.warnings() ?? []),
        ...(hosted?.warnings() ?? []),
        ...(recorder?.state.message ? [recorder.state.message] : []),
      ],
      ...(hosted?.isOn && { hosted: hosted.figures }),
      ...(recorder && { replay: recorder.state }),
    };
  }
}
