import { type Point, type SceneTruth, type SyntheticScene, Tracking } from '../protocol/index.js';
import { calibrationFrom } from './calibration.js';
import { groundToImage, type View, vec, viewFrom } from './camera.js';
import { DroneCourse, FINISH_M, makePath, ROAD_M, START_M } from './drone-course.js';
import { follow } from './operator.js';
import type { Path } from './path.js';
import { body } from './people/body.js';
import { castShadow, covers, drawFigures, type Figure, figure, occlusion, type Sun } from './people/figure.js';
import { gait } from './people/gait.js';
import { athlete, hexColour, passerBy } from './people/looks.js';
import { makeRoster } from './people/names.js';
import { rider } from './people/rider.js';
import { places, Run } from './race.js';
import { between, hash, pick, random, wander } from './random.js';
import { type Colour, Raster } from './raster/raster.js';
import { focalFor, once, SceneClock, type SceneOptions } from './scene.js';
import { subjectTruth } from './truth.js';

const DURATION_S = 26;
const RIDERS = 6;
const RACE_M = FINISH_M - START_M;
const SUN: Sun = { direction: vec(-0.42, 0.38, 0.824), softnessM: 0.05, strength: 125 };

/**
 * A drone follows six riders along a winding road. Ground: x and y in metres, the course's centre line bends; a rider's distance runs along it
 * from the start line. The camera moves, so whatever stands above the ground shows parallax: only people and riders do.
 */
export function drone({ size, fps, seed }: SceneOptions): SyntheticScene {
  const clock = new SceneClock(DURATION_S, fps);
  const path = makePath(seed);
  const roster = makeRoster(random(seed, 'roster'), RIDERS, false);
  const riders = makeRiders(seed, roster, path);
  const runs = riders.map((r) => r.run);
  const watchers = makeWatchers(seed, path);
  const camera = makeCamera(seed, size, path, runs);
  const raster = new Raster(size);
  const course = new DroneCourse(raster, path, seed);
  raster.prepareGrain(2, random(seed, 'grain'));

  const frame = once((index: number) => {
    const timeS = clock.timeS(index);
    const view = camera(timeS);
    const subjects = riders.map((r) => r.at(timeS, view));
    const others = watchers.map((w) => w(timeS, view)).filter((f) => f !== undefined);
    return { timeS, view, toImage: groundToImage(view), subjects, everyone: [...subjects.map((s) => s.figure), ...others] };
  });

  const truth = (index: number): SceneTruth => {
    const { timeS, view, toImage, subjects, everyone } = frame(index);
    const standing = places(runs, timeS, RACE_M);
    return {
      frameIndex: index,
      mediaTimeUs: clock.mediaTimeUs(index),
      groundToImage: toImage,
      subjects: subjects.map(({ figure: f, speedMps }, i) =>
        subjectTruth(toImage, f, {
          id: i + 1,
          name: roster[i]?.name ?? '',
          speedMps,
          occlusion: occlusion(f, everyone, view),
          ...(standing[i] as (typeof standing)[number]),
        }),
      ),
    };
  };

  const render = (index: number): Uint8Array => {
    const { view, toImage, everyone } = frame(index);
    raster.setLight(SUN.direction, view, 0.6, 0.66);
    course.draw(view);
    for (const f of everyone) castShadow(raster, toImage, f, SUN);
    raster.applyShadows();
    drawFigures(raster, everyone);
    raster.grain(hash(index % clock.frames, seed));
    return raster.pixels;
  };

  return {
    name: 'drone',
    size,
    fps,
    durationUs: clock.durationUs,
    setup: {
      calibration: calibrationFrom(groundToImage(camera(0)), size, marks(path), 12),
      course: {
        centreLine: path.points.map((p) => [p.x, p.y]),
        startM: START_M,
        finishM: FINISH_M,
        splitsM: [START_M + 75, START_M + 150],
        widthM: ROAD_M,
        lanes: 0,
      },
      roster,
      tracking: Tracking.parse({ camera: 'moving', subjectHeightM: 1.6 }),
    },
    render,
    truth,
    covers: (index, { x, y }) => frame(index).everyone.some((f) => covers(f, x, y)),
  };
}

function marks(path: Path): Point[] {
  const out: Point[] = [];
  for (let d = 2; d < 110; d += 3) for (const offset of [-9, -6, -ROAD_M / 2, 0, ROAD_M / 2, 6, 9]) out.push(path.at(d, offset));
  return out.map(({ x, y }) => ({ x, y }));
}

interface Rider {
  readonly run: Run;
  at(timeS: number, view: View): { figure: Figure; speedMps: number };
}

function makeRiders(seed: number, roster: ReturnType<typeof makeRoster>, path: Path): Rider[] {
  const next = random(seed, 'riders');
  return roster.map((entry, i) => {
    const base = between(next, 9.1, 9.4);
    const effort = wander(next, 0.07);
    const line = wander(next, 0.06);
    const wobble = wander(next, 0.8);
    const lane = ((i % 3) - 1) * 1.25 + between(next, -0.25, 0.25);
    const run = new Run(
      DURATION_S + 1,
      (t, d, v) => {
        const wanted = d > RACE_M + 2 ? 6.5 : base + 0.6 * effort(t) + (d > RACE_M - 45 ? 0.8 : 0);
        return (wanted - v) / 1.4;
      },
      { distanceM: -9 + i * 1.9 + between(next, -0.4, 0.4), speedMps: base, phase: next(), cycleM: () => 6.2 },
    );
    const colour = hexColour(entry.colour ?? '#ffffff');
    const looks = {
      ...athlete(
        next,
        colour,
        pick<Colour>(next, [
          [245, 245, 240],
          [32, 34, 42],
        ]),
      ),
      shorts: [30, 31, 36] as Colour,
      hair: pick<Colour>(next, [[240, 240, 238], colour, [40, 42, 48]]),
    };
    const frame = pick<Colour>(next, [
      [214, 60, 50],
      [40, 44, 52],
      [230, 230, 226],
      [44, 110, 190],
    ]);
    return {
      run,
      at: (timeS, view) => {
        const { distanceM, speedMps, phase } = run.at(timeS);
        const offset = lane + 0.55 * line(timeS);
        const here = path.at(START_M + distanceM, offset);
        const ahead = path.at(START_M + distanceM + 2, lane + 0.55 * line(timeS + 0.22));
        const heading = Math.atan2(ahead.y - here.y, ahead.x - here.x);
        const bend = Math.atan2(Math.sin(ahead.heading - here.heading), Math.cos(ahead.heading - here.heading)) / 2;
        const bank = Math.atan((speedMps * speedMps * bend) / 9.81) + 0.02 * wobble(timeS);
        const ground = { x: here.x, y: here.y };
        const limbs = rider(looks, frame, here.x, here.y, heading, phase, bank, wobble(timeS + 9));
        return { figure: figure(view, limbs, ground), speedMps };
      },
    };
  });
}

/** People along the road who watch, wave and walk. */
function makeWatchers(seed: number, path: Path): ((timeS: number, view: View) => Figure | undefined)[] {
  const next = random(seed, 'watchers');
  return Array.from({ length: 34 }, (_, i) => {
    const looks = passerBy(next);
    const side = next() < 0.5 ? -1 : 1;
    const at = path.at(12 + i * 8.3 + between(next, -3, 3), side * between(next, 4.3, 6.2));
    const walks = next() < 0.3;
    const sway = wander(next, 0.5);
    const phase = next();
    const facing = at.heading - (side * Math.PI) / 2;
    return (timeS, view) => {
      if (Math.hypot(at.x - view.position.x, at.y - view.position.y) > 70) return undefined;
      const speed = walks ? 1.1 : 0;
      const moved = walks ? speed * (timeS - 13) : 0;
      const x = at.x + Math.cos(at.heading) * moved;
      const y = at.y + Math.sin(at.heading) * moved;
      const k = sway(timeS);
      const still = gait(phase + moved / 1.36, speed);
      const cheer = walks ? 0 : Math.max(0, k) * 2.2;
      const pose = {
        ...still,
        shoulderL: still.shoulderL + cheer,
        shoulderR: still.shoulderR + cheer * 0.8,
        elbowL: still.elbowL + 0.3 + 0.3 * k,
        lean: still.lean + 0.04 * k,
        turn: walks ? 0 : 0.5 * k,
      };
      return figure(view, body(pose, looks, x, y, walks ? at.heading : facing), { x, y });
    };
  });
}

function makeCamera(seed: number, size: SceneOptions['size'], path: Path, runs: readonly Run[]): (timeS: number) => View {
  const next = random(seed, 'camera');
  const [height, behind, beside] = [between(next, 13.5, 15), between(next, 17, 19), between(next, 7, 10) * (next() < 0.5 ? -1 : 1)];
  const focal = focalFor(size, 0.112, 1.6, Math.hypot(height, behind));
  const target = (timeS: number) => {
    const distances = runs.map((run) => run.at(Math.max(0, timeS)).distanceM).sort((a, b) => b - a);
    const middle = START_M + 0.5 * (distances[0] as number) + 0.5 * (distances.at(-1) as number);
    const aim = path.at(middle + 0.5);
    const here = path.at(Math.max(0, middle - behind + 8));
    const from = {
      x: aim.x - Math.cos(here.heading) * behind - Math.sin(here.heading) * beside,
      y: aim.y - Math.sin(here.heading) * behind + Math.cos(here.heading) * beside,
    };
    return [from.x, from.y, aim.x, aim.y];
  };
  const flight = follow(DURATION_S + 1, target, [1.5, 1.5, 2.2, 2.2], 0.85);
  const [gustX, gustY, gustZ, shakeA, shakeB, shakeC] = [0.25, 0.3, 0.2, 1.3, 1.6, 0.9].map((hz) => wander(next, hz)) as [
    Wander,
    Wander,
    Wander,
    Wander,
    Wander,
    Wander,
  ];
  return (timeS) => {
    const [x, y, ax, ay] = flight.at(timeS) as [number, number, number, number];
    const px = x + 0.35 * gustX(timeS);
    const py = y + 0.35 * gustY(timeS);
    const pz = height + 0.4 * gustZ(timeS);
    const reach = Math.hypot(ax - px, ay - py);
    const before = flight.at(timeS - 0.25);
    const after = flight.at(timeS + 0.25);
    const turning =
      Math.atan2((after[3] as number) - (after[1] as number), (after[2] as number) - (after[0] as number)) -
      Math.atan2((before[3] as number) - (before[1] as number), (before[2] as number) - (before[0] as number));
    const bank = -0.12 * Math.atan2(Math.sin(turning), Math.cos(turning));
    return viewFrom(
      vec(px, py, pz),
      Math.atan2(ay - py, ax - px) + 0.0022 * shakeA(timeS),
      Math.atan2(0.3 - pz, reach) + 0.0018 * shakeB(timeS),
      bank + 0.004 * shakeC(timeS),
      focal,
      size,
    );
  };
}

type Wander = (timeS: number) => number;
