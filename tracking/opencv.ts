import { loadOpenCV as load, type OpenCV as Types } from '@opencvjs/node';

/** OpenCV's WebAssembly build. One thread; calls block; every Mat must be deleted. */
export type OpenCv = typeof Types;

/** Loads OpenCV once a thread (a third of a second). */
export function loadOpenCv(): Promise<OpenCv> {
  return load();
}

/** OpenCV's own version, e.g. "4.13.0". */
export async function openCvVersion(): Promise<string> {
  const cv = await loadOpenCv();
  return /OpenCV\s+(\d[\w.-]*)/.exec(cv.getBuildInformation())?.[1] ?? 'unknown version';
}

interface Deletable {
  delete(): void;
}

/** Owns OpenCV objects for the length of a call: `using arena = new Arena(); const m = arena.own(new cv.Mat())`. */
export class Arena implements Disposable {
  readonly #owned: Deletable[] = [];

  own<T extends Deletable>(object: T): T {
    this.#owned.push(object);
    return object;
  }

  [Symbol.dispose](): void {
    for (const object of this.#owned.reverse()) object.delete();
    this.#owned.length = 0;
  }
}
