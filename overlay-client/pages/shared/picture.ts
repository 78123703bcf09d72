import { mediaTimeOf } from './still.js';

const SLOWEST_MS = 2_000;

/**
 * Keeps an image showing the newest preview of a channel: the next is asked for when the last has come, at most every `everyMs`, and not
 * while the page is hidden. `data-state` on the image is `live` or `none`.
 */
export function refreshPreview(image: HTMLImageElement, channel: string, everyMs: number): () => void {
  let stopped = false;
  let shown: string | undefined;
  let shownUs = Number.NaN;
  const once = async (): Promise<void> => {
    const answer = await fetch(`/preview/${channel}.jpg`, { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    if (answer.status !== 200) throw new Error('no picture');
    const jpeg = await answer.blob();
    // Nothing is composited while no media time passes.
    if (mediaTimeOf(answer) === shownUs) return;
    const next = URL.createObjectURL(jpeg);
    const loader = new Image();
    loader.src = next;
    await loader.decode();
    image.src = next;
    shownUs = mediaTimeOf(answer);
    if (shown !== undefined) URL.revokeObjectURL(shown);
    shown = next;
  };
  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!stopped) {
      const start = performance.now();
      if (!document.hidden) {
        try {
          await once();
          failures = 0;
          image.dataset['state'] = 'live';
        } catch {
          if (++failures >= 2) image.dataset['state'] = 'none';
        }
      }
      const pause = failures > 0 ? SLOWEST_MS : everyMs;
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, pause - (performance.now() - start))));
    }
  };
  void loop();
  return () => {
    stopped = true;
  };
}
