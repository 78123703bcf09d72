import type { GraphicType } from '../../overlay-client/index.js';
import type { GhostCommand, GraphicState, Look, StrobeCommand, TrackingFrame } from '../../protocol/index.js';
import { LOGO } from './logo.js';

type Data = GraphicState['data'];

/** Which part of a picture is shown. */
export interface Framing {
  /** Of the picture's width; around what the graphic draws. Absent: as much as that needs. */
  readonly share?: number;
  /** Moved by so much of what is shown, to the right and down. */
  readonly shift?: readonly [number, number];
}

/** One graphic at its best moment of a scene, as the gallery shows it. */
export interface Shot extends Framing {
  readonly type: GraphicType;
  readonly scene: string;
  readonly atS: number;
  /** A function where it points at somebody. */
  readonly data?: Data | ((frame: TrackingFrame) => Data);
  readonly step?: number;
  readonly look?: Look['mode'];
  /** Its rows move: it is shown once they stand. */
  readonly settles?: boolean;
}

/** A picture in time, made from what a scene's channel recorded. */
export interface TimeShot extends Framing {
  readonly scene: string;
  /** Media time up to which the scene runs for it, seconds. */
  readonly toS: number;
  readonly command: (Pick<StrobeCommand, 'command'> & Partial<StrobeCommand>) | (Pick<GhostCommand, 'command'> & Partial<GhostCommand>);
}

const RIVAL = [
  { distanceM: 30, timeS: 4.3 },
  { distanceM: 60, timeS: 7.05 },
  { distanceM: 100, timeS: 10.62 },
];

/** There to be read by a program that lines pictures up: not a graphic that anybody would put on air. */
export const TEST_SIGNALS: readonly GraphicType[] = ['sync-marker'];

/** In the order of the sheet. */
export const SHOTS: readonly Shot[] = [
  { type: 'leader-line', scene: 'sprint', atS: 8, share: 0.5 },
  {
    type: 'record-line',
    scene: 'sprint',
    atS: 7.2,
    data: { label: 'WR', name: 'A. Lindqvist', splits: RIVAL, totalS: 0 },
    share: 0.55,
    shift: [0.15, 0],
  },
  {
    type: 'reference-lines',
    scene: 'sprint',
    atS: 11.4,
    data: { lines: [{ kind: 'finish' }, { kind: 'distance', distanceM: 90, label: '90 m' }] },
    share: 0.75,
  },
  { type: 'lanes', scene: 'swim', atS: 11, share: 0.6 },
  { type: 'lanes', scene: 'sprint', atS: 5.5, share: 0.55 },
  { type: 'distance-markers', scene: 'drone', atS: 9, share: 0.7 },
  {
    type: 'ground-logo',
    scene: 'sprint',
    atS: 9.2,
    data: { image: LOGO, place: 'course', distanceM: 74, acrossM: -2.4, widthM: 7 },
    share: 0.5,
  },
  { type: 'paths', scene: 'drone', atS: 11, data: { colourBy: 'speed', slowMps: 8, fastMps: 11 }, share: 0.6, shift: [-0.05, 0.1] },
  { type: 'leader-line', scene: 'drone', atS: 7, share: 0.5 },
  { type: 'zones', scene: 'shop', atS: 20, share: 0.8 },
  { type: 'heat-map', scene: 'shop', atS: 18, share: 0.8 },
  { type: 'paths', scene: 'shop', atS: 17, data: { seconds: 8 }, share: 0.8 },
  { type: 'name-tags', scene: 'sprint', atS: 6.4, data: { show: 'named', speed: true }, share: 0.6 },
  { type: 'gap-board', scene: 'sprint', atS: 8.6, step: 1, data: { splits: true }, share: 0.62, settles: true },
  { type: 'race-clock', scene: 'sprint', atS: 7.7, share: 0.6, shift: [0, 0.1] },
  { type: 'lower-third', scene: 'sprint', atS: 2, step: 1, data: { subject: 'roster 2', line: 'Season best 10.31' }, share: 0.66 },
  { type: 'head-to-head', scene: 'sprint', atS: 10.2, share: 0.66 },
  { type: 'speed-trace', scene: 'sprint', atS: 10.6, share: 0.66, look: 'light' },
  { type: 'leader-margin', scene: 'sprint', atS: 11, share: 0.62 },
  { type: 'result-board', scene: 'sprint', atS: 16, look: 'light', share: 0.66 },
  { type: 'where-won', scene: 'sprint', atS: 15, share: 0.66 },
  { type: 'telestrator', scene: 'sprint', atS: 6.8, data: strokes, share: 0.66 },
];

export const TIME_SHOTS: readonly TimeShot[] = [
  {
    scene: 'drone',
    toS: 12.2,
    command: {
      ...{ command: 'picture.strobe', subject: { rosterIndex: 2 }, fromUs: 9_400_000, toUs: 12_000_000 },
      ...{ moments: { count: 5 }, canvas: 'frame' },
    },
    share: 0.7,
    shift: [-0.08, 0.15],
  },
  {
    scene: 'sprint',
    toS: 11,
    command: {
      command: 'picture.ghost',
      run: { subject: { rosterIndex: 5 }, syncUs: 7_000_000 },
      ghost: { subject: { rosterIndex: 5 }, syncUs: 7_400_000 },
      ...{ afterS: 2, opacity: 0.65 },
    },
    share: 0.62,
  },
];

/** Telestration: a ring around the leader, a spotlight on who is nearest to the camera, an arrow ahead of them. */
export function strokes({ standings, subjects }: TrackingFrame): Data {
  const named = subjects.filter(({ rosterIndex, state }) => rosterIndex >= 0 && state === 'visible');
  const leader = named.find(({ trackId }) => trackId === standings[0]?.trackId);
  const nearest = named.toSorted((a, b) => b.foot.y - a.foot.y)[0];
  if (!leader || !nearest) return {};
  const { x, y } = nearest.ground;
  return {
    strokes: [
      { tool: 'ring', anchor: 'subject', trackId: leader.trackId, points: [0, 0, 0.7, 0] },
      { tool: 'spotlight', anchor: 'subject', trackId: nearest.trackId, points: [0, 0, 0.8, 0], colour: '#3ea6ff' },
      { tool: 'arrow', points: [x + 1.6, y + 0.4, x + 4, y + 0.7, x + 7, y + 2], colour: '#ffffff' },
    ],
  };
}
