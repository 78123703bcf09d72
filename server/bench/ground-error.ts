import { openSource } from '../../media/index.js';
import { apply, type Calibration, Channel, CourseGeometry, depth, invert, type Mat3, type Point, Source } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { TrackingPipeline } from '../../tracking/index.js';
import { options } from './pose-glue.js';

export interface GroundErrors {
  /** Distance in metres of where the course in view is held to be from where it is, over all frames. */
  readonly medianM: number;
  readonly p95M: number;
}

/**
 * Follows `sim:sprint` at 1080p, calibrated on its first frame only, with exact clicks and with clicks off by chance, and measures the ground in
 * metres.
 * @param offPx standard deviation of the clicks in either direction, source pixels; one result each
 */
export async function groundErrors(seconds: number, offPx: readonly number[]): Promise<GroundErrors[]> {
  const scene = createScene('sprint', { size: { width: 1920, height: 1080 }, fps: { num: 30, den: 1 } });
  const url = 'sim:sprint';
  const { calibration, course } = scene.setup;
  if (!calibration || !course) throw new Error('sim:sprint has no calibrated course');
  const places = placesOf(new CourseGeometry(course));
  const runs = await Promise.all(
    offPx.map(async (px, i) => {
      const setup = { ...scene.setup, calibration: clickedAmiss(calibration, px, i + 1) };
      const channel = Channel.parse({ id: 'ground', title: 'Ground', source: { url }, ...setup });
      const errors: number[] = [];
      return { pipeline: await TrackingPipeline.create({ source: scene.size, channel, fps: scene.fps }), errors };
    }),
  );
  const source = await openSource(Source.parse({ url }), options(scene, '.'));
  const frames = Math.round(seconds * 30);
  let index = 0;
  for await (const frame of source.frames()) {
    const truth = scene.truth(index).groundToImage;
    for (const { pipeline, errors } of runs) {
      const { pose } = pipeline.process(frame.luma, frame.mediaTimeUs, index, index === 0 ? 'start' : null);
      if (pose.state === 'held') errors.push(...offM(truth, pose.groundToImage, places, scene.size));
    }
    frame.close();
    if (++index >= frames) break;
  }
  await source.close();
  for (const { pipeline } of runs) await pipeline.close();
  return runs.map(({ errors }) => {
    errors.sort((a, b) => a - b);
    const at = (share: number) => errors[Math.floor(errors.length * share)] ?? Number.NaN;
    return { medianM: at(0.5), p95M: at(0.95) };
  });
}

/** Lane lines and middles, every 4 m. */
function placesOf(course: CourseGeometry): Point[] {
  const along = Array.from({ length: Math.floor(course.lengthM / 4) + 1 }, (_, i) => 4 * i);
  return along.flatMap((s) => [-0.5, -0.25, 0, 0.25, 0.5].map((share) => course.pointAt(s, share * course.course.widthM)));
}

function offM(truth: Mat3, seen: Mat3, places: readonly Point[], size: { width: number; height: number }): number[] {
  const back = invert(seen);
  if (!back) return [];
  return places.flatMap((place) => {
    const p = apply(truth, place);
    if (!(depth(truth, place) > 0 && p.x > 0 && p.y > 0 && p.x < size.width && p.y < size.height)) return [];
    const q = apply(back, p);
    return [Math.hypot(q.x - place.x, q.y - place.y)];
  });
}

function clickedAmiss(calibration: Calibration, px: number, seed: number): Calibration {
  const next = normal(seed);
  const points = calibration.points.map(({ image: [x, y], ground }) => ({
    image: [x + px * next(), y + px * next()] as [number, number],
    ground,
  }));
  return { ...calibration, points };
}

/** Seeded normal noise (Box–Muller). */
function normal(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
