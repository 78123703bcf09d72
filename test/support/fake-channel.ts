import { createCanvas } from '@napi-rs/canvas';
import { z } from 'zod';
import {
  apply,
  Channel,
  type ChannelEvent,
  type ChannelScene,
  type ChannelState,
  type ChannelStatus,
  type ControlCommand,
  type ControlReply,
  type ExternalPositions,
  encodeTrackingFrame,
  type GraphicState,
  type HostedReport,
  isLiveCommand,
  isReplayCommand,
  NOTHING_PLAYED,
  NOTHING_RECORDED,
  type ReplayState,
} from '../../protocol/index.js';
import { catalogue } from '../../server/channel/catalogue.js';
import {
  channelWith,
  type Desk,
  DeskKeeper,
  deskOf,
  eventsBetween,
  type GraphicCatalogue,
  stamped,
  type Told,
} from '../../server/channel/desk/index.js';
import type { ChannelHandle, Picture } from '../../server/channel/handle.js';
import { HostedProblems, problemLines } from '../../server/channel/hosted-problems.js';
import type { ReplayHandle } from '../../server/replay/index.js';
import { FAKE_SIZE, fakeFrame, fakeRace, fakeShop } from './fake-scene.js';

/** Takes any data: what a form sends is what a test finds. */
const anyData: GraphicCatalogue = { ...catalogue, parse: (_type, data) => z.record(z.string(), z.json()).parse(data) };

/** A channel without video or processes: its subjects move by a timer, its commands take effect at once. */
export class FakeChannel implements ChannelHandle {
  readonly id: string;
  hlsDirectory: string | null;
  /** Nothing recorded; any frame is the picture of now. */
  readonly replay: ReplayHandle = {
    state: () => this.replayState ?? { buffer: NOTHING_RECORDED, inUs: null, outUs: null, play: NOTHING_PLAYED, items: [] },
    frame: async (mediaTimeUs) => ({ jpeg: drawPreview(this.#scene, this.frameIndex), mediaTimeUs }),
    hlsDirectory: '/nowhere',
    madeDirectory: '/nowhere',
  };
  /** Of a channel that records one. */
  replayState: ReplayState | undefined;
  readonly pushed: ExternalPositions[] = [];
  readonly commands: ControlCommand[] = [];
  graphics: GraphicState[];
  status: ChannelStatus;
  frameIndex = 0;
  #revision = 1;
  #picture: Picture | undefined;
  #scene: ChannelScene;
  readonly #channel: Channel;
  readonly #project: Desk;
  readonly #keeper: DeskKeeper;
  readonly #hosted = new HostedProblems();
  readonly #eventListeners = new Set<(event: ChannelEvent) => void>();
  readonly #stateListeners = new Set<(state: ChannelState) => void>();
  readonly #statusListeners = new Set<(status: ChannelStatus) => void>();
  readonly #positionListeners = new Set<(frame: Uint8Array) => void>();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(o: { id: string; kind?: 'race' | 'shop'; scene?: ChannelScene; hlsDirectory?: string | null; graphics?: GraphicState[] }) {
    this.id = o.id;
    this.hlsDirectory = o.hlsDirectory ?? null;
    this.#scene = o.scene ?? (o.kind === 'shop' ? fakeShop(o.id) : fakeRace(o.id));
    this.graphics = o.graphics ?? fakeGraphics(o.kind ?? 'race');
    this.status = fakeStatus(o.id, this.#scene.title);
    const { roster, course, floor, look, title } = this.#scene;
    const channel = { id: o.id, title, source: { url: 'sim:sprint' }, roster, look, ...(course && { course }), ...(floor && { floor }) };
    this.#channel = Channel.parse(channel);
    const graphics = this.graphics.map(({ changedAtUs: _changed, steppedAtUs: _stepped, ...item }) => item);
    this.#project = { ...deskOf(this.#channel, catalogue), graphics };
    this.#keeper = new DeskKeeper(this.#project);
    this.#timers.push(setInterval(() => this.publishStatus({}), 1000));
  }

  /** Moves by itself at 50 frames a second until {@link pause}, catching up where the machine is busy. */
  play(): void {
    const startMs = performance.now();
    const first = this.frameIndex;
    const catchUp = (): void => {
      while (this.status.running && this.frameIndex - first < (performance.now() - startMs) / 20) this.step();
    };
    this.#timers.push(setInterval(catchUp, 10));
  }

  pause(): void {
    for (const timer of this.#timers.splice(1)) clearInterval(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** One frame on. */
  step(): void {
    if (!this.status.running) return;
    this.sendFrame(new Uint8Array(encodeTrackingFrame(fakeFrame(this.#scene, this.frameIndex++))));
  }

  sendFrame(frame: Uint8Array): void {
    this.status = { ...this.status, framesIn: this.frameIndex, framesOut: this.frameIndex, mediaTimeUs: this.frameIndex * 20_000 };
    for (const listener of this.#positionListeners) listener(frame);
  }

  publishStatus(change: Partial<ChannelStatus>): void {
    this.status = { ...this.status, ...change };
    const { status } = this.state();
    for (const listener of this.#statusListeners) listener(status);
    for (const listener of this.#eventListeners) listener({ type: 'status', channel: this.id, status });
  }

  state(): ChannelState {
    const { scene, graphics, calibration, underFeet, subjects, voidNames } = this.#told();
    const status = { ...this.status, warnings: [...this.status.warnings, ...problemLines(graphics)] };
    return {
      revision: this.#revision,
      scene,
      graphics: [...graphics],
      calibration,
      underFeet,
      subjects,
      voidNames: [...voidNames],
      history: this.#keeper.next,
      status,
      ...(this.replayState && { replay: this.replayState }),
    };
  }

  project(): Channel {
    return channelWith(this.#channel, this.#keeper.desk);
  }

  async command(command: ControlCommand, by = ''): Promise<ControlReply> {
    this.commands.push(command);
    const before = this.#told();
    let line = '';
    if (command.command === 'channel.start') this.publishStatus({ running: true, source: 'live', message: '' });
    else if (command.command === 'channel.stop')
      this.publishStatus({ running: false, source: 'stopped', message: 'stopped by the operator' });
    else if (!isLiveCommand(command) && !isReplayCommand(command)) {
      try {
        const seen = fakeFrame(this.#scene, this.frameIndex).subjects;
        line = this.#keeper.do(command, by, { catalogue: anyData, project: this.#project, seen, checkCalibration: () => '' }).line;
      } catch (error) {
        return { ok: false, error: error instanceof Error ? error.message : String(error) };
      }
      const { graphics, roster, course, look } = this.#keeper.desk;
      this.graphics = stamped(this.graphics, graphics, this.status.mediaTimeUs);
      this.#scene = { ...this.#scene, roster: [...roster], course, look };
    }
    this.#tell(before, line, by);
    return { ok: true, revision: this.#revision };
  }

  reportHosted(page: string, report: HostedReport | null): void {
    const before = this.#told();
    this.#hosted.take(page, report, this.graphics);
    const line = this.#hosted.news(this.graphics);
    if (line !== '') this.#tell(before, line, 'Overlay');
  }

  publishReplay(replay: ReplayState): void {
    const before = this.#told();
    this.replayState = replay;
    this.#tell(before, '', '');
  }

  /** As after a cut: the tracks are others. */
  cut(): void {
    const before = this.#told();
    this.#keeper.forgetSubjects();
    this.#tell(before, 'another picture began', '');
  }

  #tell(before: Told, line: string, by: string): void {
    this.publishState();
    const about = { channel: this.id, revision: this.#revision, line, by };
    for (const event of eventsBetween(before, this.#told(), about)) for (const listener of this.#eventListeners) listener(event);
  }

  /** After `graphics` was set from outside. */
  publishState(): void {
    this.#revision++;
    for (const listener of this.#stateListeners) listener(this.state());
  }

  #told(): Told {
    const { subjects, voidNames, calibration, underFeet } = this.#keeper.desk;
    const graphics = this.#hosted.shown(this.graphics);
    return { scene: this.#scene, graphics, subjects, voidNames, calibration, underFeet, replay: this.replayState };
  }

  pushPositions(positions: ExternalPositions): ControlReply {
    this.pushed.push(positions);
    return { ok: true, revision: this.#revision };
  }

  async picture(): Promise<Picture | null> {
    if (!this.status.running) return null;
    const mediaTimeUs = Math.max(0, this.frameIndex - 1) * 20_000;
    // Every page asks seven times a second: a picture is drawn once.
    if (this.#picture?.mediaTimeUs !== mediaTimeUs) this.#picture = { jpeg: drawPreview(this.#scene, mediaTimeUs / 20_000), mediaTimeUs };
    return this.#picture;
  }

  onState(listener: (state: ChannelState) => void): () => void {
    return subscribe(this.#stateListeners, listener);
  }
  onStatus(listener: (status: ChannelStatus) => void): () => void {
    return subscribe(this.#statusListeners, listener);
  }
  onEvent(listener: (event: ChannelEvent) => void): () => void {
    return subscribe(this.#eventListeners, listener);
  }
  onPositions(listener: (frame: Uint8Array) => void): () => void {
    return subscribe(this.#positionListeners, listener);
  }
}

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A grass field or a shop floor with the subjects on it, 640×360. */
function drawPreview(scene: ChannelScene, index: number): Uint8Array {
  const canvas = createCanvas(640, 360);
  const c = canvas.getContext('2d');
  const frame = fakeFrame(scene, index);
  const scale = 640 / FAKE_SIZE.width;
  const trace = (points: readonly (readonly [number, number])[]): void => {
    c.beginPath();
    for (const [x, y] of points) {
      const p = apply(frame.pose.groundToImage, { x, y });
      c.lineTo(p.x * scale, p.y * scale);
    }
  };
  const sky = c.createLinearGradient(0, 0, 0, 360);
  sky.addColorStop(0, scene.floor ? '#40464f' : '#2b4763');
  sky.addColorStop(1, scene.floor ? '#8d8578' : '#3f6b43');
  c.fillStyle = sky;
  c.fillRect(0, 0, 640, 360);
  for (const { polygon } of scene.floor?.fixtures ?? []) {
    trace(polygon);
    c.fillStyle = '#5d4b3a';
    c.fill();
  }
  const { course } = scene;
  if (course) {
    for (let lane = 0; lane <= 8; lane++) {
      trace(course.centreLine.map(([x, y]) => [x, y + 4.88 - lane * 1.22]));
      c.strokeStyle = 'rgba(255,255,255,0.5)';
      c.stroke();
    }
  }
  for (const [i, s] of frame.subjects.entries()) {
    c.fillStyle = scene.roster[i]?.colour ?? '#d8c3a5';
    c.fillRect(s.box.x * scale, s.box.y * scale, s.box.width * scale, s.box.height * scale);
  }
  return canvas.toBuffer('image/jpeg', 80);
}

function fakeGraphics(kind: 'race' | 'shop'): GraphicState[] {
  const graphic = (id: string, type: string, on: boolean, data: GraphicState['data']): GraphicState => ({
    id,
    type,
    on,
    changedAtUs: -1,
    data,
    step: 0,
    steppedAtUs: -1,
  });
  if (kind === 'shop') return [graphic('paths', 'paths', true, {})];
  return [
    graphic('leader', 'leader-line', true, {}),
    graphic('tags', 'name-tags', true, {}),
    graphic('gaps', 'gap-board', false, {}),
    graphic('paths', 'paths', false, {}),
  ];
}

function fakeStatus(channel: string, title: string): ChannelStatus {
  return {
    channel,
    title,
    running: true,
    source: 'live',
    message: '',
    sourceUrl: 'sim:sprint',
    ...FAKE_SIZE,
    fps: 50,
    mediaTimeUs: 0,
    framesIn: 0,
    framesOut: 0,
    framesLate: 0,
    framesPredicted: 2,
    framesDropped: 0,
    ringDepth: 3,
    addedDelayFrames: 3,
    poseState: 'held',
    poseConfidence: 0.93,
    subjects: 8,
    restarts: 0,
    memoryBytes: 412_000_000,
    stages: { decode: { meanMs: 3.1, p99Ms: 5.2 }, track: { meanMs: 11.8, p99Ms: 19 }, draw: { meanMs: 4.4, p99Ms: 7.5 } },
    outputs: [{ type: 'hls', target: 'hls', state: 'live', message: '', framesDropped: 0 }],
    warnings: [],
  };
}
