import { isDeepStrictEqual } from 'node:util';
import {
  type Channel,
  type ChannelEvent,
  type ChannelScene,
  type ChannelState,
  type ChannelStatus,
  type ControlCommand,
  type ControlReply,
  type DeskCommand,
  type ExternalPositions,
  externalRefusal,
  type GraphicState,
  type HostedReport,
  isLiveCommand,
  isReplayCommand,
  type LiveCommand,
  replayOf,
} from '../../protocol/index.js';
import { ReplayDesk } from '../replay/index.js';
import { calibrationAtStart } from './calibration-at-start.js';
import { checkCalibration } from './check-calibration.js';
import { ChannelChild } from './child.js';
import {
  channelWith,
  type Desk,
  type DeskContext,
  DeskKeeper,
  deskOf,
  eventsBetween,
  type GraphicCatalogue,
  setUpOf,
  stamped,
  type Told,
} from './desk/index.js';
import type { ChannelHandle, Picture, PictureKind } from './handle.js';
import { HostedProblems, problemLines } from './hosted-problems.js';
import { Listeners } from './listeners.js';
import type { FromChannel, HostedPlace } from './messages.js';
import { Newest } from './newest.js';
import { PictureCache } from './picture-cache.js';
import { RateLimit } from './rate-limit.js';
import { sceneOf } from './scene.js';
import { stoppedStatus } from './status.js';

/** Reports of overlay pages are told of together: anybody may send them, and every telling goes to everyone. */
const HOSTED_NEWS_MS = 400;

export interface SupervisorOptions {
  readonly channel: Channel;
  readonly baseDir: string;
  readonly hlsDirectory: string;
  readonly catalogue: GraphicCatalogue;
  /** The desk as an earlier run left it; null: as the project says. */
  readonly desk: Desk | null;
  /** Called with every desk that is new. */
  readonly onDesk: (desk: Desk) => void;
  /** Where the replay keeps what it records and makes. */
  readonly replayDirectory: string;
  /** Where others' graphics are drawn, asked for when the process starts; absent or null: they are left out of the composite. */
  readonly hosted?: () => HostedPlace | null;
  readonly log: (line: string) => void;
}

/**
 * Stands for one channel towards the rest of the server: holds what operators decided (the desk), hands it to the channel's process, and tells everyone
 * what changed. The process may come and go: the desk stays.
 */
export class ChannelSupervisor implements ChannelHandle {
  readonly id: string;
  readonly hlsDirectory: string | null;
  readonly #o: SupervisorOptions;
  readonly #child: ChannelChild;
  readonly #project: Desk;
  readonly #keeper: DeskKeeper;
  #revision = 0;
  #scene: ChannelScene;
  /** As they are on air, with the times they changed at. */
  #graphics: readonly GraphicState[];
  #told: Told;
  #status: ChannelStatus;
  /** Commands whose effect is awaited: what comes from the process meanwhile is told of once, with them. */
  #underway = 0;
  readonly #newest = new Newest();
  /** A stuck button must not fill the disk with lines. */
  readonly #lines = new RateLimit(10);
  readonly #pictures = new PictureCache();
  readonly #hosted = new HostedProblems();
  #hostedNews: NodeJS.Timeout | undefined;
  readonly #onState: Listeners<ChannelState>;
  readonly #onStatus: Listeners<ChannelStatus>;
  readonly #onEvent: Listeners<ChannelEvent>;
  readonly #onPositions: Listeners<Uint8Array>;
  readonly replay: ReplayDesk | null;

  /** @throws Error naming a graphic whose set-up is not right. */
  constructor(options: SupervisorOptions) {
    const { channel, catalogue, log } = options;
    this.#o = options;
    this.id = channel.id;
    this.hlsDirectory = channel.outputs.some((o) => o.type === 'hls') ? options.hlsDirectory : null;
    this.#project = deskOf(channel, catalogue);
    this.#keeper = new DeskKeeper(options.desk ?? this.#project);
    this.#scene = sceneOf(this.project(), { width: 1280, height: 720, fps: null });
    this.#graphics = stamped([], this.#keeper.desk.graphics, -1);
    const replay = replayOf(channel);
    this.replay =
      replay &&
      new ReplayDesk({
        ...{ channel, replay, directory: options.replayDirectory, baseDir: options.baseDir },
        graphics: () => this.#graphics,
        scene: () => this.#scene,
        underFeet: () => this.#keeper.desk.underFeet,
        onChange: () => this.#tell('', ''),
      });
    this.#told = this.#now();
    this.#status = stoppedStatus(channel, '');
    const say = (line: string): void => log(`channel ${channel.id}: ${line}`);
    this.#onState = new Listeners(say);
    this.#onStatus = new Listeners(say);
    this.#onEvent = new Listeners(say);
    this.#onPositions = new Listeners(say);
    this.#child = new ChannelChild({
      start: (restarts) => {
        if (this.#keeper.forgetSubjects()) this.#sayVoid();
        this.#keeper.recalibrate(this.#atStart(this.#keeper.desk).calibration);
        this.#newest.forget();
        this.#graphics = stamped([], this.#keeper.desk.graphics, -1);
        const { baseDir, hlsDirectory } = options;
        const replayDirectory = this.replay?.bufferDirectory ?? null;
        return {
          ...{ type: 'start', channel: this.project(), graphics: this.#graphics, baseDir, hlsDirectory, replayDirectory, restarts },
          hosted: options.hosted?.() ?? null,
        };
      },
      onMessage: (message) => this.#receive(message),
      onStarting: (restarts) => this.#setStatus({ ...stoppedStatus(channel, 'starting'), running: true, source: 'opening', restarts }),
      onRestarting: (why, restarts, inMs) => {
        const message = `${why}; another try in ${(inMs / 1000).toFixed(1)} s`;
        this.#setStatus({ ...this.#status, running: false, source: 'failed', message, restarts });
      },
      onEnded: (fault, byOperator) => {
        const message = fault ?? (byOperator ? 'stopped by the operator' : 'the source came to its end');
        const source = fault ? 'failed' : byOperator ? 'stopped' : 'ended';
        this.#setStatus({ ...this.#status, running: false, source, message });
      },
      log: say,
    });
  }

  start(): void {
    this.#child.start();
  }

  async close(): Promise<void> {
    clearTimeout(this.#hostedNews);
    // The camera may have moved since the last change.
    if (this.#keeper.desk.calibration) this.#o.onDesk(this.#atStart(this.#keeper.desk));
    await Promise.all([this.#child.close(), this.replay?.close()]);
  }

  project(): Channel {
    return channelWith(this.#o.channel, this.#keeper.desk);
  }

  state(): ChannelState {
    const { scene, graphics, calibration, underFeet, subjects, voidNames, replay } = this.#now();
    return {
      revision: this.#revision,
      scene,
      graphics: [...graphics],
      calibration,
      underFeet,
      subjects,
      voidNames: [...voidNames],
      history: this.#keeper.next,
      status: this.#statusNow(),
      ...(replay && { replay }),
    };
  }

  async command(command: ControlCommand, operator = ''): Promise<ControlReply> {
    const by = operator.replace(/\p{C}/gu, ' ').trim();
    if (command.command === 'channel.start') {
      this.#child.start();
      return this.#done();
    }
    if (command.command === 'channel.stop') {
      await this.#child.stop();
      return this.#done();
    }
    if (isReplayCommand(command)) {
      if (this.replay) return await this.replay.command(command, () => this.#revision);
      return { ok: false, error: `channel "${this.id}" records no replay; set "replay": {"seconds": 120} in the project` };
    }
    return isLiveCommand(command) ? await this.#ask(command) : await this.#change(command, by);
  }

  pushPositions(positions: ExternalPositions): ControlReply {
    const refusal = externalRefusal(this.project(), positions);
    if (refusal !== undefined) return { ok: false, error: refusal };
    if (!this.#child.running) return { ok: false, error: `channel "${this.id}" is not running` };
    this.#child.send({ type: 'positions', positions });
    return this.#done();
  }

  reportHosted(page: string, report: HostedReport | null): void {
    this.#hosted.take(page, report, this.#graphics);
    if (report === null || this.#hostedNews) return;
    this.#hostedNews = setTimeout(() => {
      this.#hostedNews = undefined;
      const line = this.#hosted.news(this.#graphics);
      if (line === '') return;
      if (this.#lines.take(performance.now())) this.#o.log(`channel ${this.id}: overlay page: ${line}`);
      this.#tell(line, 'Overlay');
    }, HOSTED_NEWS_MS);
  }

  picture(kind: PictureKind): Promise<Picture | null> {
    return this.#pictures.get(kind, async () => {
      const answer = await this.#child.request((requestId) => ({ type: 'picture', requestId, kind }));
      return answer?.type === 'picture' ? answer.picture : null;
    });
  }

  onState(listener: (state: ChannelState) => void): () => void {
    return this.#onState.add(listener);
  }

  onStatus(listener: (status: ChannelStatus) => void): () => void {
    return this.#onStatus.add(listener);
  }

  onEvent(listener: (event: ChannelEvent) => void): () => void {
    return this.#onEvent.add(listener);
  }

  onPositions(listener: (frame: Uint8Array) => void): () => void {
    return this.#onPositions.add(listener);
  }

  /** An operator's edit: kept at once, told of when it is on air. */
  async #change(command: DeskCommand, by: string): Promise<ControlReply> {
    const before = this.#keeper.desk;
    try {
      const context: DeskContext = {
        catalogue: this.#o.catalogue,
        project: this.#project,
        seen: this.#child.running ? (this.#newest.frame?.subjects ?? []) : [],
        checkCalibration: (calibration) => checkCalibration(calibration, this.#o.channel, this.#scene, this.#status),
      };
      const { line, doubt, typing } = this.#keeper.do(command, by, context);
      if (this.#keeper.desk === before) return this.#done(doubt);
      this.#o.onDesk(this.#atStart(this.#keeper.desk));
      if (!typing && this.#lines.take(performance.now())) this.#o.log(`channel ${this.id}: ${line}${by ? ` (${by})` : ''}`);
      await this.#handOver(before);
      this.#tell(line, by);
      return this.#done(doubt || (command.command === 'undo' || command.command === 'redo' ? line : ''));
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Brings the process up to date with the desk; without one the desk is all there is. */
  async #handOver(before: Desk): Promise<void> {
    const { desk } = this.#keeper;
    const isSetUp = !isDeepStrictEqual(setUpOf(before), setUpOf(desk));
    if (isSetUp) this.#scene = sceneOf(this.project(), this.#scene);
    const change = { graphics: desk.graphics, subjects: desk.subjects, channel: isSetUp ? this.project() : null };
    this.#underway++;
    const answer = await this.#child.request((requestId) => ({ type: 'desk', requestId, change })).finally(() => this.#underway--);
    if (answer?.type === 'reply' && !answer.reply.ok) throw new Error(answer.reply.error);
    if (answer !== null) return;
    if (this.#child.running) throw new Error('the channel’s process did not answer; it takes the change over when it does');
    this.#graphics = stamped(this.#graphics, desk.graphics, -1);
  }

  async #ask(command: LiveCommand): Promise<ControlReply> {
    if (!this.#child.running) return { ok: false, error: `channel "${this.id}" is not running` };
    const message = await this.#child.request((requestId) => ({ type: 'command', requestId, command }));
    if (message?.type !== 'reply') return { ok: false, error: `channel "${this.id}" did not answer; its process may be restarting` };
    return message.reply.ok ? this.#done(message.reply.message) : message.reply;
  }

  #receive(message: Exclude<FromChannel, { type: 'ended' | 'reply' | 'picture' }>): void {
    switch (message.type) {
      case 'scene':
        this.#scene = message.scene;
        if (this.#underway === 0) this.#tell(`the source is ${message.scene.width}×${message.scene.height}`, '');
        return;
      case 'graphics':
        this.#graphics = message.graphics;
        if (this.#underway === 0) this.#tell('', '');
        return;
      case 'status':
        this.#setStatus(message.status);
        return;
      case 'loop':
        this.#newest.loop(message.atUs);
        return;
      case 'positions':
        if (this.#newest.take(message.frame) && this.#keeper.forgetSubjects()) {
          this.#sayVoid();
          this.#tell('another picture began: what was said of its subjects is void', '');
        }
        this.#onPositions.emit(message.frame);
    }
  }

  /** Other tracks have other numbers: names that were given by hand are asked for again. Kept, should the server end meanwhile. */
  #sayVoid(): void {
    const { voidNames, roster } = this.#keeper.desk;
    this.#o.onDesk(this.#atStart(this.#keeper.desk));
    const names = voidNames.map((entry) => roster[entry]?.name).filter(Boolean);
    if (names.length > 0) this.#o.log(`channel ${this.id}: names given to tracks before are void: ${names.slice(0, 10).join(', ')}`);
  }

  /** The desk for a process that starts anew. */
  #atStart(desk: Desk): Desk {
    const { calibration } = desk;
    return calibration
      ? { ...desk, calibration: calibrationAtStart(this.#o.channel, calibration, this.#newest.loops, this.#newest.frame) }
      : desk;
  }

  #now(): Told {
    const { subjects, voidNames, calibration, underFeet } = this.#keeper.desk;
    const graphics = this.#hosted.shown(this.#graphics);
    return { scene: this.#scene, graphics, subjects, voidNames, calibration, underFeet, replay: this.replay?.summary() };
  }

  #statusNow(): ChannelStatus {
    const problems = problemLines(this.#hosted.shown(this.#graphics));
    return problems.length === 0 ? this.#status : { ...this.#status, warnings: [...this.#status.warnings, ...problems] };
  }

  #done(message = ''): ControlReply {
    return { ok: true, revision: this.#revision, ...(message && { message }) };
  }

  #setStatus(status: ChannelStatus): void {
    const significant =
      status.running !== this.#status.running || status.source !== this.#status.source || status.message !== this.#status.message;
    // A source that is live has no message; that it came, or came back, is news all the same.
    if (significant && (status.message || status.source === 'live'))
      this.#o.log(`channel ${this.id}: ${status.source}${status.message ? `: ${status.message}` : ''}`);
    this.#status = status;
    this.replay?.recorded(status.replay);
    const told = this.#statusNow();
    this.#onStatus.emit(told);
    this.#onEvent.emit({ type: 'status', channel: this.id, status: told });
    if (significant) this.#tell('', '');
  }

  /** The state as it is now, and what of it is new. */
  #tell(line: string, by: string): void {
    this.#revision += 1;
    this.#onState.emit(this.state());
    const now = this.#now();
    for (const event of eventsBetween(this.#told, now, { channel: this.id, revision: this.#revision, line, by })) this.#onEvent.emit(event);
    this.#told = now;
  }
}
