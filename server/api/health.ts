import type { ChannelStatus } from '../../protocol/index.js';
import type { Health } from './openapi.js';

/** A channel is well unless it runs and its source is lost or failed; one that an operator stopped, or that came to its end, is well. */
export function healthOf(channels: readonly ChannelStatus[]): Health {
  const list = channels.map(({ channel, running, source, message }) => ({
    channel,
    ok: source !== 'failed' && !(running && source === 'lost'),
    source,
    message,
  }));
  return { ok: list.every((c) => c.ok), channels: list };
}
