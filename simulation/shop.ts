import { type Point, type SceneTruth, type SyntheticScene, Tracking } from '../protocol/index.js';
import { calibrationFrom } from './calibration.js';
import { groundToImage, vec, viewFrom } from './camera.js';
import { body, type Looks, type Pose } from './people/body.js';
import { castShadow, drawFigures, type Figure, figure, occlusion, type Sun } from './people/figure.js';
import { gait } from './people/gait.js';
import { passerBy, STREET_COLOURS } from './people/looks.js';
import { hash, random, shuffled, wander } from './random.js';
import { Raster } from './raster/raster.js';
import { once, SceneClock, type SceneOptions } from './scene.js';
import { FLOOR } from './shop-floor.js';
import { furnish } from './shop-room.js';
import { type Moment, makeVisits, type Visit } from './shoppers.js';
import { subjectTruth } from './truth.js';

const DURATION_S = 40;
const LAMPS: readonly Sun[] = [
  { direction: vec(0.25, -0.1, 0.96), softnessM: 0.14, strength: 100 },
  { direction: vec(-0.3, 0.2, 0.93), softnessM: 0.16, strength: 70 },
];

/** A shop seen by a fixed camera. Ground: see shop-floor.ts. Subjects are there only while inside the picture's reach. */
export function shop({ size, fps, seed }: SceneOptions): SyntheticScene {
  const clock = new SceneClock(DURATION_S, fps);
  const focal = Math.min(size.width * 0.79, size.height * 1.404);
  const view = viewFrom(vec(5.4, -6.3, 6.9), 1.535, -0.575, 0.004, focal, size);
  const toImage = groundToImage(view);
  const raster = new Raster(size);
  furnish(raster, view, seed);
  raster.prepareGrain(1.7, random(seed, 'grain'));
  raster.setLight(vec(-0.2, -0.45, 0.87), view, 0.7, 0.45);
  const next = random(seed, 'shoppers');
  const shirts = shuffled(next, STREET_COLOURS);
  const shoppers: Shopper[] = makeVisits(seed, DURATION_S).map((visit, i) => ({
    visit,
    looks: passerBy(next, shirts[i % shirts.length]),
    restless: wander(next, 0.3),
  }));

  const frame = once((index: number) => {
    const timeS = clock.timeS(index);
    const present: { id: number; moment: Moment; figure: Figure }[] = [];
    for (const [i, shopper] of shoppers.entries()) {
      const moment = shopper.visit.at(timeS);
      if (!moment) continue;
      const limbs = body(poseOf(moment, shopper, timeS), shopper.looks, moment.position.x, moment.position.y, moment.heading);
      const f = figure(view, limbs, moment.position);
      const { box } = f;
      if (box.x < size.width && box.y < size.height && box.x + box.width > 0 && box.y + box.height > 0)
        present.push({ id: i + 1, moment, figure: f });
    }
    return present;
  });

  const hiddenAt = (x: number, y: number, inverse: number) => raster.depthAt(x, y) > inverse;
  const truth = (index: number): SceneTruth => {
    const present = frame(index);
    const everyone = present.map((p) => p.figure);
    return {
      frameIndex: index,
      mediaTimeUs: clock.mediaTimeUs(index),
      groundToImage: toImage,
      subjects: present.map(({ id, moment, figure: f }) =>
        subjectTruth(toImage, f, {
          id,
          name: `Shopper ${id}`,
          speedMps: moment.speedMps,
          occlusion: occlusion(f, everyone, view, hiddenAt),
          behaviour: moment.behaviour,
        }),
      ),
    };
  };

  const render = (index: number): Uint8Array => {
    const everyone = frame(index).map((p) => p.figure);
    raster.restore();
    for (const lamp of LAMPS) for (const f of everyone) castShadow(raster, toImage, f, lamp);
    raster.applyShadows();
    drawFigures(raster, everyone);
    raster.grain(hash(index % clock.frames, seed));
    return raster.pixels;
  };

  return {
    name: 'shop',
    size,
    fps,
    durationUs: clock.durationUs,
    setup: {
      calibration: calibrationFrom(toImage, size, tileCorners(), 10),
      floor: FLOOR,
      roster: [],
      tracking: Tracking.parse({ camera: 'fixed', subjectHeightM: 1.72 }),
    },
    render,
    truth,
  };
}

interface Shopper {
  readonly visit: Visit;
  readonly looks: Looks;
  readonly restless: (timeS: number) => number;
}

/** Corners of floor tiles that no fixture hides. */
function tileCorners(): Point[] {
  const out: Point[] = [];
  for (const x of [1, 2, 4, 4.5, 7, 9, 10, 11]) for (const y of [0.5, 2, 2.5, 4, 5, 6.5, 7]) out.push({ x, y });
  return out.filter(({ x, y }) => y < 2.6 || y > 6.2 || [1, 2, 4, 4.5, 7, 10].includes(x));
}

function poseOf({ speedMps, phase, behaviour }: Moment, { restless }: Shopper, timeS: number): Pose {
  const walking = gait(phase, speedMps);
  const still = Math.max(0, 1 - speedMps / 0.35);
  if (still === 0) return walking;
  const k = restless(timeS);
  const studying = behaviour === 'study' ? still : 0;
  return {
    ...walking,
    lean: walking.lean + still * 0.03 * k + studying * 0.12,
    nod: walking.nod - studying * 0.35 - still * 0.1,
    turn: still * 0.6 * k * (1 - studying * 0.6),
    shoulderR: walking.shoulderR + studying * (0.75 + 0.35 * k),
    elbowR: walking.elbowR + studying * (0.8 - 0.4 * k),
    shoulderL: walking.shoulderL + still * 0.15,
    elbowL: walking.elbowL + still * (0.7 + 0.3 * k),
  };
}
