import { find, make, say } from '../shared/dom.js';
import { dataForm } from './data-form.js';
import type { Desk } from './desk.js';
import type { FormContext } from './fields.js';

/** The selected graphic: what can be done with it, and its data. What is typed is pending until it is taken or updated. */
export class Editor {
  readonly #desk: Desk;
  readonly #context: FormContext;
  #form: ReturnType<typeof dataForm> | undefined;
  /** What the form was made for. */
  #madeFor = '';

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#context = () => desk.state?.scene;
    desk.onChange(() => this.show());
    const on = (id: string, work: () => void): void => find(id, HTMLButtonElement).addEventListener('click', work);
    on('#take', () => this.act('take'));
    on('#update', () => this.act('update'));
    on('#step', () => this.act('step'));
    on('#out', () => this.act('out'));
    on('#forget', () => this.act('forget'));
    on('#move-up', () => this.#move(-1));
    on('#move-down', () => this.#move(1));
    on('#remove', () => this.#send((graphic) => ({ command: 'graphic.remove', graphic })));
    find('#rename', HTMLInputElement).addEventListener('change', (event) => {
      const title = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
      this.#send((graphic) => ({ command: 'graphic.rename', graphic, title }));
    });
  }

  /** What buttons and keys do with the selected graphic. */
  act(action: 'take' | 'update' | 'step' | 'back' | 'out' | 'forget'): void {
    // A field that was just typed in says so only when it is left: take must not run ahead of it.
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && find('#form', HTMLElement).contains(activeElement)) activeElement.blur();
    this.#send((graphic) => {
      switch (action) {
        case 'step':
          return { command: 'graphic.step', graphic };
        case 'back':
          return { command: 'graphic.step', graphic, delta: -1 };
        case 'forget':
          return { command: 'preview.set', graphic, data: null };
        default:
          return { command: `graphic.${action}`, graphic };
      }
    });
  }

  show(): void {
    const { selected } = this.#desk;
    find('#editor', HTMLElement).hidden = selected === undefined;
    if (!selected) return;
    const kind = this.#desk.kindOf(selected);
    const madeFor = `${selected.id} ${kind?.type ?? ''} ${JSON.stringify(kind?.schema ?? null)}`;
    if (madeFor !== this.#madeFor) {
      this.#madeFor = madeFor;
      const { id } = selected;
      this.#form = dataForm(kind?.schema ?? {}, this.#context, (name, value) => {
        void this.#desk.send({ command: 'preview.set', graphic: id, data: { [name]: value } });
      });
      find('#form', HTMLElement).replaceChildren(this.#form.element);
      const properties = Object.keys(kind?.schema.properties ?? {}).length;
      if (kind && properties === 0) find('#form', HTMLElement).append(make('p', { class: 'muted' }, 'It has no settings.'));
    }
    this.#form?.show(selected.pending ?? selected.data);
    say(find('#editor-title', HTMLElement), this.#desk.nameOf(selected));
    say(find('#editor-about', HTMLElement), kind?.description ?? '');
    const steps = this.#desk.stepsOf(selected);
    const state = selected.on ? (steps > 1 ? `On air, step ${selected.step + 1} of ${steps}` : 'On air') : 'Off';
    const badge = find('#editor-state', HTMLElement);
    say(badge, selected.pending ? `${state} · edited, not on air yet` : state);
    badge.dataset['on'] = `${selected.on}`;
    badge.dataset['edited'] = `${selected.pending !== undefined}`;
    const rename = find('#rename', HTMLInputElement);
    if (document.activeElement !== rename) rename.value = selected.title ?? '';
    rename.placeholder = kind?.name ?? selected.type;
    find('#update', HTMLButtonElement).disabled = selected.pending === undefined;
    find('#forget', HTMLButtonElement).disabled = selected.pending === undefined;
    find('#step', HTMLButtonElement).hidden = steps === 1 || steps === 0;
    find('#out', HTMLButtonElement).disabled = !selected.on;
    find('#remove', HTMLButtonElement).disabled = selected.on;
    const at = this.#desk.graphics.indexOf(selected);
    find('#move-up', HTMLButtonElement).disabled = at <= 0;
    find('#move-down', HTMLButtonElement).disabled = at >= this.#desk.graphics.length - 1;
  }

  #move(by: 1 | -1): void {
    const { selected, graphics } = this.#desk;
    if (selected) void this.#desk.send({ command: 'graphic.move', graphic: selected.id, to: graphics.indexOf(selected) + by });
  }

  #send(command: (graphic: string) => Parameters<Desk['send']>[0]): void {
    const { selected } = this.#desk;
    if (selected) void this.#desk.send(command(selected.id));
  }
}
