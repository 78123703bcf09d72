import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findData } from '../bench/data.js';
import { clipReels } from '../gallery/clips.js';
import { type Reel, sceneReel, type Tile, tilesOf } from '../gallery/gallery.js';
import { LOGO, logo } from '../gallery/logo.js';
import { sheet } from '../gallery/sheet.js';
import { SHOTS, TIME_SHOTS } from '../gallery/shots.js';
import { UsageError } from '../usage-error.js';

/** What the sheet may add to the README's weight. */
const README_BYTES = 900_000;

/** `leaderline gallery`: every graphic at a good moment, on one sheet. */
export async function gallery(o: { out?: string; clips?: boolean }): Promise<void> {
  const reels: Reel[] = o.clips ? realReels() : sceneReels();
  const images = mkdtempSync(join(tmpdir(), 'leaderline-gallery-'));
  const tiles: Tile[] = [];
  try {
    writeFileSync(join(images, LOGO), logo());
    for (const reel of reels) tiles.push(...(await tilesOf(reel, images, (line) => console.log(line))));
  } finally {
    rmSync(images, { recursive: true, force: true });
  }
  const order: readonly Tile['of'][] = [...SHOTS, ...TIME_SHOTS];
  tiles.sort((a, b) => order.indexOf(a.of) - order.indexOf(b.of));
  // What may not be published lies where git does not look.
  const out = o.out ?? (o.clips ? 'dist/gallery-clips.jpg' : 'docs/images/gallery.jpg');
  await sheet(tiles, out, o.clips ? Number.POSITIVE_INFINITY : README_BYTES);
  console.log(`${tiles.length} pictures on ${out}`);
}

function sceneReels(): Reel[] {
  const scenes = new Set([...SHOTS, ...TIME_SHOTS].map(({ scene }) => scene));
  return [...scenes].map((scene) => {
    const here = (shot: { scene: string }): boolean => shot.scene === scene;
    return sceneReel(scene, SHOTS.filter(here), TIME_SHOTS.filter(here));
  });
}

function realReels(): Reel[] {
  const data = findData();
  const reels = data === null ? [] : clipReels(data);
  if (reels.length === 0) throw new UsageError('--clips: the research data is not there; set LEADERLINE_DATA to its folder');
  return reels;
}
