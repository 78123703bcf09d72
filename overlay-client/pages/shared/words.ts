import type { ChannelStatus } from '../../../protocol/index.js';

/** How something is, for the eye: colours of lamps and borders. */
export type Tone = 'good' | 'busy' | 'bad' | 'idle';

/** The source's health in plain words. */
export function healthWords(status: ChannelStatus): { tone: Tone; short: string; long: string } {
  const { source, running, message } = status;
  const or = (text: string): string => (message === '' ? text : sentence(message));
  switch (source) {
    case 'live':
      return { tone: 'good', short: 'Live', long: or('The picture is arriving and on air.') };
    case 'opening':
      return { tone: 'busy', short: 'Opening', long: or('Waiting for the first picture.') };
    case 'lost':
      return { tone: 'bad', short: 'Picture lost', long: or('No picture is arriving. Trying again by itself.') };
    case 'ended':
      return { tone: 'idle', short: 'Ended', long: or('The source has come to its end.') };
    case 'failed':
      return { tone: 'bad', short: 'Failed', long: or('The source cannot be opened.') };
    case 'stopped':
      return { tone: running ? 'busy' : 'idle', short: 'Stopped', long: or('The channel is stopped.') };
  }
}

/** First letter up, a full stop at the end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.slice(0, 1).toUpperCase()}${trimmed.slice(1)}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
}

/** `1:02:03`, `2:03`. */
export function clock(us: number): string {
  const s = Math.floor(us / 1e6);
  const two = (n: number): string => `${n}`.padStart(2, '0');
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** Large counts with thin spaces: `12 345`. */
export function count(n: number): string {
  return `${Math.round(n)}`.replace(/\B(?=(\d{3})+$)/g, '\u2009');
}
