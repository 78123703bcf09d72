import type { ControlCommand } from './control.js';

/** What buttons do, under one name each in HTTP (`POST /api/channels/CHANNEL/…`) and OSC (`/leaderline/CHANNEL/…`). */

/** Of a channel. */
export const channelActions = {
  panic: { label: 'All graphics out', command: { command: 'graphics.allOff' } },
  undo: { label: 'Undo', command: { command: 'undo' } },
  redo: { label: 'Do again', command: { command: 'redo' } },
  unfollow: { label: 'Stop following', command: { command: 'subject.unfollow' } },
  start: { label: 'Start channel', command: { command: 'channel.start' } },
  stop: { label: 'Stop channel', command: { command: 'channel.stop' } },
} as const satisfies Record<string, { readonly label: string; readonly command: ControlCommand }>;
export type ChannelAction = keyof typeof channelActions;

/** Of a graphic: `graphic/ID/ACTION` (OSC), `graphics/ID/ACTION` (HTTP). */
export const graphicActions = {
  take: { label: 'take', command: (graphic: string) => ({ command: 'graphic.take', graphic }) },
  update: { label: 'update', command: (graphic: string) => ({ command: 'graphic.update', graphic }) },
  step: { label: 'next step', command: (graphic: string) => ({ command: 'graphic.step', graphic }) },
  out: { label: 'out', command: (graphic: string) => ({ command: 'graphic.out', graphic }) },
} as const satisfies Record<string, { readonly label: string; readonly command: (graphic: string) => ControlCommand }>;
export type GraphicAction = keyof typeof graphicActions;

/** A stretch that is neither stated nor marked. */
const LAST_S = 10;

/**
 * Of the replay, and pictures in time: `replay/markIn` is the command `replay.markIn`. What is stated beside it are fields of the command; `bare` are
 * those of a button that states none, absent where one must.
 */
export const replayActions = {
  'replay/markIn': { label: 'Mark in', bare: {} },
  'replay/markOut': { label: 'Mark out', bare: {} },
  'replay/markLast': { label: `Mark the last ${LAST_S} s`, bare: { seconds: LAST_S } },
  'replay/play': { label: 'Play out what is marked', bare: {} },
  'replay/pause': { label: 'Pause the replay', bare: {} },
  'replay/resume': { label: 'Go on with the replay', bare: {} },
  'replay/speed': { label: 'Speed of the replay' },
  'replay/seek': { label: 'The replay to a moment' },
  'replay/jog': { label: 'The replay a frame on', bare: { frames: 1 } },
  'replay/stop': { label: 'Stop the replay', bare: {} },
  'replay/export': { label: 'Export a clip of what is marked', bare: {} },
  'replay/remove': { label: 'Take a clip or picture away' },
  'picture/strobe': { label: 'Make a strobe' },
  'picture/ghost': { label: 'Make a ghost' },
} as const satisfies Record<string, { readonly label: string; readonly bare?: object }>;
export type ReplayAction = keyof typeof replayActions;

/** The command of an action with the fields that were stated; it may not be one, where one is missing. */
export function replayCommand(action: ReplayAction, fields: object = {}): object {
  const known = replayActions[action];
  return { ...('bare' in known && known.bare), ...fields, command: action.replace('/', '.') };
}

export function isReplayAction(name: string): name is ReplayAction {
  return Object.hasOwn(replayActions, name);
}

export function isChannelAction(name: string): name is ChannelAction {
  return Object.hasOwn(channelActions, name);
}

export function isGraphicAction(name: string): name is GraphicAction {
  return Object.hasOwn(graphicActions, name);
}
