import type { GraphicState } from '../../protocol/index.js';
import type { OscValue } from './codec.js';

/** What arguments of messages mean. */

/** FIELD VALUE FIELD VALUE …; senders know few types, so a value takes that of the field as it is. */
export function fields(args: readonly OscValue[], graphic: GraphicState | undefined): GraphicState['data'] {
  if (args.length === 0 || args.length % 2 !== 0) throw new Error('expected FIELD VALUE, once or several times');
  const data: GraphicState['data'] = {};
  for (let i = 0; i < args.length; i += 2) {
    const field = String(args[i]);
    const now = graphic && Object.hasOwn(graphic.data, field) ? graphic.data[field] : undefined;
    Object.defineProperty(data, field, { value: like(now, args[i + 1] ?? null), enumerable: true, configurable: true, writable: true });
  }
  return data;
}

function like(now: unknown, value: OscValue): OscValue {
  if (typeof now === 'boolean') return isOn(value);
  if (typeof now === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  if (typeof now === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return value;
}

/** A surface sends 1 when a button is pressed and 0 when it is let go. */
export function isLetGo(args: readonly OscValue[]): boolean {
  return args.length === 1 && (args[0] === 0 || args[0] === false);
}

/** Without an argument: pressed. */
export function isOn(value: OscValue | undefined): boolean {
  return value === undefined || value === true || value === 'true' || (typeof value === 'number' ? value !== 0 : Number(value) > 0);
}

export function whole(value: OscValue | undefined): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof found !== 'number' || !Number.isInteger(found))
    throw new Error(`expected a whole number, not ${JSON.stringify(value ?? null)}`);
  return found;
}

export function number(value: OscValue | undefined): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new Error(`expected a number, not ${JSON.stringify(value ?? null)}`);
  return found;
}
