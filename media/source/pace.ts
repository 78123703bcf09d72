import type { TimedPicture } from './picture.js';

/** A stall longer than this is forgiven rather than caught up with. */
const FORGIVEN_MS = 500;

/** Resolves after `ms`, or at once when aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Lets pictures out when the wall clock reaches their media time: what makes a file or a scene live. */
export async function* paced(pictures: AsyncGenerator<TimedPicture>, signal: AbortSignal): AsyncGenerator<TimedPicture, void, undefined> {
  let startMs: number | null = null;
  for await (const picture of pictures) {
    const now = performance.now();
    startMs ??= now - picture.mediaTimeUs / 1000;
    const dueMs = startMs + picture.mediaTimeUs / 1000;
    if (dueMs > now) await sleep(dueMs - now, signal);
    else if (now - dueMs > FORGIVEN_MS) startMs += now - dueMs;
    yield picture;
  }
}
