import { isDeepStrictEqual } from 'node:util';
import type { OpenSource, OutputSet, ReplayRecorder } from '../../media/index.js';
import type { HeadlessOverlay } from '../../overlay-client/index.js';
import { type Channel, type ChannelScene, type GraphicState, samePeople } from '../../protocol/index.js';
import type { TrackingWorker } from '../../tracking/index.js';
import type { HostedLayer } from '../hosted/index.js';
import type { DeskChange } from './messages.js';
import type { ChannelRunner } from './runner.js';
import { sceneOf } from './scene.js';

interface Parts {
  readonly runner: ChannelRunner;
  readonly source: OpenSource;
  readonly tracking: TrackingWorker;
  readonly overlay: HeadlessOverlay | null;
  readonly hosted: HostedLayer | null;
  readonly outputs: OutputSet | null;
  readonly recorder: ReplayRecorder | null;
  /** As the desk has it. */
  readonly channel: Channel;
  readonly scene: ChannelScene;
  /** Gives everything back, whatever state it is in. */
  readonly close: () => Promise<void>;
}

/** Everything a running channel holds. */
export class OpenChannel {
  readonly runner: ChannelRunner;
  readonly source: OpenSource;
  readonly tracking: TrackingWorker;
  readonly overlay: HeadlessOverlay | null;
  readonly hosted: HostedLayer | null;
  readonly outputs: OutputSet | null;
  readonly recorder: ReplayRecorder | null;
  readonly close: () => Promise<void>;
  #channel: Channel;
  #scene: ChannelScene;

  constructor(parts: Parts) {
    this.runner = parts.runner;
    this.source = parts.source;
    this.tracking = parts.tracking;
    this.overlay = parts.overlay;
    this.hosted = parts.hosted;
    this.outputs = parts.outputs;
    this.recorder = parts.recorder;
    this.close = parts.close;
    this.#channel = parts.channel;
    this.#scene = parts.scene;
  }

  /** As set up now: operators may have changed what it was opened with. */
  get channel(): Channel {
    return this.#channel;
  }

  get scene(): ChannelScene {
    return this.#scene;
  }

  /** Takes over what operators changed, from the next frame on. @returns the graphics with the media times they changed at. */
  change({ graphics, subjects, channel }: DeskChange): readonly GraphicState[] {
    if (channel) this.#setUp(channel);
    this.tracking.mark(subjects);
    this.hosted?.follow(graphics);
    return this.runner.setGraphics(graphics);
  }

  #setUp(channel: Channel): void {
    const before = this.#channel;
    this.#channel = channel;
    this.tracking.setUp(channel);
    this.runner.setUnderFeet(channel.underFeet);
    const scene = sceneOf(channel, this.#scene);
    if (isDeepStrictEqual(scene, this.#scene)) return;
    this.#scene = scene;
    // Who is ranked goes by places on the start list: other people there are another race.
    const raceAnew = !isDeepStrictEqual(before.course, channel.course) || !samePeople(before.roster, channel.roster);
    this.runner.setScene(scene, raceAnew);
  }
}
