import type { ReplayAction, ReplayState, ReplaySubject } from '../../protocol/index.js';
import { isLetGo, isOn, number, whole } from './arguments.js';
import type { OscValue } from './codec.js';

/** Media times are said in seconds: a float of OSC holds no day of microseconds. */
const SECONDS: Readonly<Record<string, string>> = { fromS: 'fromUs', toS: 'toUs', atS: 'mediaTimeUs' };
const MOMENTS: ReadonlySet<string> = new Set(['count', 'everyS', 'everyM']);
const SWITCHES: ReadonlySet<string> = new Set(['loop', 'reveal']);
const WORDS: ReadonlySet<string> = new Set(['title', 'graphics', 'make', 'canvas', 'runClip', 'ghostClip']);

type Fields = Record<string, unknown>;

/**
 * Fields of the replay's commands as a message says them: nothing or a press, the one value that is usually meant, or FIELD VALUE as often as wanted.
 * Strobe and ghost say first who: a number is an entry of the start list, "t17" a track.
 * @returns undefined where a button was let go.
 * @throws Error with one line where the arguments mean nothing.
 */
export function replayFields(
  action: ReplayAction,
  args: readonly OscValue[],
  marks: Pick<ReplayState, 'inUs' | 'outUs'> | undefined,
): Fields | undefined {
  const [first, second] = args;
  switch (action) {
    case 'replay/speed':
      // A fader goes from 0 to 1.
      return { speed: Math.min(1, Math.max(0.1, number(first))) };
    case 'replay/seek':
      return { mediaTimeUs: microseconds(number(first)) };
    case 'replay/remove':
      return { item: String(first ?? '') };
    case 'picture/strobe':
      return strobe(who(first), args.slice(1));
    case 'picture/ghost':
      return ghost(who(first), who(second), pairs(args.slice(2)), marks);
  }
  if (isLetGo(args)) return undefined;
  if (args.length > 1) return pairs(args);
  if (first === undefined || first === true) return {};
  if (action === 'replay/jog') return { frames: whole(first) };
  if (action === 'replay/export' && typeof first === 'string') return { title: first };
  // 1 is a button's press, and full speed.
  if (first === 1) return {};
  if (action === 'replay/markLast') return { seconds: number(first) };
  if (action === 'replay/play') return { speed: number(first) };
  throw new Error(`expected nothing, or FIELD VALUE, not ${JSON.stringify(first)}`);
}

function strobe(subject: ReplaySubject, args: readonly OscValue[]): Fields {
  // One number is how many images.
  const { count, everyS, everyM, ...fields } = pairs(args.length === 1 ? ['count', ...args] : args);
  const moments = Object.entries({ count, everyS, everyM }).filter(([, value]) => value !== undefined);
  return { ...fields, subject, ...(moments.length > 0 && { moments: Object.fromEntries(moments) }) };
}

/** Together at the marks in and out, as on the control page, unless `runS` and `ghostS` say when. */
function ghost(
  run: ReplaySubject,
  other: ReplaySubject,
  { runS, ghostS, runClip, ghostClip, ...fields }: Fields,
  marks: Pick<ReplayState, 'inUs' | 'outUs'> | undefined,
): Fields {
  const at = (s: unknown, markUs: number | null | undefined): number => {
    if (typeof s === 'number') return microseconds(s);
    if (typeof markUs === 'number') return markUs;
    throw new Error('say runS and ghostS, the moments at which both are together, or mark in the run’s and mark out the ghost’s');
  };
  const clip = (name: unknown) => (name === undefined ? {} : { clip: name });
  return {
    ...fields,
    run: { subject: run, syncUs: at(runS, marks?.inUs), ...clip(runClip) },
    ghost: { subject: other, syncUs: at(ghostS, marks?.outUs), ...clip(ghostClip) },
  };
}

function pairs(args: readonly OscValue[]): Fields {
  if (args.length % 2 !== 0) throw new Error('expected FIELD VALUE, once or several times');
  const found: [string, unknown][] = [];
  for (let i = 0; i < args.length; i += 2) {
    const field = String(args[i]);
    const value = args[i + 1] ?? null;
    const us = Object.hasOwn(SECONDS, field) ? SECONDS[field] : undefined;
    if (us !== undefined) found.push([us, microseconds(number(value))]);
    else if (SWITCHES.has(field)) found.push([field, isOn(value)]);
    else if (WORDS.has(field)) found.push([field, String(value)]);
    else if (MOMENTS.has(field)) found.push([field, number(value)]);
    else found.push([field, numeric(value)]);
  }
  return Object.fromEntries(found);
}

function numeric(value: OscValue): OscValue {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function who(value: OscValue | undefined): ReplaySubject {
  const [, track] = /^t(\d{1,10})$/.exec(String(value)) ?? [];
  return track === undefined ? { rosterIndex: whole(value) } : { trackId: Number(track) };
}

function microseconds(s: number): number {
  return Math.round(s * 1e6);
}
