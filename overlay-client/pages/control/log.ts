import { ChannelEvent } from '../../../protocol/index.js';
import { find, make } from '../shared/dom.js';

const LINES_MAX = 40;
const AGAIN_MS = 2_000;

/** What was done last and by whom: every operator's actions, as the server tells them. */
export function showLog(channel: string): void {
  const list = find('#log', HTMLElement);
  let told = -1;
  const join = (): void => {
    const address = `${location.origin.replace(/^http/, 'ws')}/events/${channel}`;
    const socket = new WebSocket(address);
    socket.addEventListener('message', ({ data }) => {
      const event = ChannelEvent.safeParse(parsed(data));
      if (!event.success || event.data.type === 'state' || event.data.type === 'status') return;
      const { line, by, revision } = event.data;
      // One action may change several things.
      if (line === '' || revision === told) return;
      told = revision;
      const time = new Date().toLocaleTimeString('en-GB');
      const who = make('b', {}, by === '' ? 'Somebody' : by);
      list.prepend(make('li', {}, make('time', {}, time), who, make('span', {}, line)));
      while (list.children.length > LINES_MAX) list.lastElementChild?.remove();
    });
    socket.addEventListener('close', () => setTimeout(join, AGAIN_MS));
  };
  join();
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
