import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findData } from '../bench/data.js';
import { clipReels } from '../gallery/clips.js';
import { LOGO, logo, type Reel, sceneReel, sheet, tilesOf } from '../gallery/gallery.js';
import { SHOTS } from '../gallery/shots.js';
import { UsageError } from '../usage-error.js';

/** `leaderline gallery`: every graphic at a good moment, on one sheet. */
export async function gallery(o: { out?: string; clips?: boolean }): Promise<void> {
  const scenes = [...new Set(SHOTS.map((shot) => shot.scene))];
  const reels: Reel[] = o.clips
    ? realReels()
    : scenes.map((scene) =>
        sceneReel(
          scene,
          SHOTS.filter((shot) => shot.scene === scene),
        ),
      );
  const images = mkdtempSync(join(tmpdir(), 'leaderline-gallery-'));
  const tiles = [];
  try {
    writeFileSync(join(images, LOGO), logo());
    for (const reel of reels) tiles.push(...(await tilesOf(reel, images, (line) => console.log(line))));
  } finally {
    rmSync(images, { recursive: true, force: true });
  }
  // What may not be published lies where git does not look.
  const out = o.out ?? (o.clips ? 'dist/gallery-clips.jpg' : 'docs/images/gallery.jpg');
  await sheet(tiles, out);
  console.log(`${tiles.length} pictures on ${out}`);
}

function realReels(): Reel[] {
  const data = findData();
  const reels = data === null ? [] : clipReels(data);
  if (reels.length === 0) throw new UsageError('--clips: the research data is not there; set LEADERLINE_DATA to its folder');
  return reels;
}
