import { type Point, type SceneTruth, type SyntheticScene, Tracking } from '../protocol/index.js';
import { calibrationFrom } from './calibration.js';
import { groundToImage, type Vec3, type View, vec, viewFrom } from './camera.js';
import { follow } from './operator.js';
import { body, type Limb, mix, type Pose } from './people/body.js';
import { castShadow, covers, drawFigures, type Figure, figure, type Sun } from './people/figure.js';
import { gait } from './people/gait.js';
import { athlete, hexColour, official } from './people/looks.js';
import { makeRoster } from './people/names.js';
import { Run } from './race.js';
import { raceTruth } from './race-truth.js';
import { between, hash, pick, random, wander } from './random.js';
import { Raster } from './raster/raster.js';
import { focalFor, once, SceneClock, type SceneOptions } from './scene.js';
import { FINISH_M, LANE_M, LANES, laneCentre, SprintStadium, TRACK_M } from './sprint-stadium.js';

const DURATION_S = 20;
const GUN_S = 1.5;
const CAMERA: Vec3 = vec(72, -34, 12.5);
const SUN: Sun = { direction: vec(-0.49, -0.42, 0.764), softnessM: 0.045, strength: 145 };

const SET: Pose = {
  lean: 1.72,
  twist: 0,
  hipL: 1.25,
  kneeL: 1.75,
  hipR: 0.42,
  kneeR: 1.1,
  shoulderL: -0.62,
  elbowL: 0.02,
  shoulderR: -0.62,
  elbowR: 0.02,
  spread: 0.1,
  nod: 0.1,
  turn: 0,
  lift: 0,
};

/**
 * A 100 m straight. Ground: x along the course (0 the start line, 100 the finish), y across to the left, 0 at the outer edge of lane 8 and
 * 9.76 m at lane 1's. A camera on a tripod beyond lane 8 pans, tilts and zooms about a fixed centre.
 */
export function sprint({ size, fps, seed }: SceneOptions): SyntheticScene {
  const clock = new SceneClock(DURATION_S, fps);
  const roster = makeRoster(random(seed, 'roster'), LANES, true);
  const runners = makeRunners(seed, roster);
  const officials = makeOfficials(seed);
  const runs = runners.map((r) => r.run);
  const camera = makeCamera(seed, size, runs);
  const raster = new Raster(size);
  const stadium = new SprintStadium(raster, seed);
  raster.prepareGrain(2.2, random(seed, 'grain'));

  const frame = once((index: number) => {
    const timeS = clock.timeS(index);
    const view = camera(timeS);
    const toImage = groundToImage(view);
    const subjects = runners.map((r) => r.at(timeS, view));
    const others = officials.map((o) => o(timeS, view));
    return { timeS, view, toImage, subjects, others };
  });

  const truth = (index: number): SceneTruth =>
    raceTruth({ frameIndex: index, mediaTimeUs: clock.mediaTimeUs(index) }, frame(index), { runs, finishM: FINISH_M, roster });

  const render = (index: number): Uint8Array => {
    const { timeS, view, toImage, subjects, others } = frame(index);
    const everyone = [...subjects.map((s) => s.figure), ...others];
    raster.setLight(SUN.direction, view, 0.62, 0.62);
    stadium.draw(view, timeS);
    for (const f of everyone) castShadow(raster, toImage, f, SUN);
    raster.applyShadows();
    drawFigures(raster, everyone);
    raster.grain(hash(index % clock.frames, seed));
    return raster.pixels;
  };

  return {
    name: 'sprint',
    size,
    fps,
    durationUs: clock.durationUs,
    setup: {
      calibration: calibrationFrom(groundToImage(camera(0)), size, marks(), 10),
      course: {
        centreLine: [
          [-10, TRACK_M / 2],
          [138, TRACK_M / 2],
        ],
        startM: 10,
        finishM: 10 + FINISH_M,
        splitsM: [40, 70],
        widthM: TRACK_M,
        lanes: LANES,
      },
      roster,
      tracking: Tracking.parse({ camera: 'moving', subjectHeightM: 1.8 }),
    },
    render,
    truth,
    covers: (index, { x, y }) => {
      const { subjects, others } = frame(index);
      return [...subjects.map((s) => s.figure), ...others].some((f) => covers(f, x, y));
    },
  };
}

/** Corners of the lanes every 2 m: what an operator would click on. */
function marks(): Point[] {
  const out: Point[] = [];
  for (let x = -8; x <= 122; x += 2) for (let lane = 0; lane <= LANES; lane++) out.push({ x, y: lane * LANE_M });
  return out;
}

interface Runner {
  readonly run: Run;
  at(timeS: number, view: View): { figure: Figure; speedMps: number };
}

function makeRunners(seed: number, roster: ReturnType<typeof makeRoster>): Runner[] {
  const next = random(seed, 'runners');
  return roster.map((entry, i) => {
    const reactionS = GUN_S + between(next, 0.12, 0.24);
    // Quick starters are slower at full speed: that is what makes the lead change.
    const power = next();
    const topMps = 11.02 + 0.55 * power + between(next, -0.1, 0.1);
    const spurtS = 1.12 + 0.34 * power + between(next, -0.03, 0.03);
    const stamina = between(next, 0.02, 0.09);
    const surge = wander(next, 0.35);
    const easeS = between(next, 1.35, 1.75);
    const jogMps = between(next, 0.8, 1.5);
    let finishedAt: number | undefined;
    const run = new Run(
      DURATION_S + 1,
      (t, d, v) => {
        if (t < reactionS) return 0;
        if (d < FINISH_M + 1) {
          const tired = Math.max(0, t - reactionS - 5.2) * stamina;
          return (topMps - tired + 0.22 * surge(t) - v) / spurtS;
        }
        finishedAt ??= t;
        const ease = Math.min(1, (t - finishedAt) / 0.8);
        return (-(v - jogMps) / easeS) * ease;
      },
      { phase: next() },
    );
    const looks = athlete(
      next,
      hexColour(entry.colour ?? '#ffffff'),
      pick(next, [
        [245, 245, 240],
        [30, 32, 40],
      ] as const),
    );
    const y = laneCentre(i + 1);
    const drift = wander(next, 0.15);
    return {
      run,
      at: (timeS, view) => {
        const { distanceM, speedMps, phase } = run.at(timeS);
        const rising = Math.min(1, Math.max(0, timeS - reactionS) / 0.55);
        const driving = Math.min(1, Math.max(0, (timeS - reactionS) / 3.2));
        const running = gait(phase, Math.max(speedMps, distanceM < FINISH_M && timeS > reactionS ? 6 : 0));
        const pushing = { ...running, lean: running.lean + (1 - driving) ** 1.5 * 0.75, nod: running.nod + (1 - driving) * 0.2 };
        const pose = mix(SET, pushing, rising * rising * (3 - 2 * rising));
        const ground = { x: distanceM, y: y + 0.09 * drift(timeS) * Math.min(1, distanceM / 20) };
        const limbs = body(pose, looks, ground.x - 0.35 * (1 - rising), ground.y, 0);
        return { figure: figure(view, limbs, ground), speedMps };
      },
    };
  });
}

/** Officials walking along and across in the foreground and behind the far lane. */
function makeOfficials(seed: number): ((timeS: number, view: View) => Figure)[] {
  const next = random(seed, 'officials');
  return Array.from({ length: 9 }, (_, i) => {
    const looks = official(next);
    const near = i < 3;
    const y = near ? between(next, -2.6, -1.2) : between(next, 10.5, 11.3);
    const x0 = -5 + (i % 3) * 45 + between(next, 0, 30) + (near ? 8 : 0);
    const speed = (next() < 0.5 ? -1 : 1) * (i % 2 === 0 ? between(next, 0.9, 1.4) : 0);
    const phase = next();
    const sway = wander(next, 0.2);
    const facing = speed === 0 ? -Math.PI / 2 : speed > 0 ? 0 : Math.PI;
    return (timeS, view) => {
      const x = x0 + speed * timeS;
      const pose = speed === 0 ? idle(sway, timeS) : gait(phase + (Math.abs(speed) * timeS) / 1.4, Math.abs(speed));
      const limbs: Limb[] = body(pose, looks, x, y, facing);
      return figure(view, limbs, { x, y });
    };
  });
}

function idle(sway: (timeS: number) => number, timeS: number): Pose {
  const k = sway(timeS);
  const still = gait(0, 0);
  return {
    ...still,
    lean: still.lean + 0.03 * k,
    turn: 0.8 * k,
    shoulderL: 0.1 + 0.1 * k,
    elbowL: 0.9 + 0.4 * sway(timeS + 40),
    elbowR: 0.4 + 0.2 * k,
  };
}

function makeCamera(seed: number, size: SceneOptions['size'], runs: readonly Run[]): (timeS: number) => View {
  const next = random(seed, 'camera');
  const share = between(next, 0.136, 0.15);
  const aimY = between(next, 5.6, 6.4);
  const target = (timeS: number) => {
    const at = runs.map((run) => run.at(Math.max(0, timeS)).distanceM).sort((a, b) => b - a);
    const leader = at[0] as number;
    const last = at.at(-1) as number;
    const x = Math.min(126.5, 0.62 * leader + 0.38 * last + 0.8);
    const dx = x - CAMERA.x;
    const dy = aimY - CAMERA.y;
    const reach = Math.hypot(dx, dy);
    const distance = Math.hypot(reach, CAMERA.z);
    const spread = Math.max(0, leader - last - 6) * Math.abs(dy / reach);
    return [Math.atan2(dy, dx), Math.atan2(0.6 - CAMERA.z, reach), Math.log(focalFor(size, share, 1.8, distance) / (1 + 0.045 * spread))];
  };
  const path = follow(DURATION_S + 1, target, [4.2, 3.4, 1.6], 0.3);
  const tremors = [wander(next, 1.7), wander(next, 2.1), wander(next, 0.6)];
  return (timeS) => {
    const [yaw, pitch, zoom] = path.at(timeS) as [number, number, number];
    const [a, b, c] = tremors.map((t) => t(timeS)) as [number, number, number];
    return viewFrom(CAMERA, yaw + 0.0005 * a, pitch + 0.0004 * b, 0.0012 * c, Math.exp(zoom), size);
  };
}
