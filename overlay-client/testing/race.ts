import type { ChannelScene, GraphicState, Size, TrackedSubject, TrackingFrame } from '../../protocol/index.js';
import { lookAt } from './camera.js';

/** A sprint on eight lanes, seen by a camera that travels along, as a tracker would report it. Deterministic. */

const NAMES = [
  ['Amélie Dubois', '#3ea6ff', 'FRA'],
  ['Κωνσταντίνος Παπαδόπουλος', '#1a4fd0', 'GRE'],
  ['Олександра Шевченко', '#ffd21f', 'UKR'],
  ['Shaniece Campbell-Brown', '#ff5a5f', 'JAM'],
  ['Łukasz Żółć', '#f2f2f2', 'POL'],
  ['Ingrid Solberg', '#34d17b', 'NOR'],
  ['Aroha Ngata', '#b07cff', 'NZL'],
  ['Maria de Fátima Oliveira dos Santos', '#18d3d3', 'BRA'],
] as const;

const LANE_M = 1.22;
export const RACE_WIDTH_M = 8 * LANE_M;
const SPEED_MPS = 9;

export function raceScene(size: Size): ChannelScene {
  return {
    ...{ channel: 'race', title: "Women's 100 m Final", width: size.width, height: size.height, fps: { num: 30, den: 1 } },
    roster: NAMES.map(([name, colour, team], i) => ({ name, colour, team, lane: i + 1 })),
    course: {
      ...{ startM: 10, finishM: 110, splitsM: [], widthM: RACE_WIDTH_M, lanes: 8 },
      centreLine: [
        [-10, 0],
        [130, 0],
      ],
    },
    floor: null,
    look: { mode: 'dark' },
  };
}

/** @param index frame number, 30 a second. @param still the camera stands and so do the runners, where frame `still` has them. */
export function raceFrame(size: Size, index: number, still?: number): TrackingFrame {
  const t = (still ?? index) / 30;
  const lead = SPEED_MPS * t;
  const scale = size.height / 1080;
  const camera = lookAt(size, [lead * 0.9 - 14, -17, 6], [lead * 0.97 - 1, 0.5, 0], 1250 * scale);
  const subjects: TrackedSubject[] = NAMES.map((_, lane) => {
    const y = -RACE_WIDTH_M / 2 + LANE_M * (lane + 0.5);
    const x = (SPEED_MPS - lane * 0.12) * t + Math.sin(t * 0.7 + lane * 2) * 0.3;
    const foot = camera.project(x, y, 0);
    const head = camera.project(x, y, 1.8);
    const height = foot.y - head.y;
    return {
      ...{ trackId: 100 + lane, rosterIndex: lane, lane: lane + 1, confidence: 0.9, foot, ground: { x, y } },
      state: foot.x < 0 || foot.x > size.width ? 'outside' : 'visible',
      box: { x: foot.x - height * 0.22, y: head.y, width: height * 0.44, height },
      velocity: { x: SPEED_MPS, y: 0 },
    };
  });
  const ranked = [...subjects].sort((a, b) => b.ground.x - a.ground.x);
  const first = ranked[0]!.ground.x;
  return {
    ...{ mediaTimeUs: Math.round((index * 1_000_000) / 30), frameIndex: index, width: size.width, height: size.height },
    pose: { groundToImage: [...camera.groundToImage], unit: 'm', state: 'held', confidence: 0.9 },
    ...{ predicted: false, discontinuity: index === 0, subjects },
    standings: ranked.map(({ trackId, rosterIndex, ground }, i) => ({
      ...{ trackId, rosterIndex, rank: i + 1, distanceM: ground.x, speedMps: SPEED_MPS - 0.1 * i },
      ...{ gapM: first - ground.x, gapS: (first - ground.x) / SPEED_MPS, finishedAtUs: null },
    })),
  };
}

/** The race's frame 0 with everyone still on the line, so that the start is seen. */
export function startFrame(size: Size): TrackingFrame {
  const frame = raceFrame(size, 0);
  return { ...frame, standings: frame.standings.map((standing) => ({ ...standing, distanceM: 0, gapM: 0, gapS: 0 })) };
}

/** A graphic that has always been on. */
export function on(type: string, data: GraphicState['data'] = {}): GraphicState {
  return { id: type, type, on: true, changedAtUs: -1, data, step: 0, steppedAtUs: -1 };
}

export const HD: Size = { width: 1920, height: 1080 };
export const SMALL_HD: Size = { width: 1280, height: 720 };
