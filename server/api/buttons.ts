import {
  type ChannelState,
  ControlCommand,
  channelActions,
  graphicActions,
  isReplayAction,
  replayActions,
  replayCommand,
} from '../../protocol/index.js';
import { catalogue } from '../channel/catalogue.js';
import type { Button } from './openapi.js';

/** A button for everything that the channel, the graphics of its rundown and its replay can do. */
export function buttonsOf({ scene, graphics, replay }: Pick<ChannelState, 'scene' | 'graphics' | 'replay'>): Button[] {
  const http = `/api/channels/${scene.channel}`;
  const osc = `/leaderline/${scene.channel}`;
  const channel = Object.entries(channelActions).map(([name, { label, command }]) => ({
    label,
    post: `${http}/${name}`,
    osc: `${osc}/${name}`,
    command,
  }));
  const each = graphics.flatMap(({ id, type, title, data }) =>
    Object.entries(graphicActions)
      .filter(([name]) => name !== 'step' || catalogue.steps({ type, data }, scene.roster.length) > 1)
      .map(([name, { label, command }]) => ({
        label: `${title ?? catalogue.name(type)} ${label}`,
        post: `${http}/graphics/${id}/${name}`,
        osc: `${osc}/graphic/${id}/${name}`,
        command: command(id),
      })),
  );
  const ofReplay = Object.entries(replay ? replayActions : {}).flatMap(([name, action]) =>
    isReplayAction(name) && 'bare' in action
      ? [
          {
            label: action.label,
            post: `${http}/${name}`,
            osc: `${osc}/${name}`,
            command: ControlCommand.parse(replayCommand(name)),
          },
        ]
      : [],
  );
  return [...channel, ...each, ...ofReplay];
}
