import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findData } from '../bench/data.js';
import { type Reel, sceneReel, sheet, tilesOf } from '../gallery/gallery.js';
import { SHOTS, type Shot } from '../gallery/shots.js';
import { UsageError } from '../usage-error.js';

/** Folders of the research data's clips: from the air, a street, a square with a fixed camera. */
const CLIPS = ['uav-person11', 'tud-campus', 'pets-s2l1'] as const;

/** `leaderline gallery`: every graphic at a good moment, on one sheet. */
export async function gallery(o: { out: string; clips?: boolean }): Promise<void> {
  const scenes = [...new Set(SHOTS.map((shot) => shot.scene))];
  const reels: Reel[] = o.clips
    ? clipReels()
    : scenes.map((scene) =>
        sceneReel(
          scene,
          SHOTS.filter((shot) => shot.scene === scene),
        ),
      );
  const tiles = [];
  for (const reel of reels) tiles.push(...(await tilesOf(reel, (line) => console.log(line))));
  await sheet(tiles, o.out);
  console.log(`${tiles.length} pictures on ${o.out}`);
}

function clipReels(): Reel[] {
  const data = findData();
  if (data === null) throw new UsageError('--clips: the research data is not there; set LEADERLINE_DATA to its folder');
  return CLIPS.flatMap((name) => {
    const file =
      existsSync(join(data, 'video', name)) && readdirSync(join(data, 'video', name)).find((entry) => /\.(mp4|mkv|avi|webm)$/.test(entry));
    if (!file) return [];
    const shots: Shot[] = [
      { type: 'name-tags', scene: name, atS: 2, data: { show: 'all' } },
      { type: 'paths', scene: name, atS: 2.4 },
      { type: 'heat-map', scene: name, atS: 2.5 },
      { type: 'lower-third', scene: name, atS: 1.5, data: { name: 'Ana Kovač', line: 'Live' } },
    ];
    return [{ url: join(data, 'video', name, file), setup: {}, title: name, shots }];
  });
}
