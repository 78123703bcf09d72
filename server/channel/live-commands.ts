import type { LiveCommand } from '../../protocol/index.js';
import type { OpenChannel } from './live-channel.js';

type Handlers = {
  readonly [Name in LiveCommand['command']]: (
    open: OpenChannel,
    command: Extract<LiveCommand, { command: Name }>,
  ) => Promise<string> | string;
};

/** What the channel's process does for each command of its own. @returns what was done, or ''. Throws one line where it does not fit. */
const handlers: Handlers = {
  'subject.follow': ({ runner, tracking }, { x, y, mediaTimeUs }) => {
    tracking.follow({ x, y, mediaTimeUs: mediaTimeUs ?? runner.counters.mediaTimeUs });
    return '';
  },
  'subject.unfollow': ({ tracking }) => {
    tracking.follow(null);
    return '';
  },
};

/** @throws Error with one line. */
export async function obey<Name extends LiveCommand['command']>(
  open: OpenChannel,
  command: Extract<LiveCommand, { command: Name }> & { command: Name },
): Promise<string> {
  return await handlers[command.command](open, command);
}
