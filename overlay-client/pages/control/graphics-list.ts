import type { ControlCommand, GraphicState } from '../../../protocol/index.js';
import { make, say } from '../shared/dom.js';
import { dataForm, type Property } from './data-form.js';

/** An entry of `GET /api/graphics`. */
export interface GraphicKind {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly schema: Property;
}

interface Row {
  readonly element: HTMLElement;
  update(graphic: GraphicState, index: number): void;
}

/** The graphics of a channel as rows with a switch and a form; shows what the server says and nothing else. */
export class GraphicsList {
  readonly #root: HTMLElement;
  readonly #send: (command: ControlCommand) => Promise<void>;
  readonly #rows = new Map<string, Row>();
  #kinds: readonly GraphicKind[] = [];
  #graphics: readonly GraphicState[] = [];

  constructor(root: HTMLElement, send: (command: ControlCommand) => Promise<void>) {
    this.#root = root;
    this.#send = send;
  }

  /** What kinds there are; rows are built anew with their names and forms. */
  setKinds(kinds: readonly GraphicKind[]): void {
    this.#kinds = kinds;
    this.#rows.clear();
    this.#root.replaceChildren();
    this.update(this.#graphics);
  }

  update(graphics: readonly GraphicState[]): void {
    this.#graphics = graphics;
    for (const [id, row] of this.#rows) {
      if (graphics.some((g) => g.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const [index, graphic] of graphics.entries()) {
      let row = this.#rows.get(graphic.id);
      if (!row) {
        row = this.#row(graphic);
        this.#rows.set(graphic.id, row);
        this.#root.append(row.element);
      }
      row.update(graphic, index);
    }
  }

  /** Turns the graphic at this place (0-based) on or off. */
  async toggle(index: number): Promise<void> {
    const graphic = this.#graphics[index];
    if (graphic) await this.#send({ command: 'graphic.set', graphic: graphic.id, on: !graphic.on });
  }

  #row(first: GraphicState): Row {
    const { id } = first;
    const kind = this.#kinds.find((k) => k.type === first.type);
    let now = first;
    const key = make('span', { class: 'keys' });
    const name = kind?.name ?? first.type;
    const toggle = make('button', { type: 'button', class: 'switch', role: 'switch', 'aria-label': `${name} (${id})` });
    toggle.addEventListener('click', async () => {
      toggle.disabled = true;
      await this.#send({ command: 'graphic.set', graphic: id, on: !now.on });
      toggle.disabled = false;
    });
    const form = dataForm(kind?.schema ?? {}, async (field, value) => {
      await this.#send({ command: 'graphic.set', graphic: id, data: { ...now.data, [field]: value } });
      form.show(now.data);
    });
    const fields = Object.keys(kind?.schema.properties ?? {}).length;
    const element = make(
      'li',
      { class: 'graphic panel', 'data-graphic': id },
      make(
        'div',
        { class: 'row' },
        key,
        make('div', { class: 'what' }, make('h3', {}, name), make('p', {}, kind?.description ?? id)),
        toggle,
      ),
      ...(fields > 0 ? [make('details', {}, make('summary', {}, 'Settings'), form.element)] : []),
    );
    return {
      element,
      update: (graphic, index) => {
        now = graphic;
        key.hidden = index > 8;
        say(key, `${index + 1}`);
        say(toggle, graphic.on ? 'On air' : 'Off');
        toggle.setAttribute('aria-checked', `${graphic.on}`);
        toggle.setAttribute('aria-keyshortcuts', `${index + 1}`);
        element.dataset['on'] = `${graphic.on}`;
        form.show(graphic.data);
      },
    };
  }
}
