import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OpenSource, type OutputSet, openSource, ReplayRecorder } from '../../media/index.js';
import { createHeadlessOverlay, type HeadlessOverlay } from '../../overlay-client/index.js';
import {
  type Channel,
  type ChannelScene,
  type GraphicState,
  type Output,
  rationalToNumber,
  replayOf,
  type SourceHealth,
} from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { solveGround, TrackingWorker } from '../../tracking/index.js';
import { HostedLayer } from '../hosted/index.js';
import { IMAGES_FOLDER } from '../project-file.js';
import { UsageError } from '../usage-error.js';
import { catalogue } from './catalogue.js';
import { deskOf, stamped } from './desk/index.js';
import { OpenChannel } from './live-channel.js';
import type { HostedPlace } from './messages.js';
import { checkPlaces, openOutputs } from './outputs.js';
import { ChannelRunner, type RunnerParts } from './runner.js';
import { sceneOf } from './scene.js';

export interface OpenOptions {
  readonly channel: Channel;
  readonly mode: 'live' | 'offline';
  readonly baseDir: string;
  readonly signal: AbortSignal;
  readonly outputs: readonly Output[];
  readonly hlsDirectory: string | null;
  /** Folder of the rolling recording; null: none. */
  readonly replayDirectory?: string | null;
  /** Graphics as an earlier run left them; null: as the project says. */
  readonly graphics: readonly GraphicState[] | null;
  /** What draws; false: positions only, nothing drawn or encoded. */
  readonly draw: boolean | ((scene: ChannelScene) => HeadlessOverlay);
  /** Where others' graphics are drawn; absent: they are left out. */
  readonly hosted?: HostedPlace | null;
  /** Tracking tells what moved, too. */
  readonly showForeground?: boolean;
  readonly onHealth: (health: SourceHealth, message: string) => void;
  readonly events: Pick<RunnerParts, 'onMeasured' | 'onClean' | 'onComposited'>;
}

/** Opens source, tracking, graphics and outputs of a channel, in that order. @throws Error or UsageError with one line; nothing stays open then. */
export async function openChannel(o: OpenOptions): Promise<OpenChannel> {
  const { channel } = o;
  const open: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (let end = open.pop(); end; end = open.pop()) await end();
  };
  try {
    let outputs: OutputSet | null = null;
    const graphics = o.graphics ?? blamingUser(channel, () => stamped([], deskOf(channel, catalogue).graphics, -1));
    const source = await openInput(channel.source, {
      mode: o.mode,
      baseDir: o.baseDir,
      analysisWidth: channel.tracking.analysisWidth,
      createScene,
      signal: o.signal,
      onHealth: o.onHealth,
      onAudio: (packet) => outputs?.writeAudio(packet) ?? packet.close(),
    });
    open.push(() => source.close());
    const { size, fps } = source.info;
    checkCalibration(channel, size);
    const scene = sceneOf(channel, { ...size, fps: fps && { num: fps.num, den: fps.den } });
    const tracking = await startTracking({
      source: size,
      channel: withModelPath(channel, o.baseDir),
      fps,
      waitForDetector: o.mode === 'offline',
      ...(o.showForeground && { showForeground: true }),
    });
    open.push(() => tracking.close());
    const imagesDir = resolve(o.baseDir, IMAGES_FOLDER);
    const overlay = typeof o.draw === 'function' ? o.draw(scene) : o.draw ? await createHeadlessOverlay(scene, { imagesDir }) : null;
    if (overlay) open.push(() => overlay.close());
    checkPlaces(channel.source.url, [...o.outputs, ...(replayOf(channel)?.outputs ?? [])], o.baseDir);
    outputs =
      o.draw && o.outputs.length > 0
        ? await openOutputs(source.info, channel.encoder, o.outputs, {
            baseDir: o.baseDir,
            failFast: o.mode === 'offline',
            ...(o.hlsDirectory !== null && { hlsDir: o.hlsDirectory }),
          })
        : null;
    if (outputs) open.push(() => outputs.finish());
    const hosted = outputs && o.hosted ? hostedLayer(o.hosted, scene) : null;
    if (hosted) open.push(() => hosted.close());
    hosted?.follow(graphics);
    const recorder = await openRecorder(channel, source.info, scene, o.replayDirectory ?? null);
    if (recorder) open.push(() => recorder.close());
    const runner = new ChannelRunner({
      mode: o.mode,
      source,
      tracking,
      scene,
      underFeet: channel.underFeet,
      overlay,
      hosted,
      outputs,
      recorder,
      graphics,
      ...o.events,
    });
    return new OpenChannel({ runner, source, tracking, overlay, hosted, outputs, recorder, close, channel, scene });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Pictures faster than the channel's frames are of no use. */
function hostedLayer({ serverUrl, chromiumFolder, profileFolder }: HostedPlace, scene: ChannelScene): HostedLayer {
  const { channel, width, height, fps } = scene;
  const start = {
    url: `${serverUrl}/hosted/${encodeURIComponent(channel)}`,
    size: { width, height },
    fps: Math.min(60, fps ? rationalToNumber(fps) : 30),
    chromiumFolder,
    profileFolder,
  };
  return new HostedLayer(start, (line) => console.error(`leaderline: channel "${channel}": ${line}`));
}

/** The rolling recording, where the channel has one. */
async function openRecorder(
  channel: Channel,
  info: OpenSource['info'],
  scene: ChannelScene,
  directory: string | null,
): Promise<ReplayRecorder | null> {
  const replay = replayOf(channel);
  if (!replay || directory === null) return null;
  return ReplayRecorder.open(info, scene, directory, { seconds: replay.seconds, bytes: replay.megabytes * 1e6 });
}

/** What tracking cannot start with, a model or the package it needs, is the user's to change. */
async function startTracking(config: Parameters<typeof TrackingWorker.start>[0]): Promise<TrackingWorker> {
  try {
    return await TrackingWorker.start(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The detector's model by its whole path. @throws UsageError when there is no such file. */
function withModelPath(channel: Channel, baseDir: string): Channel {
  const { detector } = channel.tracking;
  if (detector.type !== 'onnx') return channel;
  const model = resolve(baseDir, detector.model);
  if (!existsSync(model)) throw new UsageError(`channel "${channel.id}": tracking.detector.model: no such file: ${model}`);
  return { ...channel, tracking: { ...channel.tracking, detector: { ...detector, model } } };
}

/** A file or scene that cannot be opened is the user's to change; a stream that cannot be reached is a failure while running. */
async function openInput(...[source, options]: Parameters<typeof openSource>): Promise<OpenSource> {
  try {
    return await openSource(source, options);
  } catch (error) {
    if (/^(rtsps?|rtmps?|srt|udp|https?):/.test(source.url)) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError naming the channel. */
function blamingUser<T>(channel: Channel, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`channel "${channel.id}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError when the project's points cannot be a ground, with the reason. */
function checkCalibration(channel: Channel, size: OpenSource['info']['size']): void {
  if (!channel.calibration) return;
  const solved = solveGround(channel.calibration, size);
  if (!solved.ok) throw new UsageError(`channel "${channel.id}": ${solved.message}`);
  if (solved.warning !== '') console.error(`leaderline: channel "${channel.id}": ${solved.warning}`);
}
