import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaTimeUs } from '../../protocol/index.js';

/** A stretch of a rolling recording: `PATH.idx` and `PATH.dat`. */
export interface Segment {
  readonly startUs: MediaTimeUs;
  /** Without the ending. */
  readonly path: string;
}

const DIGITS = 16;
const NAME = /^(\d{16})\.idx$/;

export function segmentPath(directory: string, startUs: MediaTimeUs): string {
  return join(directory, String(startUs).padStart(DIGITS, '0'));
}

/** Every segment in a folder, oldest first; none where there is no such folder. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .sort()
    .map((digits) => ({ startUs: Number(digits), path: join(directory, digits) }));
}

/** Takes away every segment, and what a crash left of one. */
export async function emptyFolder(directory: string): Promise<void> {
  for (const name of await readdir(directory)) if (/^\d{16}\.(idx|dat)$/.test(name)) await rm(join(directory, name), { force: true });
}

export async function removeSegment({ path }: Segment): Promise<void> {
  // The index first: whoever lists in between sees no index without its pictures.
  await rm(`${path}.idx`, { force: true });
  await rm(`${path}.dat`, { force: true });
}

/**
 * Holds what a stretch of time needs in a folder of its own, so that it outlives the rolling buffer: hard links, or copies where the disk
 * knows none. A segment that is still being written goes on growing there.
 */
export async function pinSegments(directory: string, fromUs: MediaTimeUs, toUs: MediaTimeUs, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const all = await listSegments(directory);
  const wanted = all.filter(({ startUs }, i) => startUs <= toUs && (all[i + 1]?.startUs ?? Number.POSITIVE_INFINITY) > fromUs);
  for (const { startUs, path } of wanted) {
    for (const ending of ['.dat', '.idx']) await linkOrCopy(path + ending, segmentPath(into, startUs) + ending);
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // Rolled away since it was listed, or held already.
    if (code === 'ENOENT' || code === 'EEXIST') return;
    await copyFile(from, to);
  }
}
