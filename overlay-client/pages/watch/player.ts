import Hls, { type ErrorData, Events } from 'hls.js';

const RETRY_MS = 1_500;
/** Playback that stands still this long while it should run is started again. */
const STALL_MS = 6_000;

/** What the player is doing, for the page's words. */
export type Playing = 'loading' | 'playing' | 'stalled' | 'unsupported';

/**
 * Plays a live HLS playlist near its live edge and keeps playing: a missing playlist is asked for again, network and decoder errors are
 * recovered from, a stalled picture is started again. Native HLS where hls.js cannot run (iOS).
 */
export function playLive(
  video: HTMLVideoElement,
  url: string,
  onChange: (playing: Playing) => void,
): { toLive(): void; latencyS(): number } {
  video.addEventListener('playing', () => onChange('playing'));
  video.addEventListener('waiting', () => onChange('loading'));
  if (!Hls.isSupported()) return playNative(video, url, onChange);
  let hls = start();
  let lastTime = -1;
  let movedAtMs = performance.now();

  function start(): Hls {
    const made = new Hls({
      liveSyncDurationCount: 2,
      liveMaxLatencyDurationCount: 6,
      maxLiveSyncPlaybackRate: 1.1,
      backBufferLength: 20,
      manifestLoadPolicy: { default: { maxTimeToFirstByteMs: 5_000, maxLoadTimeMs: 10_000, timeoutRetry: null, errorRetry: null } },
    });
    made.on(Events.ERROR, (_, data) => onError(made, data));
    made.on(Events.MANIFEST_PARSED, () => void video.play().catch(() => undefined));
    made.loadSource(url);
    made.attachMedia(video);
    return made;
  }

  function restart(): void {
    hls.destroy();
    movedAtMs = performance.now();
    hls = start();
  }

  function onError(from: Hls, data: ErrorData): void {
    if (!data.fatal || from !== hls) return;
    onChange('loading');
    if (data.type === 'mediaError') hls.recoverMediaError();
    else setTimeout(() => from === hls && restart(), RETRY_MS);
  }

  setInterval(() => {
    const now = performance.now();
    if (video.currentTime !== lastTime || video.paused || document.hidden) movedAtMs = now;
    lastTime = video.currentTime;
    if (now - movedAtMs < STALL_MS) return;
    onChange('stalled');
    restart();
  }, 1_000);

  return {
    toLive: () => {
      if (hls.liveSyncPosition !== null) video.currentTime = hls.liveSyncPosition;
      void video.play().catch(() => undefined);
    },
    latencyS: () => hls.latency,
  };
}

function playNative(video: HTMLVideoElement, url: string, onChange: (playing: Playing) => void): { toLive(): void; latencyS(): number } {
  const load = (): void => {
    video.src = url;
    void video.play().catch(() => undefined);
  };
  if (video.canPlayType('application/vnd.apple.mpegurl') === '') onChange('unsupported');
  else {
    video.addEventListener('error', () => setTimeout(load, RETRY_MS));
    load();
  }
  return { toLive: load, latencyS: () => 0 };
}
