import type { ControlCommand, ControlReply, ReplayCommand } from '../../../protocol/index.js';
import type { LinkState } from '../shared/connection.js';
import { find, say } from '../shared/dom.js';
import { sentence } from '../shared/words.js';

const SILENT_MS = 4_000;
const HTTP_WAIT_MS = 3_000;

/** How the page stands with the server, plain to see: a banner over everything, and controls that are off while nothing would arrive. */
export class LinkBanner {
  #link: LinkState = 'connecting';
  #refusal = '';
  #heardAtMs = performance.now();

  constructor() {
    setInterval(() => this.#show(), 1_000);
  }

  get isLost(): boolean {
    return this.#link !== 'live' || performance.now() - this.#heardAtMs > SILENT_MS;
  }

  /** Something came from the server. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#show();
  }

  set(link: LinkState, reason: string): void {
    this.#link = link;
    const silent = link === 'connecting' && reason !== '';
    this.#refusal = link === 'refused' ? sentence(reason) : silent ? 'The server does not answer. Trying again.' : '';
    this.heard();
  }

  #show(): void {
    const lost = this.isLost;
    document.body.dataset['link'] = lost ? 'lost' : 'live';
    find('#desk', HTMLFieldSetElement).disabled = lost;
    const words =
      this.#link === 'lost'
        ? 'Connection to the server lost. Trying again; what is shown here may be out of date. Panic tries another way.'
        : this.#link === 'live' && lost
          ? 'The server is silent; what is shown here may be out of date. Panic tries another way.'
          : this.#refusal;
    const banner = find('#banner', HTMLElement);
    banner.hidden = !lost || words === '';
    if (banner.hidden) return;
    say(banner, words);
    // What the lamp said last may be true no more; the next status lights it again.
    const lamp = find('#lamp', HTMLElement);
    say(lamp, 'Not connected');
    lamp.dataset['tone'] = 'bad';
  }
}

/** A command over plain HTTP: panic where the socket is gone, and what the replay does. */
export async function postCommand(
  channel: string,
  token: string | undefined,
  command: ControlCommand | ReplayCommand,
): Promise<ControlReply> {
  try {
    const answer = await fetch(`/api/channels/${channel}/command`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(command),
      signal: AbortSignal.timeout(HTTP_WAIT_MS),
    });
    const body = await answer.json();
    return answer.ok ? body : { ok: false, error: String(body.error) };
  } catch {
    return { ok: false, error: 'the server does not answer: the graphics may still be on air' };
  }
}
