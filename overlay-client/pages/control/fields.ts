import type { ChannelScene, GraphicState } from '../../../protocol/index.js';
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
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
}

/** What of the channel helps to fill a form in: the start list, the course. */
export type FormContext = () => Pick<ChannelScene, 'roster' | 'course'> | undefined;

/** One field of a form, or several that make one value. */
export interface Field {
  readonly element: HTMLElement;
  /** Leaves alone what is being typed in. */
  show(value: Json | undefined): void;
  /** The value as it stands. @throws Error when it is none. */
  read(): Json;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Whether somebody is typing in here now. */
export function isTypingIn(element: Element): boolean {
  const { activeElement } = document;
  if (!activeElement || !element.contains(activeElement)) return false;
  if (activeElement instanceof HTMLInputElement) return activeElement.type !== 'checkbox' && activeElement.type !== 'color';
  return activeElement instanceof HTMLTextAreaElement;
}

/** A field of one control. `onChange` is called with values that are right only. */
function controlField(
  element: HTMLElement,
  control: Control,
  show: (value: Json | undefined) => void,
  read: () => Json,
  onChange: () => void,
): Field {
  control.addEventListener('change', () => {
    control.setCustomValidity('');
    try {
      if (control.reportValidity()) {
        read();
        onChange();
      }
    } catch (error) {
      control.setCustomValidity(error instanceof Error ? error.message : String(error));
      control.reportValidity();
    }
  });
  return {
    element,
    show: (value) => {
      if (!isTypingIn(control)) show(value);
    },
    read: () => {
      if (!control.checkValidity()) throw new Error(control.validationMessage);
      return read();
    },
  };
}

function labelled(title: string, p: Property, control: Node, kind = ''): HTMLElement {
  const label = make('label', { class: kind, ...(p.description !== undefined && { title: p.description }) });
  label.append(...(kind === 'check' ? [control, title] : [title, control]));
  return label;
}

export function checkField(title: string, p: Property, onChange: () => void): Field {
  const control = make('input', { type: 'checkbox' });
  const show = (value: Json | undefined): void => {
    control.checked = value === true;
  };
  return controlField(labelled(title, p, control, 'check'), control, show, () => control.checked, onChange);
}

export function selectField(title: string, p: Property, values: readonly string[], onChange: () => void): Field {
  const options = values.map((value) => make('option', { value }, p.gddOptions?.labels?.[value] ?? value));
  const control = make('select', {}, ...options);
  const show = (value: Json | undefined): void => {
    control.value = String(value ?? values[0] ?? '');
  };
  return controlField(labelled(title, p, control), control, show, () => control.value, onChange);
}

export function numberField(title: string, p: Property, onChange: () => void, suggest?: () => readonly [string, string][]): Field {
  const list = suggestions(suggest);
  const control = make('input', {
    type: 'number',
    required: true,
    step: p.type === 'integer' ? 1 : 'any',
    ...(p.minimum !== undefined && { min: p.minimum }),
    ...(p.maximum !== undefined && { max: p.maximum }),
    ...(list && { list: list.element.id }),
  });
  const show = (value: Json | undefined): void => {
    list?.refresh();
    control.value = typeof value === 'number' ? `${value}` : '';
  };
  const element = labelled(title, p, control);
  if (list) element.append(list.element);
  return controlField(element, control, show, () => control.valueAsNumber, onChange);
}

/** Somebody of the start list, by place in it. */
export function rosterField(title: string, p: Property, context: FormContext, onChange: () => void): Field {
  const control = make('select');
  let told = '';
  const show = (value: Json | undefined): void => {
    const roster = context()?.roster ?? [];
    const names = roster.map(({ name, bib }, i) => `${bib ?? i + 1} · ${name}`);
    const shown = typeof value === 'number' ? value : 0;
    while (names.length <= shown) names.push(`${names.length + 1} · not on the start list`);
    if (told !== names.join('\n')) {
      told = names.join('\n');
      control.replaceChildren(...names.map((name, i) => make('option', { value: i }, name)));
    }
    control.value = `${shown}`;
  };
  return controlField(labelled(title.replace(/: .*$/, ''), p, control), control, show, () => Number(control.value), onChange);
}

export function colourField(title: string, p: Property, onChange: () => void): Field {
  const control = make('input', { type: 'color' });
  const show = (value: Json | undefined): void => {
    control.value = typeof value === 'string' && value !== '' ? value : '#ffffff';
  };
  return controlField(labelled(title, p, control), control, show, () => control.value.toLowerCase(), onChange);
}

export function textField(title: string, p: Property, onChange: () => void, suggest?: () => readonly [string, string][]): Field {
  const limits = {
    ...(p.minLength !== undefined && { minlength: p.minLength, required: p.minLength > 0 }),
    ...(p.maxLength !== undefined && { maxlength: p.maxLength }),
  };
  const list = suggestions(suggest);
  const lines = p.gddType === 'multi-line';
  const control = lines
    ? make('textarea', { rows: 3, ...limits })
    : make('input', { type: 'text', autocomplete: 'off', ...limits, ...(list && { list: list.element.id }) });
  if (p.pattern !== undefined && control instanceof HTMLInputElement) control.pattern = p.pattern.replace(/^\^|\$$/g, '');
  const show = (value: Json | undefined): void => {
    list?.refresh();
    control.value = typeof value === 'string' ? value : '';
  };
  const element = labelled(title, p, control, !list && (p.maxLength ?? 100) > 30 ? 'wide' : '');
  if (list) element.append(list.element);
  return controlField(element, control, show, () => control.value, onChange);
}

/** Numbers in a row, as text. */
export function numbersField(title: string, p: Property, onChange: () => void): Field {
  const control = make('textarea', { rows: 2, spellcheck: 'false' });
  const show = (value: Json | undefined): void => {
    control.value = Array.isArray(value) ? value.join(', ') : '';
  };
  const read = (): Json =>
    control.value
      .split(/[\s,;]+/)
      .filter((word) => word !== '')
      .map((word) => {
        if (!Number.isFinite(Number(word))) throw new Error(`"${word}" is not a number; write numbers with commas between them`);
        return Number(word);
      });
  return controlField(labelled(title, p, control, 'wide'), control, show, read, onChange);
}

/** What there is no better field for: as JSON. */
export function jsonField(title: string, p: Property, onChange: () => void): Field {
  const control = make('textarea', { rows: 3, spellcheck: 'false' });
  const show = (value: Json | undefined): void => {
    control.value = value === undefined ? '' : JSON.stringify(value);
  };
  const read = (): Json => {
    const value: Json = JSON.parse(control.value);
    return value;
  };
  return controlField(labelled(`${title} (JSON)`, p, control, 'wide'), control, show, read, onChange);
}

let lists = 0;

/** Values to choose from while typing, made anew whenever the field is shown. */
function suggestions(suggest: (() => readonly [string, string][]) | undefined) {
  if (!suggest) return undefined;
  lists += 1;
  const element = make('datalist', { id: `suggestions-${lists}` });
  const refresh = (): void => element.replaceChildren(...suggest().map(([value, label]) => make('option', { value }, label)));
  return { element, refresh };
}
