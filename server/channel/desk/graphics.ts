import { isDeepStrictEqual } from 'node:util';
import type { DeskCommand, GraphicState } from '../../../protocol/index.js';
import { type GraphicCatalogue, naming } from './catalogue.js';
import type { RundownItem } from './desk.js';

type Data = GraphicState['data'];
type Rundown = readonly RundownItem[];
export type GraphicCommand = Extract<DeskCommand, { command: `graphic${string}` | 'preview.set' }>;

/** The rundown after a command, and what was done as one line for a person. */
export interface Done {
  readonly graphics: Rundown;
  readonly line: string;
}

const MOST_GRAPHICS = 200;
/** Whole data of one graphic, as JSON: more is no data of a graphic but a mistake, and every page would be sent it. */
const MOST_DATA_BYTES = 64 * 1024;

/**
 * The rundown after a command; graphics that did not change are the same objects.
 * @param competitors how many are on the start list.
 * @throws Error with one line when the graphic is not known or its data is not right.
 */
export function applyGraphicCommand(graphics: Rundown, command: GraphicCommand, catalogue: GraphicCatalogue, competitors: number): Done {
  if (command.command === 'graphics.allOff')
    return { graphics: graphics.map((g) => (g.on ? { ...g, on: false } : g)), line: 'all graphics out' };
  if (command.command === 'graphic.add') return added(graphics, command, catalogue);
  const item = graphics.find((g) => g.id === command.graphic);
  if (!item) {
    const there = graphics.map((g) => g.id).join(', ');
    throw new Error(`graphic "${command.graphic}" is not on this channel; it has ${there.slice(0, 200) || 'none'}`);
  }
  const name = nameOf(item, catalogue);
  const whole = (data: Data): Data =>
    kept(
      item.data,
      naming(item.id, () => checked(item.type, data, catalogue)),
    );
  const swapped = (after: RundownItem, line: string): Done => ({ graphics: graphics.map((g) => (g === item ? after : g)), line });
  switch (command.command) {
    case 'graphic.set': {
      const data = command.data ? whole({ ...item.data, ...command.data }) : item.data;
      const pending = item.pending && whole({ ...item.pending, ...command.data });
      const on = command.on ?? item.on;
      const what = on === item.on ? `${name} has new data` : on ? `${name} on air` : `${name} out`;
      return swapped(withPending({ ...item, data, on, step: on && !item.on ? 0 : item.step }, pending), what);
    }
    case 'graphic.take': {
      const data = whole({ ...(item.pending ?? item.data), ...command.data });
      const step = item.on ? item.step : 0;
      return swapped(withPending({ ...item, data, on: true, step }, undefined), item.on ? `${name} brought up to date` : `${name} on air`);
    }
    case 'graphic.update': {
      const data = whole({ ...(item.pending ?? item.data), ...command.data });
      return swapped(withPending({ ...item, data }, undefined), `${name} brought up to date`);
    }
    case 'graphic.out':
      return swapped(item.on ? { ...item, on: false } : item, `${name} out`);
    case 'graphic.step': {
      const after = stepped(item, command, catalogue.steps(item, competitors));
      return swapped(after, after.on ? `${name} ${item.on ? 'to another step' : 'on air'}` : `${name} out`);
    }
    case 'preview.set': {
      const pending = command.data === null ? undefined : whole({ ...(item.pending ?? item.data), ...command.data });
      return swapped(withPending(item, pending), pending ? `${name} edited, not on air yet` : `edits of ${name} forgotten`);
    }
    case 'graphic.remove':
      if (item.on) throw new Error(`graphic "${item.id}" is on air: take it out first`);
      return { graphics: graphics.filter((g) => g !== item), line: `${name} taken off the rundown` };
    case 'graphic.move': {
      const others = graphics.filter((g) => g !== item);
      return { graphics: others.toSpliced(command.to, 0, item), line: `${name} moved` };
    }
    case 'graphic.rename': {
      const { title: _title, ...rest } = item;
      return swapped(command.title === '' ? rest : { ...rest, title: command.title }, `${name} renamed`);
    }
  }
}

/** What people call a graphic of the rundown. */
export function nameOf({ title, type }: Pick<RundownItem, 'title' | 'type'>, catalogue: GraphicCatalogue): string {
  return title ?? catalogue.name(type);
}

function added(graphics: Rundown, command: Extract<GraphicCommand, { command: 'graphic.add' }>, catalogue: GraphicCatalogue): Done {
  const { type, title } = command;
  if (graphics.length >= MOST_GRAPHICS) throw new Error(`the rundown is full: ${MOST_GRAPHICS} graphics; take one off first`);
  const taken = new Set(graphics.map((g) => g.id));
  const id = command.id ?? freeId(type, taken);
  if (taken.has(id)) throw new Error(`there is a graphic "${id}" already: choose another id`);
  const data = naming(id, () => checked(type, command.data, catalogue));
  const item: RundownItem = { id, type, ...(title ? { title } : {}), on: false, data, step: 0 };
  return { graphics: [...graphics, item], line: `${nameOf(item, catalogue)} added to the rundown` };
}

function freeId(type: string, taken: ReadonlySet<string>): string {
  const base =
    type
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 34) || 'graphic';
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** As OGraf's playAction: on from "not yet", step by step, and out past the last. */
function stepped(
  item: RundownItem,
  { delta, goto }: { delta?: number | undefined; goto?: number | undefined },
  steps: number,
): RundownItem {
  const to = goto ?? (item.on ? item.step : -1) + (delta ?? 1);
  if (to >= steps) return item.on ? { ...item, on: false } : item;
  const step = Math.max(0, to);
  const { pending, ...rest } = item;
  // Going on air is a take: what was prepared goes with it.
  return item.on ? { ...item, step } : { ...rest, data: pending ?? item.data, on: true, step };
}

function checked(type: string, data: Data, catalogue: GraphicCatalogue): Data {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MOST_DATA_BYTES) throw new Error(`its data is ${Math.ceil(bytes / 1024)} KB; at most ${MOST_DATA_BYTES / 1024} KB`);
  return catalogue.parse(type, data);
}

/** The object there was, where nothing changed: whoever draws it need not look again. */
function kept(before: Data, after: Data): Data {
  return isDeepStrictEqual(before, after) ? before : after;
}

/** Pending data that is what is on air anyway is none. */
function withPending(item: RundownItem, pending: Data | undefined): RundownItem {
  const { pending: _before, ...rest } = item;
  return pending === undefined || isDeepStrictEqual(pending, rest.data) ? rest : { ...rest, pending };
}
