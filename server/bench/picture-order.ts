import { join } from 'node:path';
import { ReplayCommand } from '../../protocol/index.js';
import { type Job, openRecording, runJob } from '../replay/jobs.js';

/**
 * A picture in time and its clip, ordered from a recording (`picture-order.js strobe|ghost FOLDER OUT`) in a process of its own: what that costs until the still can
 * be fetched, and until the clip can, as the last line of its output. The range is the last five seconds but two.
 */

const RANGE_US = 5_000_000;
/** The first two warm what the last one is measured with. */
const ORDERS = 3;
/** The ghost ran so much earlier. */
const EARLIER_US = 400_000;
const LEAST_SEEN = 0.8;

/** Processor time of all threads and wall time since, seconds. */
function stopwatch(): () => { cpuS: number; wallS: number } {
  const [from, start] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(from);
    return { cpuS: (user + system) / 1e6, wallS: (performance.now() - start) / 1000 };
  };
}

const [kind = '', folder = '', out = ''] = process.argv.slice(2);
const reader = await openRecording({ folder });
const toUs = (reader.frames.at(-1)?.mediaTimeUs ?? 0) - 2_000_000;
const fromUs = Math.max(reader.frames[0]?.mediaTimeUs ?? 0, toUs - RANGE_US);
const within = reader.frames.filter((f) => f.mediaTimeUs >= fromUs && f.mediaTimeUs <= toUs);
/** Roster entries that are in the picture for most of the range. */
const seen = reader.scene.roster
  .map((_, rosterIndex) => rosterIndex)
  .filter(
    (i) =>
      within.filter((f) => f.tracking.subjects.some((s) => s.rosterIndex === i && s.state === 'visible')).length >
      within.length * LEAST_SEEN,
  );
const [runner = 0, other = runner] = [seen[0], seen.at(-1)];
const order =
  kind === 'strobe'
    ? { command: 'picture.strobe', subject: { rosterIndex: runner }, moments: { count: 8 } }
    : {
        command: 'picture.ghost',
        run: { subject: { rosterIndex: runner }, syncUs: fromUs },
        ghost: { subject: { rosterIndex: other }, syncUs: fromUs - EARLIER_US },
        afterS: RANGE_US / 1e6,
      };
const command = ReplayCommand.parse(order);

function jobTo(path: string): Job {
  const from = { folder };
  switch (command.command) {
    case 'picture.strobe':
      return { kind: 'strobe', from, range: { fromUs, toUs }, command, out: path };
    case 'picture.ghost':
      return { kind: 'ghost', run: from, ghost: from, command, out: path };
    default:
      throw new Error(`no bench of ${command.command}`);
  }
}

const figures: Record<string, number> = {};
for (let n = 0; n < ORDERS; n++) {
  const since = stopwatch();
  let still = since();
  await runJob(jobTo(join(out, `${kind}-${n}`)), (_, ending) => {
    if (ending === 'png') still = since();
  });
  const clip = since();
  if (n === 0) Object.assign(figures, { firstStillCpuS: still.cpuS, firstClipCpuS: clip.cpuS });
  else if (n === ORDERS - 1) Object.assign(figures, { stillCpuS: still.cpuS, clipCpuS: clip.cpuS, stillS: still.wallS, clipS: clip.wallS });
}
console.log(JSON.stringify(figures));
