import { posix } from 'node:path';
import { unzipSync } from 'fflate';
import { UsageError } from '../usage-error.js';

const FILES_MAX = 1000;
const UNPACKED_MAX_BYTES = 64 * 1024 * 1024;
const PATH_MAX = 200;

/**
 * The files of a zip by their path, checked before anything is unpacked: how many, how large all together, and that no path leads out of it. Folders
 * and what macOS adds are left out.
 * @throws UsageError with one line.
 */
export function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  let count = 0;
  let total = 0;
  let refusal: string | undefined;
  const refuse = (line: string): false => {
    refusal ??= line;
    return false;
  };
  let unpacked: ReturnType<typeof unzipSync>;
  try {
    unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (refusal !== undefined || name.endsWith('/') || name.startsWith('__MACOSX/') || name.endsWith('.DS_Store')) return false;
        if (!isInside(name)) return refuse(`the zip holds ${JSON.stringify(name.slice(0, 80))}, which is no path inside it`);
        if (++count > FILES_MAX) return refuse(`the zip holds more than ${FILES_MAX} files`);
        total += originalSize;
        return total <= UNPACKED_MAX_BYTES || refuse(`unpacked, the zip is larger than ${UNPACKED_MAX_BYTES / 1024 / 1024} MB`);
      },
    });
  } catch {
    throw new UsageError('this is no zip, or a damaged one');
  }
  if (refusal !== undefined) throw new UsageError(refusal);
  return new Map(Object.entries(unpacked));
}

function isInside(path: string): boolean {
  return (
    path.length <= PATH_MAX &&
    !/[\\\p{Cc}:]/u.test(path) &&
    posix.normalize(path) === path &&
    !path.startsWith('/') &&
    !/(^|\/)\.\.?(\/|$)/.test(path)
  );
}
