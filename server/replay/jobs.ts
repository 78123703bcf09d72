import { Compositor, ReplayReader, writeClip } from '../../media/index.js';
import { type GhostCommand, StrobeCommand, type TimeRange } from '../../protocol/index.js';
import { Film } from './film.js';
import { makeGhost } from './ghost.js';
import { time } from './moments.js';
import { type Drawn, Redraw } from './redraw.js';
import { repaired } from './repair.js';
import { makeStrobe } from './strobe.js';

/** Where recorded frames are taken from: a folder of segments, or a clip (its path without ending). */
export type Recording = { readonly folder: string } | { readonly clip: string };

/** Something to be made from recordings, in a process of its own. `out`: path of what is made, without its ending. */
export type Job =
  | { readonly kind: 'clip'; readonly from: Recording; readonly range: TimeRange; readonly drawn: Drawn; readonly out: string }
  | { readonly kind: 'strobe'; readonly from: Recording; readonly range: TimeRange; readonly command: StrobeCommand; readonly out: string }
  /** To have everything warm that a picture needs: one is made for nobody. */
  | { readonly kind: 'rehearsal'; readonly from: Recording; readonly out: string }
  | { readonly kind: 'ghost'; readonly run: Recording; readonly ghost: Recording; readonly command: GhostCommand; readonly out: string };

/** What a job tells on its way: how far it is, 0 to 1, and the ending of a file that is finished. */
export type Progress = (share: number, ending?: string) => void;

/** @returns endings of the files made. @throws Error in one line. */
export async function runJob(job: Job, progress: Progress): Promise<string[]> {
  switch (job.kind) {
    case 'clip':
      return exportClip(await openRecording(job.from), job, progress);
    case 'strobe':
      return makeStrobe(await openMeasured(job.from), job.range, job.command, job.out, progress);
    case 'rehearsal':
      return rehearse(await openMeasured(job.from), job.out);
    case 'ghost':
      return makeGhost(await openMeasured(job.run), await openMeasured(job.ghost), job.command, job.out, progress);
  }
}

/** @throws Error where nothing is recorded there. */
export async function openRecording(from: Recording): Promise<ReplayReader> {
  const reader = 'folder' in from ? await ReplayReader.openFolder(from.folder) : await ReplayReader.openClip(from.clip);
  if (reader.frames.length === 0) throw new Error('nothing has been recorded there');
  return reader;
}

/** With the poses of late frames mended. */
async function openMeasured(from: Recording): Promise<ReplayReader> {
  const reader = await openRecording(from);
  reader.amend(repaired);
  return reader;
}

async function exportClip(reader: ReplayReader, job: Extract<Job, { kind: 'clip' }>, progress: Progress): Promise<string[]> {
  const from = reader.at(job.range.fromUs);
  const to = reader.at(job.range.toUs);
  if (to <= from) throw new Error(`there are no frames between ${time(job.range.fromUs)} and ${time(job.range.toUs)}`);
  await writeClip(reader, from, to, job.out);
  const compositor = new Compositor(reader.picture);
  const redraw = await Redraw.open(reader, job.drawn);
  const film = await Film.open(`${job.out}.mp4`, reader.picture);
  try {
    let index = from;
    for await (const { frame, native } of reader.decode(from, to)) {
      try {
        while (reader.frames[index] && reader.frames[index]!.mediaTimeUs < frame.mediaTimeUs) index++;
        await redraw.over({ native }, compositor, index);
        await film.write(native, frame.mediaTimeUs, frame.durationUs);
      } finally {
        native.free();
      }
      progress((index - from) / (to - from));
    }
  } finally {
    await film.finish();
    redraw.close();
    compositor.close();
  }
  return ['mp4'];
}

/** @throws Error where nobody is seen well enough. */
async function rehearse(reader: ReplayReader, out: string): Promise<string[]> {
  const [first, last] = [reader.frames[0], reader.frames.at(-1)];
  const subject = last?.tracking.subjects.find((s) => s.state === 'visible');
  if (!first || !last || !subject) throw new Error('nobody is seen yet');
  const command = { command: 'picture.strobe', subject: { trackId: subject.trackId }, moments: { count: 4 }, holdS: 0, canvas: 'frame' };
  return makeStrobe(reader, { fromUs: first.mediaTimeUs, toUs: last.mediaTimeUs }, StrobeCommand.parse(command), out, () => {});
}
