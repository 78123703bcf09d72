import { make } from '../shared/dom.js';
import { type Field, isTypingIn, type Json, type Property } from './fields.js';

/** Rows with so many plain fields stand in a table; with more each is a card. */
const COLUMNS_MAX = 4;

type MakeField = (name: string, property: Property, onChange: () => void) => Field;

/** Several fields that make one object. */
export function objectField(title: string, p: Property, makeField: MakeField, onChange: () => void): Field {
  const fields = Object.entries(p.properties ?? {}).map(
    ([name, property]) => [name, property, makeField(name, property, onChange)] as const,
  );
  return {
    element: make(
      'fieldset',
      { class: 'wide' },
      make('legend', {}, title),
      make('div', { class: 'fields' }, ...fields.map(([, , f]) => f.element)),
    ),
    show: (value) => {
      for (const [name, property, field] of fields) field.show(part(value, name) ?? property.default);
    },
    read: () => Object.fromEntries(fields.map(([name, , field]) => [name, field.read()])),
  };
}

/** A list that rows are added to and taken from: splits, lines, words. */
export function listField(title: string, p: Property, makeField: MakeField, onChange: () => void): Field {
  const item = p.items ?? {};
  const plain = Object.values(item.properties ?? {}).every((child) => child.type !== 'array' && child.type !== 'object');
  const asTable = plain && Object.keys(item.properties ?? {}).length <= COLUMNS_MAX;
  let rows: { readonly field: Field; readonly element: HTMLElement }[] = [];
  let shown: string | undefined;
  const body = make('div', { class: asTable ? 'rows table' : 'rows' });
  const add = make('button', { type: 'button', class: 'small' }, 'Add a row');
  const empty = make('p', { class: 'muted' }, 'Nothing in it yet.');
  const element = make('fieldset', { class: 'wide list-field' }, make('legend', {}, title), empty, body, add);
  const values = (): Json[] => rows.map(({ field }) => field.read());
  const row = (): (typeof rows)[number] => {
    const field = makeField('', { ...item, title: '' }, onChange);
    const remove = make('button', { type: 'button', class: 'small remove', 'aria-label': 'Remove this row' }, '×');
    const made = { field, element: make('div', { class: 'list-row' }, field.element, remove) };
    remove.addEventListener('click', () => {
      resize(rows.filter((r) => r !== made));
      add.focus();
      onChange();
    });
    return made;
  };
  const resize = (next: typeof rows): void => {
    rows = next;
    body.replaceChildren(...rows.map((r) => r.element));
    empty.hidden = rows.length > 0;
    add.disabled = p.maxItems !== undefined && rows.length >= p.maxItems;
  };
  add.addEventListener('click', () => {
    const before = rows.at(-1)?.field.read();
    const made = row();
    made.field.show(before ?? startOf(item));
    resize([...rows, made]);
    made.element.querySelector<HTMLElement>('input, select, textarea')?.focus();
    onChange();
  });
  resize([]);
  return {
    element,
    show: (value) => {
      const list = Array.isArray(value) ? value : [];
      const text = JSON.stringify(list);
      // Somebody types in it: what others changed shows once he is done.
      if (text === shown && rows.length === list.length && !isTypingIn(element)) {
        for (const [i, { field }] of rows.entries()) field.show(list[i]);
        return;
      }
      if (isTypingIn(element)) return;
      shown = text;
      if (rows.length !== list.length) resize(list.map((_, i) => rows[i] ?? row()));
      for (const [i, { field }] of rows.entries()) field.show(list[i]);
    },
    read: values,
  };
}

function part(value: Json | undefined, name: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
}

/** A new row's first value: what the schema presets, else something that fits. */
function startOf(p: Property): Json {
  if (p.default !== undefined) return p.default;
  if (p.enum?.[0] !== undefined) return p.enum[0];
  switch (p.type) {
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return Math.max(p.minimum ?? 0, 0);
    case 'array':
      return Array.from({ length: p.minItems ?? 0 }, () => startOf(p.items ?? {}));
    case 'object':
      return Object.fromEntries(Object.entries(p.properties ?? {}).map(([name, child]) => [name, startOf(child)]));
    default:
      return p.gddType === 'color-rrggbb' ? '#ffffff' : '';
  }
}
