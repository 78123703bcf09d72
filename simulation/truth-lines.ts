import type { SceneTruth } from '../protocol/index.js';

/**
 * One line of `--truth`, JSON without a line end:
 * `frame` (from 0), `mediaTimeUs`, `groundToImage` (row-major 3×3, metres → continuous pixels), and `subjects`, each with `id`, `name`, `lane`
 * (where there are lanes), `box` [x, y, width, height] and `foot` [x, y] in continuous pixels, `groundM` [x, y], `speedMps`, `occlusion` (0–1);
 * in a race `rank`, `distanceM`, `gapM`, `gapS` (null while unknown); in a shop `behaviour`.
 */
export function truthLine(truth: SceneTruth): string {
  return JSON.stringify({
    frame: truth.frameIndex,
    mediaTimeUs: truth.mediaTimeUs,
    groundToImage: truth.groundToImage.map((v) => Number(v.toPrecision(12))),
    subjects: truth.subjects.map(({ box, foot, groundM, speedMps, occlusion, distanceM, gapM, gapS, id, name, lane, rank, behaviour }) => ({
      id,
      name,
      lane,
      box: [box.x, box.y, box.width, box.height].map(round3),
      foot: [foot.x, foot.y].map(round3),
      groundM: [groundM.x, groundM.y].map(round4),
      speedMps: round4(speedMps),
      occlusion: round3(occlusion),
      rank,
      distanceM: distanceM === undefined ? undefined : round4(distanceM),
      gapM: gapM === undefined ? undefined : round4(gapM),
      gapS: typeof gapS === 'number' ? round4(gapS) : gapS,
      behaviour,
    })),
  });
}

const round3 = (value: number) => Math.round(value * 1e3) / 1e3;
const round4 = (value: number) => Math.round(value * 1e4) / 1e4;
