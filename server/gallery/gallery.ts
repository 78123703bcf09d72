import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'node-av/lib';
import { Compositor, type Front, pngOf, type SourceInfo } from '../../media/index.js';
import { createHeadlessOverlay, type HeadlessOverlay, manifest } from '../../overlay-client/index.js';
import {
  type Box,
  Channel,
  GhostCommand,
  type GraphicState,
  type OverlayRegion,
  type ProjectInput,
  StrobeCommand,
  type TrackingFrame,
} from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { catalogue } from '../channel/catalogue.js';
import type { OpenChannel } from '../channel/live-channel.js';
import { openChannel } from '../channel/open.js';
import { FrontOf } from '../front.js';
import { packagePath } from '../package-path.js';
import { runJob } from '../replay/index.js';
import type { Shot, TimeShot } from './shots.js';

const SIZE = '1280x720';
/** So long before its moment a shot is composited as well: who stands in front of the ground is told by colours learnt from frame to frame. */
const WARM_US = 500_000;
/** What stood still for so long is settled; it is not waited for longer than that. */
const SETTLED_US = 200_000;
const SETTLE_MOST_US = 2_000_000;

/** What a channel is set up with besides its source. */
export type Setup = Partial<Pick<ProjectInput['channels'][number], 'calibration' | 'course' | 'floor' | 'roster' | 'tracking'>>;

/** A source whose moments are wanted, with what its channel is set up with. */
export interface Reel {
  readonly url: string;
  readonly setup: Setup;
  readonly title: string;
  readonly shots: readonly Shot[];
  readonly timeShots: readonly TimeShot[];
}

/** A simulated scene as a reel. */
export function sceneReel(scene: string, shots: readonly Shot[], timeShots: readonly TimeShot[]): Reel {
  const url = `sim:${scene}?size=${SIZE}&fps=30`;
  return { url, setup: createScene(url).setup, title: scene, shots, timeShots };
}

/** One picture of the sheet. */
export interface Tile {
  readonly of: Shot | TimeShot;
  readonly caption: string;
  /** The whole picture. */
  readonly png: Uint8Array;
  /** Where the graphic drew, pixels; null where the picture itself is what was made. */
  readonly shows: Box | null;
}

/**
 * Runs a reel once; every graphic sees all of its frames, and is composited on the frames up to its moment alone.
 * @param imagesDir the pictures that graphics lay on the ground.
 */
export async function tilesOf(reel: Reel, imagesDir: string, log: (line: string) => void): Promise<Tile[]> {
  const recording = mkdtempSync(join(tmpdir(), 'leaderline-gallery-reel-'));
  try {
    log(`${reel.title}: ${reel.shots.length} graphics`);
    const tiles = await shotsOf(reel, imagesDir, recording);
    for (const shot of reel.timeShots) {
      log(`${reel.title}: ${shot.command.command}`);
      tiles.push(await timeTile(reel, shot, recording));
    }
    return tiles;
  } finally {
    rmSync(recording, { recursive: true, force: true });
  }
}

/** Composites every shot on the frame of its moment; a recording is made for shots in time. */
async function shotsOf(reel: Reel, imagesDir: string, recording: string): Promise<Tile[]> {
  const untilUs = 1e6 * Math.max(0, ...reel.timeShots.map(({ toS }) => toS));
  const replay = reel.timeShots.length > 0 ? { seconds: 120, megabytes: 500 } : ('off' as const);
  const channel = Channel.parse({ id: 'gallery', title: reel.title, source: { url: reel.url }, outputs: [], replay, ...reel.setup });
  const abort = new AbortController();
  const stages: Stage[] = [];
  const front = new FrontOf();
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: packagePath('assets'), signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    replayDirectory: recording,
    draw: () => ({ render: () => [], observe: () => {}, warnings: () => [], setScene: () => {}, close: () => {} }),
    onHealth: () => {},
    events: {
      onComposited: (frame, { native }) => {
        const before = front.next(frame);
        for (const stage of stages) stage.take(frame, native, before);
        if (stages.every(({ tile }) => tile) && frame.mediaTimeUs >= untilUs) abort.abort();
      },
    },
  });
  try {
    for (const shot of reel.shots) stages.push(await Stage.open(shot, reel.title, opened, imagesDir));
    await opened.runner.run();
    const missed = stages.filter(({ tile }) => !tile).map(({ shot }) => shot.type);
    if (missed.length > 0) throw new Error(`${reel.title} ends before the moments of ${missed.join(', ')}`);
    return await Promise.all(stages.flatMap(({ tile }) => tile ?? []));
  } finally {
    for (const stage of stages) stage.close();
    await opened.close();
  }
}

/** Where one shot is composited. */
class Stage {
  /** Once its moment was there. */
  tile: Promise<Tile> | undefined;
  readonly #compositor: Compositor;
  /** The same object as long as nothing changes: to a graphic, others are new data. */
  #given: GraphicState | undefined;
  #places = '';
  #placedAtUs = 0;

  private constructor(
    readonly shot: Shot,
    private readonly title: string,
    private readonly info: SourceInfo,
    private readonly overlay: HeadlessOverlay,
  ) {
    this.#compositor = new Compositor(info);
  }

  static async open(shot: Shot, title: string, { scene, source }: OpenChannel, imagesDir: string): Promise<Stage> {
    const overlay = await createHeadlessOverlay({ ...scene, ...(shot.look && { look: { mode: shot.look } }) }, { imagesDir });
    return new Stage(shot, title, source.info, overlay);
  }

  /** Frames in order. */
  take(frame: TrackingFrame, picture: Frame, front: Front): void {
    if (this.tile) return;
    const left = this.shot.atS * 1e6 - frame.mediaTimeUs;
    const states = [this.#state(frame)];
    if (left > WARM_US) {
      this.overlay.observe(frame, states);
      return;
    }
    const regions = this.overlay.render(frame, states);
    const native = picture.clone();
    if (!native) return;
    this.#compositor.blend({ native }, regions, front);
    if (left <= 0 && (this.#stands(frame, regions) || left < -SETTLE_MOST_US)) this.tile = this.#made(native, regions);
    else native.free();
  }

  /** Whether all that is drawn has been in its place for a while; always for what need not settle. */
  #stands({ mediaTimeUs }: TrackingFrame, regions: readonly OverlayRegion[]): boolean {
    if (!this.shot.settles) return true;
    const places = regions.map(({ key, x, y }) => `${key} ${x} ${y}`).join();
    if (places !== this.#places) {
      this.#places = places;
      this.#placedAtUs = mediaTimeUs;
    }
    return mediaTimeUs - this.#placedAtUs >= SETTLED_US;
  }

  #state(frame: TrackingFrame): GraphicState {
    const { type, data = {}, step = 0 } = this.shot;
    if (this.#given && typeof data !== 'function') return this.#given;
    const given = catalogue.parse(type, typeof data === 'function' ? data(frame) : data);
    this.#given = { id: type, title: '', type, on: true, changedAtUs: -1, data: given, step, steppedAtUs: -1 };
    return this.#given;
  }

  async #made(native: Frame, regions: readonly OverlayRegion[]): Promise<Tile> {
    const name = manifest(this.shot.type)?.name ?? this.shot.type;
    const shows = regions.length > 0 ? boxAround(regions) : null;
    try {
      return { of: this.shot, caption: `${name} · ${this.title}`, png: await pngOf(native, this.info), shows };
    } finally {
      native.free();
    }
  }

  close(): void {
    this.overlay.close();
    this.#compositor.close();
  }
}

async function timeTile(reel: Reel, shot: TimeShot, recording: string): Promise<Tile> {
  const out = join(recording, 'picture');
  const from = { folder: recording };
  if (shot.command.command === 'picture.strobe') {
    const command = StrobeCommand.parse({ ...shot.command, make: 'still' });
    const { fromUs = 0, toUs = shot.toS * 1e6 } = command;
    await runJob({ kind: 'strobe', from, range: { fromUs, toUs }, command, out }, () => {});
  } else {
    await runJob({ kind: 'ghost', run: from, ghost: from, command: GhostCommand.parse({ ...shot.command, make: 'still' }), out }, () => {});
  }
  const name = shot.command.command === 'picture.strobe' ? 'Stroboscopic' : 'Ghost';
  return { of: shot, caption: `${name} · ${reel.title}`, png: readFileSync(`${out}.png`), shows: null };
}

function boxAround(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((b) => b.x)), Math.min(...boxes.map((b) => b.y))];
  return { x, y, width: Math.max(...boxes.map((b) => b.x + b.width)) - x, height: Math.max(...boxes.map((b) => b.y + b.height)) - y };
}
