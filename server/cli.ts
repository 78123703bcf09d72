import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type Point, parseRational, type Rational, type Size } from '../protocol/index.js';
import { UsageError } from './usage-error.js';

/**
 * The command line. Each command lives in `commands/` and is loaded when asked for, so that `--help` is instant.
 * Exit codes: 0 done, 1 failed while running, 2 bad usage or input, 130 interrupted.
 */
export function makeProgram(): Command {
  const program = new Command('leaderline')
    .description('Live sports graphics from a camera alone: tracks, draws, and composites leader lines on the frame they were measured on.')
    .showHelpAfterError('(leaderline --help shows the commands)')
    .exitOverride();

  command(program, 'serve')
    .description('run every channel of a project, with its pages and outputs')
    .argument('[project]', 'project file (JSON); without one, the bundled demo runs')
    .option('--host <address>', 'address to listen on; beyond loopback, control needs a token', '127.0.0.1')
    .option('--port <n>', 'port to listen on', port, 8080)
    .option('--data <dir>', 'folder for HLS segments and what the server keeps', 'data')
    .action(async (project, o) => (await import('./commands/serve.js')).serve(project, o));

  command(program, 'compose')
    .description('draw graphics on a recording, as fast as the machine allows, frame for frame')
    .argument('<input>', 'file, URL or sim:SCENE')
    .option('--project <file>', 'project with calibration, course, roster and graphics; without one: tags and paths, no metres')
    .requiredOption('--out <file>', 'MP4, MKV or MOV to write')
    .option('--channel <id>', 'channel of the project (default: the first)')
    .option('--json', 'end with one JSON object: frames, times, CPU, memory')
    .action(async (input, o) => (await import('./commands/compose.js')).compose(input, o));

  command(program, 'track')
    .description('write where everyone is, without drawing')
    .argument('<input>', 'file, URL or sim:SCENE')
    .option('--project <file>', 'project with calibration, course and roster; without one, positions are in pixels')
    .requiredOption('--out <file>', 'file to write')
    .option('--channel <id>', 'channel of the project (default: the first)')
    .addOption(
      new Option('--format <format>', 'MOTChallenge rows; one TrackingFrame a line; the same after a line with the scene, for OGraf')
        .choices(['mot', 'jsonl', 'recording'])
        .default('mot'),
    )
    .option('--debug <video>', 'MP4, MKV or MOV to write: boxes, ids, what moved, the pose and its ground grid, drawn on the picture')
    .option('--follow <x,y>', 'follow what is at this place of the first frame, source pixels', point)
    .action(async (input, o) => (await import('./commands/track.js')).track(input, o));

  command(program, 'associate')
    .description('run the tracker alone on MOTChallenge detections')
    .argument('<detections>', 'rows frame,-1,x,y,w,h,score')
    .requiredOption('--out <file>', 'tracks to write, MOTChallenge rows')
    .option('--fps <n>', 'frames a second of the sequence', rate, { num: 30, den: 1 })
    .option('--size <WxH>', 'picture size in pixels', size, { width: 1920, height: 1080 })
    .option('--motion <file>', 'camera motion: rows k a b tx c d ty, carrying pixels of frame k-1 to frame k')
    .action(async (detections, o) => (await import('./commands/associate.js')).associateFile(detections, o));

  command(program, 'eval')
    .description('score tracks against ground truth: HOTA, DetA, AssA, MOTA, IDF1, IDSW, and COMBINED')
    .argument('<files...>', 'pairs: GT.txt TRACKS.txt [GT TRACKS ...]')
    .option('--json', 'print one JSON object')
    .action(async (files, o) => (await import('./commands/eval.js')).evalFiles(files, o));

  command(program, 'eval-calibration')
    .description('calibrate from key points and measure the error against truth: mean, median, 90th percentile, missed')
    .argument('<file>', 'JSON: pitchM, frames of size, points (image, groundM, confidence) and the true imageToGroundM')
    .option('--frames', 'one line a frame too')
    .option('--json', 'print one JSON object')
    .action(async (file, o) => (await import('./commands/eval-calibration.js')).evalCalibration(file, o));

  command(program, 'simulate')
    .description('draw a scene as video, with its exact truth')
    .argument('<scene>', 'sprint, swim, drone or shop (sim:… too)')
    .requiredOption('--out <video>', 'MP4, MKV or MOV to write')
    .option('--truth <file>', 'truth to write, one JSON line a frame')
    .option('--seconds <n>', 'length in seconds (default: the scene once)', positive)
    .option('--size <WxH>', 'picture size', size)
    .option('--fps <n>', 'frames a second, e.g. 25, 29.97, 60000/1001', rate)
    .option('--seed <n>', 'another seed, other people', whole)
    .action(async (scene, o) => (await import('./commands/simulate.js')).simulate(scene, o));

  command(program, 'bench')
    .description('measure on this machine, against named baselines in the same run')
    .argument('[name]', 'compose, glue, tracking, graphics, live or fanout (default: all)')
    .argument('[table]', 'of tracking: association, frame-rates, people, follow, calibration or speed (default: all)')
    .option('--json', 'print one JSON object')
    .action(async (name, table, o) => (await import('./commands/bench.js')).bench(name, table, o));

  command(program, 'gallery')
    .description('every graphic at a good moment of the simulated scenes, on one sheet')
    .option('--out <jpeg>', 'picture to write (default: docs/images/gallery.jpg, with --clips dist/gallery-clips.jpg)')
    .option('--clips', 'of the research data’s real clips instead (not to be published)')
    .action(async (o) => (await import('./commands/gallery.js')).gallery(o));

  command(program, 'doctor')
    .description('what works here: codecs, protocols, devices, GPU, memory')
    .option('--json', 'print one JSON object')
    .action(async (o) => (await import('./commands/doctor.js')).doctor(o));

  return program;
}

function command(program: Command, name: string): Command {
  return program.command(name).allowExcessArguments(false).exitOverride();
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new InvalidArgumentError('expected a port from 0 to 65535.');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 86_400)
    throw new InvalidArgumentError('expected seconds, above 0 and at most 86400.');
  return value;
}

function point(text: string): Point {
  const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected a place such as 640,360, in pixels from the top left corner.');
  return { x: Number(match[1]), y: Number(match[2]) };
}

function rate(text: string): Rational {
  const value = parseRational(text);
  if (!value) throw new InvalidArgumentError('expected a frame rate such as 25, 29.97 or 30000/1001.');
  return value;
}

function size(text: string): Size {
  const match = /^(\d{2,5})[x×](\d{2,5})$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected a size such as 1280x720.');
  const parsed = { width: Number(match[1]), height: Number(match[2]) };
  if (parsed.width < 16 || parsed.height < 16 || parsed.width > 8192 || parsed.height > 8192) {
    throw new InvalidArgumentError('expected a size from 16x16 to 8192x8192.');
  }
  return parsed;
}

/** Runs one command line. @returns the exit code; never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await makeProgram().parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`leaderline: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env.LEADERLINE_DEBUG && error instanceof Error) console.error(error.stack);
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exit(await main(process.argv));
