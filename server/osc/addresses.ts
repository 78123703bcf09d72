import {
  type ChannelState,
  type ControlCommand,
  channelActions,
  graphicActions,
  isChannelAction,
  isGraphicAction,
  isReplayAction,
  replayCommand,
} from '../../protocol/index.js';
import { fields, isLetGo, isOn, whole } from './arguments.js';
import type { OscMessage, OscValue } from './codec.js';
import { replayFields } from './replay-fields.js';

/** What a message asks for. `nothing`: the button was let go. */
export type Asked =
  | { readonly type: 'command'; readonly channel: string; readonly command: unknown }
  /** All state, to who asks and to the receivers of the project. */
  | { readonly type: 'state' }
  | { readonly type: 'nothing' };

/**
 * Reads an address: `/leaderline/CHANNEL/panic`, `/leaderline/CHANNEL/graphic/ID/take`, … The names are those of HTTP (see `protocol/actions.ts`).
 * @param stateOf a channel's state, undefined for one there is not
 * @throws Error with one line for an address or arguments that mean nothing.
 */
export function readMessage({ address, args }: OscMessage, stateOf: (channel: string) => ChannelState | undefined): Asked {
  const [root, channel = '', ...rest] = address.split('/').slice(1);
  if (root !== 'leaderline') throw new Error(`addresses begin with /leaderline, not ${address.slice(0, 60)}`);
  if (channel === 'state' && rest.length === 0) return { type: 'state' };
  const state = stateOf(channel);
  if (!state) throw new Error(`there is no channel "${channel.slice(0, 40)}"`);
  const [kind = '', id = '', action = ''] = rest;
  const command = (value: ControlCommand): Asked => ({ type: 'command', channel, command: value });
  if (rest.length === 1 && isChannelAction(kind)) return isLetGo(args) ? { type: 'nothing' } : command(channelActions[kind].command);
  const ofReplay = rest.join('/');
  if (isReplayAction(ofReplay)) {
    const said = replayFields(ofReplay, args, state.replay);
    return said ? { type: 'command', channel, command: replayCommand(ofReplay, said) } : { type: 'nothing' };
  }
  if (kind === 'graphic' && rest.length === 3) return graphicMessage(channel, state, id, action, args);
  if (kind === 'subject' && rest.length === 2 && (id === 'swap' || id === 'merge')) {
    const [first = 0, second = 0] = args.map(whole);
    return command(
      id === 'swap' ? { command: 'subject.swap', a: first, b: second } : { command: 'subject.merge', from: first, into: second },
    );
  }
  if (kind === 'subject' && rest.length === 3) return subjectMessage(channel, whole(id), action, args);
  throw new Error(`nothing is at ${address.slice(0, 100)}`);
}

function graphicMessage(channel: string, state: ChannelState, graphic: string, action: string, args: readonly OscValue[]): Asked {
  const command = (value: ControlCommand): Asked => ({ type: 'command', channel, command: value });
  if (action === 'on') return command({ command: 'graphic.set', graphic, on: isOn(args[0]) });
  if (action === 'set' || action === 'preview') {
    const data = fields(
      args,
      state.graphics.find((g) => g.id === graphic),
    );
    return command(action === 'set' ? { command: 'graphic.set', graphic, data } : { command: 'preview.set', graphic, data });
  }
  if (action === 'goto') return command({ command: 'graphic.step', graphic, goto: whole(args[0]) });
  if (!isGraphicAction(action))
    throw new Error(`graphics do not "${action.slice(0, 40)}": they take, update, step, goto, out, set, preview, on`);
  if (isLetGo(args)) return { type: 'nothing' };
  const plain = graphicActions[action].command(graphic);
  // One number is a button's press, unless it says how many steps.
  if (action === 'step' && typeof args[0] === 'number') return command({ command: 'graphic.step', graphic, delta: whole(args[0]) });
  if ((action === 'take' || action === 'update') && args.length > 1)
    return {
      type: 'command',
      channel,
      command: {
        ...plain,
        data: fields(
          args,
          state.graphics.find((g) => g.id === graphic),
        ),
      },
    };
  return command(plain);
}

function subjectMessage(channel: string, trackId: number, action: string, args: readonly OscValue[]): Asked {
  const command = (value: ControlCommand): Asked => ({ type: 'command', channel, command: value });
  switch (action) {
    case 'name':
      return command({ command: 'subject.name', trackId, rosterIndex: whole(args[0]) });
    case 'lock':
      return command({ command: 'subject.lock', trackId, locked: isOn(args[0]) });
    case 'hide':
      return command({ command: 'subject.hide', trackId, hidden: isOn(args[0]) });
    default:
      throw new Error(`subjects have no "${action.slice(0, 40)}": they have name, lock, hide; and subject/swap, subject/merge`);
  }
}
