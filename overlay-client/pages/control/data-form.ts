import type { GraphicState } from '../../../protocol/index.js';
import { make } from '../shared/dom.js';

/** A JSON value, as a graphic's data holds it. */
export type Json = GraphicState['data'][string];

/** What a form needs of a property of a GDD (JSON Schema with hints). */
export interface Property {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly gddType?: string;
  readonly gddOptions?: { readonly labels?: Readonly<Record<string, string>> };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Property>>;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

interface Field {
  readonly element: HTMLElement;
  readonly control: Control;
  show(value: Json | undefined): void;
  /** @throws Error when what stands in the field is no value. */
  read(): Json;
}

const COLOUR_PATTERN = '^#[0-9a-f]{6}$';

/** Form for a graphic's data. `show` leaves the field alone that is being typed in; `onChange` gets the one field that changed. */
export function dataForm(
  schema: Property,
  onChange: (name: string, value: Json) => void,
): { element: HTMLElement; show(data: GraphicState['data']): void } {
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fieldFor(name, property)] as const);
  const element = make('div', { class: 'fields' }, ...fields.map(([, field]) => field.element));
  for (const [name, field] of fields) {
    field.control.addEventListener('change', () => {
      field.control.setCustomValidity('');
      if (!field.control.reportValidity()) return;
      try {
        onChange(name, field.read());
      } catch (error) {
        field.control.setCustomValidity(error instanceof Error ? error.message : String(error));
        field.control.reportValidity();
      }
    });
  }
  return {
    element,
    show: (data) => {
      for (const [name, field] of fields) {
        const typing =
          document.activeElement === field.control && !(field.control instanceof HTMLSelectElement) && field.control.type !== 'checkbox';
        if (!typing) field.show(data[name] ?? schema.properties?.[name]?.default);
      }
    },
  };
}

function fieldFor(name: string, p: Property): Field {
  const title = p.title ?? name;
  if (p.type === 'boolean') return checkField(title, p);
  if (p.enum !== undefined) return selectField(title, p, p.enum);
  if (p.type === 'number' || p.type === 'integer') return numberField(title, p);
  if (p.type === 'string')
    return p.gddType === 'color-rrggbb' || p.pattern === COLOUR_PATTERN ? colourField(title, p) : textField(title, p);
  return jsonField(title, p);
}

function labelled(title: string, p: Property, control: Control, kind = ''): HTMLElement {
  const label = make('label', { class: kind, ...(p.description !== undefined && { title: p.description }) });
  label.append(...(kind === 'check' ? [control, title] : [title, control]));
  return label;
}

function checkField(title: string, p: Property): Field {
  const control = make('input', { type: 'checkbox' });
  return {
    element: labelled(title, p, control, 'check'),
    control,
    show: (value) => {
      control.checked = value === true;
    },
    read: () => control.checked,
  };
}

function selectField(title: string, p: Property, values: readonly string[]): Field {
  const options = values.map((value) => make('option', { value }, p.gddOptions?.labels?.[value] ?? value));
  const control = make('select', {}, ...options);
  return {
    element: labelled(title, p, control),
    control,
    show: (value) => {
      control.value = String(value ?? values[0] ?? '');
    },
    read: () => control.value,
  };
}

function numberField(title: string, p: Property): Field {
  const control = make('input', {
    type: 'number',
    required: true,
    step: p.type === 'integer' ? 1 : 'any',
    ...(p.minimum !== undefined && { min: p.minimum }),
    ...(p.maximum !== undefined && { max: p.maximum }),
  });
  return {
    element: labelled(title, p, control),
    control,
    show: (value) => {
      control.value = typeof value === 'number' ? `${value}` : '';
    },
    read: () => control.valueAsNumber,
  };
}

function colourField(title: string, p: Property): Field {
  const control = make('input', { type: 'color' });
  return {
    element: labelled(title, p, control),
    control,
    show: (value) => {
      control.value = typeof value === 'string' && value !== '' ? value : '#ffffff';
    },
    read: () => control.value.toLowerCase(),
  };
}

function textField(title: string, p: Property): Field {
  const limits = {
    ...(p.minLength !== undefined && { minlength: p.minLength, required: p.minLength > 0 }),
    ...(p.maxLength !== undefined && { maxlength: p.maxLength }),
  };
  const control = p.gddType === 'multi-line' ? make('textarea', { rows: 3, ...limits }) : make('input', { type: 'text', ...limits });
  if (p.pattern !== undefined && control instanceof HTMLInputElement) control.pattern = p.pattern.replace(/^\^|\$$/g, '');
  return {
    element: labelled(title, p, control, (p.maxLength ?? 100) > 30 ? 'wide' : ''),
    control,
    show: (value) => {
      control.value = typeof value === 'string' ? value : '';
    },
    read: () => control.value,
  };
}

/** Lists and objects, rare in graphics: as JSON. */
function jsonField(title: string, p: Property): Field {
  const control = make('textarea', { rows: 3, spellcheck: 'false' });
  return {
    element: labelled(`${title} (JSON)`, p, control, 'wide'),
    control,
    show: (value) => {
      control.value = value === undefined ? '' : JSON.stringify(value);
    },
    read: () => JSON.parse(control.value) as Json,
  };
}
