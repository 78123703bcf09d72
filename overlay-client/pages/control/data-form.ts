import type { GraphicState } from '../../../protocol/index.js';
import { make } from '../shared/dom.js';
import {
  checkField,
  colourField,
  type Field,
  type FormContext,
  type Json,
  jsonField,
  numberField,
  numbersField,
  type Property,
  rosterField,
  selectField,
  textField,
} from './fields.js';
import { listField, objectField } from './list-field.js';

const COLOUR_PATTERN = '^#[0-9a-f]{6}$';

/** Form for a graphic's data. `onChange` gets the one property that changed, with a whole and right value. */
export function dataForm(
  schema: Property,
  context: FormContext,
  onChange: (name: string, value: Json) => void,
): { element: HTMLElement; show(data: GraphicState['data']): void } {
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const field: Field = fieldFor(name, property, context, () => {
      try {
        onChange(name, field.read());
      } catch {
        // Another row of the same list is not right yet; its own field says so.
      }
    });
    return [name, property, field] as const;
  });
  return {
    element: make('div', { class: 'fields' }, ...fields.map(([, , field]) => field.element)),
    show: (data) => {
      for (const [name, property, field] of fields) field.show(data[name] ?? property.default);
    },
  };
}

function fieldFor(name: string, p: Property, context: FormContext, onChange: () => void): Field {
  const title = p.title ?? name;
  const inside = (child: string, property: Property, changed: () => void): Field => fieldFor(child, property, context, changed);
  if (p.enum !== undefined) return selectField(title, p, p.enum, onChange);
  switch (p.type) {
    case 'boolean':
      return checkField(title, p, onChange);
    case 'integer':
      if (/rosterIndex$/.test(name)) return rosterField(title, p, context, onChange);
      return numberField(title, p, onChange);
    case 'number':
      return numberField(title, p, onChange, /distanceM$/i.test(name) ? () => courseDistances(context) : undefined);
    case 'string':
      if (p.gddType === 'color-rrggbb' || p.pattern === COLOUR_PATTERN) return colourField(title, p, onChange);
      // What names a competitor says so; see `subjectField` of the graphics.
      return textField(title, p, onChange, /start list/.test(p.description ?? '') ? () => competitors(context) : undefined);
    case 'array':
      if (p.items?.type === 'number' || p.items?.type === 'integer') return numbersField(title, p, onChange);
      return p.items ? listField(title, p, inside, onChange) : jsonField(title, p, onChange);
    case 'object':
      return p.properties ? objectField(title, p, inside, onChange) : jsonField(title, p, onChange);
    default:
      return jsonField(title, p, onChange);
  }
}

/** Start, splits and finish, metres from the start. */
function courseDistances(context: FormContext): [string, string][] {
  const course = context()?.course;
  if (!course) return [];
  const from = (atM: number): string => `${Math.round((atM - course.startM) * 100) / 100}`;
  return [
    [from(course.startM), 'Start'],
    ...course.splitsM.map((atM, i): [string, string] => [from(atM), `Split ${i + 1}`]),
    [from(course.finishM), 'Finish'],
  ];
}

function competitors(context: FormContext): [string, string][] {
  const places: [string, string][] = [
    ['leader', 'Whoever leads'],
    ['second', 'Whoever is second'],
    ['third', 'Whoever is third'],
  ];
  return [...places, ...(context()?.roster ?? []).map(({ name, bib }): [string, string] => [name, bib ?? ''])];
}
