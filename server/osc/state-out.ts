import type { ChannelEvent, ChannelState, GraphicState } from '../../protocol/index.js';
import { catalogue } from '../channel/catalogue.js';
import type { OscMessage } from './codec.js';

/** What OSC says of a channel's state, under the addresses that commands have. */

export function stateMessages({ scene, graphics, status, history }: ChannelState): OscMessage[] {
  const channel = scene.channel;
  return [
    ...statusMessages(channel, status),
    ...historyMessages(channel, history),
    ...graphics.flatMap((graphic) => graphicMessages(channel, graphic)),
  ];
}

/** What changed; a status comes every second and is left to {@link statusMessages}. */
export function eventMessages(event: Exclude<ChannelEvent, { type: 'status' | 'state' }>): OscMessage[] {
  const base = `/leaderline/${event.channel}`;
  const line = event.line === '' ? [] : [{ address: `${base}/line`, args: [event.line] }];
  if (event.type !== 'graphic') return line;
  const graphic = event.graphic
    ? graphicMessages(event.channel, event.graphic)
    : [{ address: `${base}/graphic/${event.id}/on`, args: [0] }];
  return [...graphic, ...line];
}

export function statusMessages(channel: string, { running, source }: ChannelState['status']): OscMessage[] {
  return [
    { address: `/leaderline/${channel}/running`, args: [running ? 1 : 0] },
    { address: `/leaderline/${channel}/source`, args: [source] },
  ];
}

export function historyMessages(channel: string, { undo, redo }: ChannelState['history']): OscMessage[] {
  return [
    { address: `/leaderline/${channel}/undo/next`, args: [undo ?? ''] },
    { address: `/leaderline/${channel}/redo/next`, args: [redo ?? ''] },
  ];
}

function graphicMessages(channel: string, { id, on, step, pending, title, type }: GraphicState): OscMessage[] {
  const base = `/leaderline/${channel}/graphic/${id}`;
  return [
    { address: `${base}/on`, args: [on ? 1 : 0] },
    { address: `${base}/step`, args: [step] },
    { address: `${base}/pending`, args: [pending ? 1 : 0] },
    { address: `${base}/title`, args: [title ?? catalogue.name(type)] },
  ];
}
