import type { Channel, Point, TrackingFrame } from '../../protocol/index.js';
import { openChannel } from '../channel/open.js';
import { motRows } from '../commands/track.js';

export interface TrackedClip {
  /** What `leaderline track` writes: MOTChallenge rows of what was seen. */
  readonly rows: string;
  /** As they would be drawn. */
  readonly drawn: readonly TrackingFrame[];
  /** Of all threads, decoding included, milliseconds a frame. */
  readonly cpuMsAFrame: number;
}

/**
 * Tracks a clip as `leaderline track` does, in this process.
 * @param follow place on the first frame to follow from, source pixels
 */
export async function trackClip(channel: Channel, follow?: Point): Promise<TrackedClip> {
  const rows: string[] = [];
  const drawn: TrackingFrame[] = [];
  const opened = await openChannel({
    channel,
    mode: 'offline',
    baseDir: process.cwd(),
    signal: new AbortController().signal,
    outputs: [],
    hlsDirectory: null,
    graphics: null,
    draw: false,
    onHealth: () => {},
    events: { onMeasured: (frame) => rows.push(motRows(frame)), onComposited: (frame) => drawn.push(frame) },
  });
  const from = process.cpuUsage();
  try {
    if (follow) opened.tracking.follow({ ...follow, mediaTimeUs: 0 });
    await opened.runner.run();
  } finally {
    await opened.close();
  }
  const { user, system } = process.cpuUsage(from);
  return { rows: rows.join(''), drawn, cpuMsAFrame: (user + system) / 1000 / drawn.length };
}
