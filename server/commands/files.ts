import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { sameFile } from '../same-file.js';
import { UsageError } from '../usage-error.js';

/** Reads a text file the user named. @throws UsageError: one line. */
export function readInput(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${what} ${path}: ${reason(error)}`);
  }
}

/**
 * Fails early, before long work, where a file could not be written, or would be written over what is being read.
 * @throws UsageError: one line.
 */
export function checkWritable(path: string, { input, option = '--out' }: { input?: string; option?: string } = {}): void {
  if (input !== undefined && sameFile(path, input)) throw new UsageError(`${option} ${path}: is the input itself; choose another name`);
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) throw new UsageError(`${option} ${path}: ${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new UsageError(`${option} ${path}: is a folder, expected a file name`);
    if (there) accessSync(path, constants.W_OK);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${option} ${path}: ${reason(error)}`);
  }
}

/** A file-system error in plain words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EISDIR':
      return 'is a folder, expected a file';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'not allowed';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
