import type { ChannelScene, Size, Standing, TrackingFrame } from '../../protocol/index.js';
import { raceFrame, raceScene } from './race.js';

/**
 * A 100 m final from the blocks to beyond the finish, ten frames a second: everyone's place is known exactly at every moment. The gun goes
 * at 2.0 s of media time.
 */

export const FINAL_FPS = 10;
export const GUN_S = 2;
const LENGTH_M = 100;
/** Top speed, m/s, and how quickly it is reached, s, by lane. */
const RUNNERS = [
  [10.06, 1.36],
  [10.0, 1.34],
  [9.95, 1.35],
  [9.9, 1.38],
  [9.8, 1.36],
  [9.7, 1.33],
  [9.6, 1.35],
  [9.4, 1.34],
] as const;

export function finalScene(size: Size, changes: Partial<ChannelScene> = {}): ChannelScene {
  const scene = raceScene(size);
  const roster = scene.roster.map((entry, i) => ({ ...entry, bib: String(101 + 13 * i) }));
  return { ...scene, roster, course: scene.course && { ...scene.course, splitsM: [40, 70] }, ...changes };
}

/** Metres from the start line of the runner in a lane (from 0), `t` seconds after the gun. */
export function runM(lane: number, t: number): number {
  const [top, build] = RUNNERS[lane % RUNNERS.length]!;
  if (t <= 0) return 0;
  // A lift in the middle of the race, the first runner's after 6 s.
  const lift = 0.5 + 0.5 * Math.tanh((t - 6 - 0.8 * (lane % 3)) / 0.5);
  return top * (t - build * (1 - Math.exp(-t / build))) + lift * (lane % 3 === 0 ? 1.1 : 0.3);
}

/** Seconds after the gun at which the runner in a lane is at a place. */
export function runS(lane: number, distanceM: number): number {
  let low = 0;
  let high = 60;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (runM(lane, middle) < distanceM) low = middle;
    else high = middle;
  }
  return high;
}

/** @param halted lane (from 0) whose runner stops at 55 m. */
export function finalFrame(size: Size, index: number, halted = -1): TrackingFrame {
  const mediaTimeUs = Math.round((index * 1_000_000) / FINAL_FPS);
  const t = mediaTimeUs / 1e6 - GUN_S;
  const frame = raceFrame(size, index, Math.min(240, Math.max(0, Math.round(t * 30))));
  const runs = frame.subjects.map(({ trackId, rosterIndex }, lane) => {
    const stops = lane === halted;
    const distanceM = stops ? Math.min(55, runM(lane, t)) : runM(lane, t);
    const finishS = runS(lane, LENGTH_M);
    const finishedAtUs = !stops && t >= finishS ? Math.round((finishS + GUN_S) * 1e6) : null;
    const speedMps = stops && distanceM >= 55 ? 0 : (runM(lane, t + 0.05) - runM(lane, t - 0.05)) / 0.1;
    return { trackId, rosterIndex, lane, distanceM, speedMps, finishedAtUs };
  });
  runs.sort((a, b) => (a.finishedAtUs ?? Infinity) - (b.finishedAtUs ?? Infinity) || b.distanceM - a.distanceM || a.lane - b.lane);
  const first = runs[0]!;
  const standings = runs.map(({ lane, ...run }, i): Standing => {
    const behind = t > 0 ? Math.max(0, t - runS(first.lane, run.distanceM)) : 0;
    return { ...run, rank: i + 1, gapM: Math.max(0, first.distanceM - run.distanceM), gapS: behind };
  });
  return { ...frame, mediaTimeUs, frameIndex: index, standings };
}

/** The first frame on which everyone is in. */
export const FINAL_FRAMES = 145;
