import type { ChannelEvent, ChannelState, GraphicState, ReplayState } from '../../protocol/index.js';
import { catalogue } from '../channel/catalogue.js';
import type { OscOut } from './codec.js';

/** What OSC says of a channel's state, under the addresses that commands have. */

export function stateMessages({ scene, graphics, status, history, replay }: ChannelState): OscOut[] {
  const channel = scene.channel;
  return [
    ...statusMessages(channel, status),
    ...historyMessages(channel, history),
    ...graphics.flatMap((graphic) => graphicMessages(channel, graphic)),
    ...(replay ? replayMessages(channel, replay) : []),
  ];
}

/** What changed; a status comes every second and is left to {@link statusMessages}. */
export function eventMessages(event: Exclude<ChannelEvent, { type: 'status' | 'state' }>): OscOut[] {
  const base = `/leaderline/${event.channel}`;
  const line = event.line === '' ? [] : [{ address: `${base}/line`, args: [event.line] }];
  if (event.type === 'replay') return [...replayMessages(event.channel, event.replay), ...line];
  if (event.type !== 'graphic') return line;
  const graphic = event.graphic
    ? graphicMessages(event.channel, event.graphic)
    : [{ address: `${base}/graphic/${event.id}/on`, args: [0] }];
  return [...graphic, ...line];
}

export function statusMessages(channel: string, { running, source }: ChannelState['status']): OscOut[] {
  return [
    { address: `/leaderline/${channel}/running`, args: [running ? 1 : 0] },
    { address: `/leaderline/${channel}/source`, args: [source] },
  ];
}

export function historyMessages(channel: string, { undo, redo }: ChannelState['history']): OscOut[] {
  return [
    { address: `/leaderline/${channel}/undo/next`, args: [undo ?? ''] },
    { address: `/leaderline/${channel}/redo/next`, args: [redo ?? ''] },
  ];
}

function graphicMessages(channel: string, { id, on, step, pending, title, type }: GraphicState): OscOut[] {
  const base = `/leaderline/${channel}/graphic/${id}`;
  return [
    { address: `${base}/on`, args: [on ? 1 : 0] },
    { address: `${base}/step`, args: [step] },
    { address: `${base}/pending`, args: [pending ? 1 : 0] },
    { address: `${base}/title`, args: [title ?? catalogue.name(type)] },
  ];
}

/** Media times in seconds, as `replay/seek` takes them; -1 where there is no mark. */
function replayMessages(channel: string, { inUs, outUs, play, items }: ReplayState): OscOut[] {
  const base = `/leaderline/${channel}/replay`;
  const float = (name: string, value: number): OscOut => ({ address: `${base}/${name}`, args: [{ float: value }] });
  return [
    { address: `${base}/state`, args: [play.state] },
    float('speed', play.speed),
    float('at', play.state === 'stopped' ? -1 : play.mediaTimeUs / 1e6),
    float('in', inUs === null ? -1 : inUs / 1e6),
    float('out', outUs === null ? -1 : outUs / 1e6),
    ...items.map(({ id, state }) => ({ address: `${base}/item/${id}`, args: [state] })),
  ];
}
