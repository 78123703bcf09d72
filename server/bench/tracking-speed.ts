import { associate } from '../../tracking/index.js';
import { byteTrack } from './byte-track.js';
import type { Table } from './table.js';

const FRAMES = 600;
const FPS = 25;
const SIZE = { width: 3840, height: 2160 };
const CROWDS = [10, 30, 100, 300];

/** How many frames a second of one core, by the number of people in them. */
export function crowdSpeedTable(): Table {
  const figures: Record<string, number> = {};
  const rows = CROWDS.map((people) => {
    const detections = crowd(people);
    const byte = framesPerS(() => byteTrack(detections, { fps: FPS, frames: FRAMES }));
    const ours = framesPerS(() => associate(detections, { fps: FPS, size: SIZE }));
    figures[`${people} people frames/s`] = ours;
    return [String(people), byte.toFixed(0), ours.toFixed(0)];
  });
  return {
    title: 'speed by people in the picture, frames a CPU second of one core, text included (goal: 500 at 100 people)',
    header: ['people', 'ByteTrack here', 'Leaderline'],
    rows,
    figures,
  };
}

function framesPerS(track: () => string): number {
  track();
  const from = process.cpuUsage();
  track();
  const { user, system } = process.cpuUsage(from);
  return FRAMES / ((user + system) / 1e6);
}

/** People who walk to and fro, each on a circle of their own; one detection in ten is missing, sizes by distance. */
function crowd(people: number): string {
  const lines: string[] = [];
  for (let frame = 1; frame <= FRAMES; frame++) {
    for (let i = 0; i < people; i++) {
      if ((frame * 7919 + i * 104729) % 10 === 0) continue;
      const angle = (frame / FPS) * (0.3 + (i % 7) / 20) + i;
      const x = 200 + ((i * 617) % 3400) + 120 * Math.cos(angle);
      const foot = 500 + ((i * 331) % 1500) + 60 * Math.sin(angle);
      const height = foot / 8;
      const score = 0.8 + ((frame + i) % 19) / 100;
      lines.push(
        `${frame},-1,${(x - height / 5).toFixed(1)},${(foot - height).toFixed(1)},${(height * 0.4).toFixed(1)},${height.toFixed(1)},${score.toFixed(2)}`,
      );
    }
  }
  return lines.join('\n');
}
