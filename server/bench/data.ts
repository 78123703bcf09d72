import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { AssociateOptions } from '../../tracking/index.js';

/** Folder of the real clips, detections and truth, or null where it is absent: `LEADERLINE_DATA`, or `../shared/data` beside the repository. */
export function findData(): string | null {
  const named = process.env.LEADERLINE_DATA;
  if (named !== undefined) return existsSync(named) ? named : null;
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  const beside = join(at, '..', 'shared', 'data');
  return existsSync(beside) ? beside : null;
}

/** One sequence of a tracking suite: detections in, truth to hold the tracks against. */
export interface Sequence {
  readonly name: string;
  /** MOTChallenge rows. */
  readonly detections: string;
  readonly truth: string;
  readonly options: AssociateOptions;
  readonly frames: number;
}

const About = z.object({ fps: z.number().positive(), width: z.number().int(), height: z.number().int(), frames: z.number().int() });

/** @param data folder found by {@link findData} @returns no sequences where the suite is not there */
export function readSuite(data: string, suite: string): Sequence[] {
  const folder = join(data, 'tracking', suite);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = (file: string) => join(folder, name, file);
      const text = (file: string) => readFileSync(path(file), 'utf8');
      const { fps, width, height, frames } = About.parse(JSON.parse(text('seq.json')));
      const motion = existsSync(path('motion.txt')) ? { motionText: text('motion.txt') } : {};
      return { name, detections: text('det.txt'), truth: text('gt.txt'), options: { fps, size: { width, height }, ...motion }, frames };
    });
}
