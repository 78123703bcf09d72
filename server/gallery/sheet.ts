import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Box } from '../../protocol/index.js';
import type { Tile } from './gallery.js';

const TILE = { width: 640, height: 360, caption: 40, gap: 10 } as const;
const COLUMNS = 3;
const QUALITIES = [80, 74, 68, 62, 56, 50, 44] as const;
/** Of a picture's width: nearer than this one would see pixels, farther no text. */
const SHARE = { least: 0.5, most: 1 } as const;
/** Room around what a graphic drew, as a share of it. */
const ROOM = 1.15;

/** All tiles on one sheet, as JPEG. @param mostBytes as good as fits into that. */
export async function sheet(tiles: readonly Tile[], path: string, mostBytes: number): Promise<void> {
  const rows = Math.ceil(tiles.length / COLUMNS);
  const width = COLUMNS * (TILE.width + TILE.gap) + TILE.gap;
  const canvas = createCanvas(width, rows * (TILE.height + TILE.caption + TILE.gap) + TILE.gap);
  const context = canvas.getContext('2d');
  context.fillStyle = '#0b1020';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#ffffff';
  context.font = '600 24px "Leaderline 700 latin", sans-serif';
  for (const [i, tile] of tiles.entries()) {
    const x = TILE.gap + (i % COLUMNS) * (TILE.width + TILE.gap);
    const y = TILE.gap + Math.floor(i / COLUMNS) * (TILE.height + TILE.caption + TILE.gap);
    const picture = await loadImage(tile.png);
    const cut = cutOf(tile, picture);
    // Pictures of other shapes keep theirs.
    const scale = Math.min(TILE.width / cut.width, TILE.height / cut.height);
    const [wide, high] = [cut.width * scale, cut.height * scale];
    const [left, top] = [x + (TILE.width - wide) / 2, y + (TILE.height - high) / 2];
    context.drawImage(picture, cut.x, cut.y, cut.width, cut.height, left, top, wide, high);
    context.fillText(tile.caption, x + 6, y + TILE.height + 28);
  }
  let jpeg = canvas.toBuffer('image/jpeg', QUALITIES[0]);
  for (const quality of QUALITIES) {
    if (jpeg.length <= mostBytes) break;
    jpeg = canvas.toBuffer('image/jpeg', quality);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, jpeg);
}

/** What of a picture is shown: around what the graphic drew, inside the picture and of its shape. */
export function cutOf({ of, shows }: Pick<Tile, 'of' | 'shows'>, picture: { readonly width: number; readonly height: number }): Box {
  const { width, height } = picture;
  const box = shows ?? { x: 0, y: 0, width, height };
  const needed = of.share ?? ROOM * Math.max(box.width / width, box.height / height);
  const share = Math.max(SHARE.least, Math.min(SHARE.most, needed));
  const [wide, high] = [width * share, height * share];
  const [right, down] = of.shift ?? [0, 0];
  const inside = (middle: number, size: number, all: number): number => Math.max(0, Math.min(all - size, middle - size / 2));
  return {
    x: inside(box.x + box.width / 2 + right * wide, wide, width),
    y: inside(box.y + box.height / 2 + down * high, high, height),
    width: wide,
    height: high,
  };
}
