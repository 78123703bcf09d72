import { type Point, type SceneTruth, type SyntheticScene, Tracking } from '../protocol/index.js';
import { calibrationFrom } from './calibration.js';
import { groundToImage, type Vec3, type View, vec, viewFrom } from './camera.js';
import { follow } from './operator.js';
import { body } from './people/body.js';
import { castShadow, drawFigures, type Figure, figure, type Sun } from './people/figure.js';
import { gait } from './people/gait.js';
import { athlete, hexColour, official } from './people/looks.js';
import { makeRoster } from './people/names.js';
import { splash, swimmer } from './people/swimmer.js';
import { LANE_M, LANES, LENGTH_M, laneCentre, POOL_M, Pool } from './pool.js';
import { Run } from './race.js';
import { raceTruth } from './race-truth.js';
import { between, hash, pick, random, wander } from './random.js';
import { type Colour, Raster } from './raster/raster.js';
import { focalFor, once, SceneClock, type SceneOptions } from './scene.js';

const DURATION_S = 30;
const CAMERA: Vec3 = vec(27, -15, 11.5);
const LIGHT: Sun = { direction: vec(-0.2, -0.35, 0.915), softnessM: 0.12, strength: 80 };
/** Distance from the shoulders to the reaching hand that touches the wall. */
const REACH_M = 0.7;

/**
 * The last 50 m of a freestyle race, from the push-off to the touch. Ground: the water's surface, x along the course (0 the wall of the start,
 * 50 the finish), y across to the left, 0 at lane 8's outer rope. A subject's ground position is that of its shoulders; its distance, that of its
 * reach. The camera stands on a tripod.
 */
export function swim({ size, fps, seed }: SceneOptions): SyntheticScene {
  const clock = new SceneClock(DURATION_S, fps);
  const roster = makeRoster(random(seed, 'roster'), LANES, true);
  const swimmers = makeSwimmers(seed, roster);
  const runs = swimmers.map((s) => s.run);
  const deckPeople = makeOfficials(seed);
  const camera = makeCamera(seed, size, runs);
  const raster = new Raster(size);
  const pool = new Pool(raster, seed);
  raster.prepareGrain(2, random(seed, 'grain'));

  const frame = once((index: number) => {
    const timeS = clock.timeS(index);
    const view = camera(timeS);
    const subjects = swimmers.map((s) => s.at(timeS, view));
    const others = deckPeople.map((p) => p(timeS, view));
    return { timeS, view, toImage: groundToImage(view), subjects, others };
  });

  const truth = (index: number): SceneTruth =>
    raceTruth({ frameIndex: index, mediaTimeUs: clock.mediaTimeUs(index) }, frame(index), { runs, finishM: LENGTH_M, roster });

  const render = (index: number): Uint8Array => {
    const { timeS, view, toImage, subjects, others } = frame(index);
    raster.setLight(LIGHT.direction, view, 0.7, 0.5);
    pool.draw(view, timeS);
    for (const f of others) castShadow(raster, toImage, f, LIGHT);
    raster.applyShadows();
    // Foam in front of a swimmer covers the swimmer, foam behind is covered: each lane is drawn with its own, far lanes first.
    drawFigures(raster, [
      ...subjects.flatMap((s, i) => [s.figure, swimmers[i]?.foam(timeS, view, index % clock.frames) as Figure]),
      ...others,
    ]);
    raster.grain(hash(index % clock.frames, seed));
    return raster.pixels;
  };

  return {
    name: 'swim',
    size,
    fps,
    durationUs: clock.durationUs,
    setup: {
      calibration: calibrationFrom(groundToImage(camera(0)), size, marks(), 10),
      course: {
        centreLine: [
          [-2, POOL_M / 2],
          [LENGTH_M + 2, POOL_M / 2],
        ],
        startM: 2,
        finishM: 2 + LENGTH_M,
        splitsM: [2 + 25],
        widthM: POOL_M,
        lanes: LANES,
      },
      roster,
      tracking: Tracking.parse({ camera: 'moving', subjectHeightM: 0.9 }),
    },
    render,
    truth,
  };
}

/** Corners of the pool, ropes at the walls, and the marks of every 5 m on the rim. */
function marks(): Point[] {
  const out: Point[] = [];
  for (let x = 0; x <= LENGTH_M; x += 5) for (const y of [-0.2, POOL_M + 0.2]) out.push({ x, y });
  for (let lane = 1; lane < LANES; lane++) for (const x of [0, 5, 15, 35, 45, LENGTH_M]) out.push({ x, y: lane * LANE_M });
  return out;
}

interface Swimmer {
  readonly run: Run;
  at(timeS: number, view: View): { figure: Figure; speedMps: number };
  foam(timeS: number, view: View, frameIndex: number): Figure;
}

function makeSwimmers(seed: number, roster: ReturnType<typeof makeRoster>): Swimmer[] {
  const next = random(seed, 'swimmers');
  return roster.map((entry, i) => {
    const offS = between(next, 0.1, 0.9);
    const cruise = between(next, 1.93, 2.07);
    const form = wander(next, 0.1);
    const fade = between(next, 0, 0.012);
    const sprintAt = between(next, 33, 40);
    const rate = between(next, 2.0, 2.35);
    const run = new Run(
      DURATION_S + 1,
      (t, d, v) => {
        if (t < offS) return 0;
        // Off the wall in half a second, gliding down to swimming speed; stopped by the wall.
        if (t < offS + 0.35) return 8;
        if (d > LENGTH_M - 0.02) return -v * 240;
        const wanted = cruise + 0.09 * form(t) - fade * t * 0.5 + (d > sprintAt ? 0.07 : 0);
        const pull = 0.25 * Math.sin(d * 2 * ((2 * Math.PI) / rate)) * (d > 7 ? 1 : 0);
        return (wanted - v) / 1.1 + pull;
      },
      { distanceM: 0.2, phase: next(), cycleM: () => rate },
    );
    const colour = hexColour(entry.colour ?? '#ffffff');
    const looks = {
      ...athlete(next, colour, colour),
      hair: pick<Colour>(next, [colour, colour, [240, 240, 240]]),
      shorts: [28, 30, 40] as Colour,
    };
    const y = laneCentre(i + 1);
    const drift = wander(next, 0.08);
    const diveM = between(next, 7, 9.5);
    const state = (timeS: number) => {
      const { distanceM, speedMps, phase } = run.at(timeS);
      const rising = Math.max(0, Math.min(1, (distanceM - diveM + 2.5) / 2.5));
      const depthM = 0.75 * (1 - rising * rising * (3 - 2 * rising)) * Math.min(1, distanceM / 2 + 0.4);
      const finish = run.timeAt(LENGTH_M - 0.05);
      const upright = finish === null ? 0 : Math.max(0, Math.min(1, (timeS - finish) / 1.2));
      const ground = { x: distanceM - REACH_M + 0.25 * upright, y: y + 0.14 * drift(timeS) };
      return { speedMps, phase, depthM, upright, ground };
    };
    return {
      run,
      at: (timeS, view) => {
        const { speedMps, phase, depthM, upright, ground } = state(timeS);
        return { figure: figure(view, swimmer(looks, ground.x, ground.y, 0, phase, depthM, upright), ground), speedMps };
      },
      foam: (timeS, view, frameIndex) => {
        const { speedMps, phase, depthM, ground } = state(timeS);
        const drops = random(hash(frameIndex >> 1, seed * 31 + i), 'foam');
        return figure(view, splash(drops, ground.x, ground.y, 0, phase, speedMps, depthM), { x: ground.x, y: ground.y - 0.01 });
      },
    };
  });
}

/** Judges who walk along the near and far side, and stand behind the finish. */
function makeOfficials(seed: number): ((timeS: number, view: View) => Figure)[] {
  const next = random(seed, 'officials');
  return Array.from({ length: 10 }, (_, i) => {
    const looks = official(next);
    const standing = i >= 4;
    const x0 = standing ? LENGTH_M + between(next, 2.4, 3.4) : between(next, 4, 46);
    const y0 = standing ? laneCentre(i - 2) + between(next, -0.5, 0.5) : i % 2 ? POOL_M + between(next, 1, 2.4) : -between(next, 1.2, 2.4);
    const speed = standing ? 0 : (next() < 0.5 ? -1 : 1) * between(next, 0.8, 1.2);
    const sway = wander(next, 0.2);
    const phase = next();
    return (timeS, view) => {
      const x = x0 + speed * (timeS - 12);
      const k = sway(timeS);
      const pose = gait(phase + (Math.abs(speed) * timeS) / 1.35, Math.abs(speed));
      const still = { ...pose, turn: 0.7 * k, elbowL: pose.elbowL + 0.8 + 0.2 * k, lean: pose.lean + 0.04 * k };
      return figure(view, body(standing ? still : pose, looks, x, y0, standing ? Math.PI : speed > 0 ? 0 : Math.PI), { x, y: y0 });
    };
  });
}

function makeCamera(seed: number, size: SceneOptions['size'], runs: readonly Run[]): (timeS: number) => View {
  const next = random(seed, 'camera');
  const share = between(next, 0.108, 0.114);
  const target = (timeS: number) => {
    const at = runs.map((run) => run.at(Math.max(0, timeS)).distanceM).sort((a, b) => b - a);
    const x = Math.max(8.5, Math.min(LENGTH_M - 7, 0.6 * (at[0] as number) + 0.4 * (at.at(-1) as number) + 0.6));
    const dx = x - CAMERA.x;
    const dy = 9 - CAMERA.y;
    const reach = Math.hypot(dx, dy);
    return [Math.atan2(dy, dx), Math.atan2(-CAMERA.z, reach), Math.log(focalFor(size, share, 1.8, Math.hypot(reach, CAMERA.z)))];
  };
  const path = follow(DURATION_S + 1, target, [1.8, 1.6, 1], 0.5);
  const tremors = [wander(next, 1.6), wander(next, 2), wander(next, 0.5)];
  return (timeS) => {
    const [yaw, pitch, zoom] = path.at(timeS) as [number, number, number];
    const [a, b, c] = tremors.map((t) => t(timeS)) as [number, number, number];
    return viewFrom(CAMERA, yaw + 0.0005 * a, pitch + 0.0004 * b, 0.001 * c, Math.exp(zoom), size);
  };
}
