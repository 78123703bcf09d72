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

export function isChannelAction(name: string): name is ChannelAction {
  return Object.hasOwn(channelActions, name);
}

export function isGraphicAction(name: string): name is GraphicAction {
  return Object.hasOwn(graphicActions, name);
}
