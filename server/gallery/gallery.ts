import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { Compositor, PreviewEncoder } from '../../media/index.js';
import { createHeadlessOverlay, type HeadlessOverlay } from '../../overlay-client/index.js';
import { Channel, type ChannelScene, type GraphicState, MatteFade, type ProjectInput, type TrackingFrame } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { catalogue } from '../channel/catalogue.js';
import { openChannel } from '../channel/open.js';
import { packagePath } from '../package-path.js';
import type { Shot } from './shots.js';

const TILE = { width: 416, height: 234, caption: 32, gap: 8 } as const;
const COLUMNS = 4;
/** Of the sheet: it is seen in a README, every tile a third of its picture in width. */
const QUALITY = 62;
const SIZE = '1280x720';

/** What a channel is set up with besides its source. */
export type Setup = Partial<Pick<ProjectInput['channels'][number], 'calibration' | 'course' | 'floor' | 'roster' | 'tracking'>>;

/** A source whose moments are wanted, with what its channel is set up with. */
export interface Reel {
  readonly url: string;
  readonly setup: Setup;
  readonly title: string;
  readonly shots: readonly Shot[];
}

/** A simulated scene as a reel. */
export function sceneReel(scene: string, shots: readonly Shot[]): Reel {
  const url = `sim:${scene}?size=${SIZE}&fps=30`;
  return { url, setup: createScene(url).setup, title: scene, shots };
}

/** One tile: a composited picture as JPEG, and what it shows. */
interface Tile {
  readonly caption: string;
  readonly jpeg: Uint8Array;
}

/**
 * Runs a reel once; every graphic sees all of its frames, and is composited on the frame of its moment alone.
 * @param imagesDir the pictures that graphics lay on the ground.
 */
export async function tilesOf(reel: Reel, imagesDir: string, log: (line: string) => void): Promise<Tile[]> {
  const channel = Channel.parse({ id: 'gallery', title: reel.title, source: { url: reel.url }, outputs: [], replay: 'off', ...reel.setup });
  const abort = new AbortController();
  const states = reel.shots.map((shot, i): GraphicState => {
    const data = catalogue.parse(shot.type, shot.data ?? {});
    return { id: `g${i}`, title: '', type: shot.type, on: true, changedAtUs: -1, data, step: shot.step ?? 0, steppedAtUs: -1 };
  });
  let overlays: HeadlessOverlay[] = [];
  const made: Promise<Tile>[] = [];
  const done = new Set<number>();
  const fade = new MatteFade();
  const empty: HeadlessOverlay = { render: () => [], observe: () => {}, warnings: () => [], setScene: () => {}, close: () => {} };
  const shoot = (i: number, frame: TrackingFrame, picture: { native: Parameters<Compositor['blend']>[0]['native'] }): void => {
    const [shot, overlay, state] = [reel.shots[i], overlays[i], states[i]];
    if (!shot || !overlay || !state) return;
    done.add(i);
    const native = picture.native.clone();
    if (!native) return;
    const { info } = opened.source;
    const compositor = new Compositor(info);
    const people = frame.subjects.filter((s) => s.state !== 'outside').map((s) => s.box);
    compositor.blend({ native }, overlay.render(frame, [state]), { ...fade.next(frame), people });
    const encoder = new PreviewEncoder(info, TILE.width * 2);
    const tile = encoder.encode({ native }).then(async (jpeg) => {
      await encoder.close();
      compositor.close();
      native.free();
      return { caption: `${shot.type} · ${reel.title}`, jpeg };
    });
    made.push(tile);
  };
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: packagePath('assets'), signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    draw: () => empty,
    onHealth: () => {},
    events: {
      onComposited: (frame, picture) => {
        for (const [i, shot] of reel.shots.entries()) {
          if (done.has(i)) continue;
          if (frame.mediaTimeUs >= shot.atS * 1e6) shoot(i, frame, picture);
          else overlays[i]?.observe(frame, [states[i] as GraphicState]);
        }
        if (done.size === reel.shots.length) abort.abort();
      },
    },
  });
  try {
    const scene: ChannelScene = opened.scene;
    overlays = await Promise.all(reel.shots.map(() => createHeadlessOverlay(scene, { imagesDir })));
    log(`${reel.title}: ${reel.shots.length} graphics`);
    await opened.runner.run();
    return await Promise.all(made);
  } finally {
    for (const overlay of overlays) overlay.close();
    await opened.close();
  }
}

/** File name of {@link logo} in the folder of images. */
export const LOGO = 'logo.png';

/** The picture of a sponsor there is not, as PNG. */
export function logo(): Uint8Array {
  const canvas = createCanvas(640, 240);
  const context = canvas.getContext('2d');
  context.fillStyle = '#0b5fff';
  context.beginPath();
  context.roundRect(0, 0, canvas.width, canvas.height, 48);
  context.fill();
  // An N of two posts and a slope: no font is needed, and it shows which way up it lies.
  context.strokeStyle = '#ffffff';
  context.lineWidth = 34;
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(90, 190);
  context.lineTo(90, 50);
  context.lineTo(210, 190);
  context.lineTo(210, 50);
  context.stroke();
  context.fillStyle = '#ffd23f';
  for (let i = 0; i < 3; i++) context.fillRect(270, 55 + i * 50, 290 - i * 70, 30);
  return canvas.toBuffer('image/png');
}

/** All tiles on one sheet, as JPEG. */
export async function sheet(tiles: readonly Tile[], path: string): Promise<void> {
  const rows = Math.ceil(tiles.length / COLUMNS);
  const width = COLUMNS * (TILE.width + TILE.gap) + TILE.gap;
  const canvas = createCanvas(width, rows * (TILE.height + TILE.caption + TILE.gap) + TILE.gap);
  const context = canvas.getContext('2d');
  context.fillStyle = '#0b1020';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#ffffff';
  context.font = '600 19px "Leaderline 700 latin", sans-serif';
  for (const [i, { caption, jpeg }] of tiles.entries()) {
    const x = TILE.gap + (i % COLUMNS) * (TILE.width + TILE.gap);
    const y = TILE.gap + Math.floor(i / COLUMNS) * (TILE.height + TILE.caption + TILE.gap);
    const picture = await loadImage(jpeg);
    // Pictures of other shapes keep theirs.
    const scale = Math.min(TILE.width / picture.width, TILE.height / picture.height);
    const [wide, high] = [picture.width * scale, picture.height * scale];
    context.drawImage(picture, x + (TILE.width - wide) / 2, y + (TILE.height - high) / 2, wide, high);
    context.fillText(caption, x + 6, y + TILE.height + 23);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, canvas.toBuffer('image/jpeg', QUALITY));
}
