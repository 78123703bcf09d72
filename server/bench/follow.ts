import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, Channel, iou } from '../../protocol/index.js';
import { FOLLOW_ID_BASE, parseMotFile } from '../../tracking/index.js';
import type { Table } from './table.js';
import { trackClip } from './track-clip.js';

const CLIPS = ['uav-wakeboard7', 'uav-person11'] as const;
/** A frame counts where the box agrees with the truth at least so far. */
const AGREES = 0.4;

/** Follow by click: one click on the middle of the first true box. */
export async function followTable(data: string): Promise<Table> {
  const figures: Record<string, number> = {};
  const rows: string[][] = [];
  const absent: string[] = [];
  for (const clip of CLIPS) {
    const url = join(data, 'video', clip, 'video.mp4');
    if (!existsSync(url)) {
      absent.push(`SKIPPED ${clip}: not among the data`);
      continue;
    }
    const truth = readFileSync(join(data, 'video', clip, 'target.txt'), 'utf8')
      .trim()
      .split('\n')
      .map(boxOf);
    const { x, y, width, height } = truth[0];
    const { rows: tracks, cpuMsAFrame } = await trackClip(Channel.parse({ id: clip, title: clip, source: { url } }), {
      x: x + width / 2,
      y: y + height / 2,
    });
    const followed = parseMotFile(tracks, clip);
    const overlaps = truth.map((box, i) => {
      const found = followed.get(i + 1)?.find(({ id }) => id === FOLLOW_ID_BASE);
      return found ? iou(found.box, box) : 0;
    });
    const share = (100 * overlaps.filter((v) => v >= AGREES).length) / overlaps.length;
    const mean = overlaps.reduce((sum, v) => sum + v, 0) / overlaps.length;
    figures[`${clip} followed %`] = share;
    rows.push([clip, `${share.toFixed(1)} %`, '80 %', mean.toFixed(2), cpuMsAFrame.toFixed(1)]);
  }
  return {
    title: `follow by click: share of frames at IoU of ${AGREES} or more after one click on the middle of the first true box`,
    header: ['clip', 'Leaderline', 'goal', 'mean IoU', 'CPU ms a frame'],
    rows,
    notes: absent,
    figures,
  };
}

function boxOf(row: string): Box {
  const [x, y, width, height] = row.split(',').map(Number);
  return { x, y, width, height };
}
