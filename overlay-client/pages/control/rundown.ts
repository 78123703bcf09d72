import type { GraphicState } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';
import { type Bindings, keyCap } from './keys.js';

interface Row {
  readonly element: HTMLElement;
  update(graphic: GraphicState, index: number): void;
}

/** The rundown: every graphic of the channel, whether it is on air, and one button that takes it or takes it out. */
export class Rundown {
  readonly #desk: Desk;
  readonly #bindings: () => Bindings;
  readonly #rows = new Map<string, Row>();
  #kinds: Desk['kinds'] = [];

  constructor(desk: Desk, bindings: () => Bindings) {
    this.#desk = desk;
    this.#bindings = bindings;
    desk.onChange(() => this.show());
    this.#adder();
  }

  show(): void {
    const root = find('#list', HTMLElement);
    const { graphics, kinds } = this.#desk;
    if (kinds !== this.#kinds) {
      // Names come from the kinds.
      this.#kinds = kinds;
      find('#add-type', HTMLSelectElement).replaceChildren(...kinds.map((k) => make('option', { value: k.type }, k.name)));
    }
    for (const [id, row] of this.#rows) {
      if (graphics.some((g) => g.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const [index, graphic] of graphics.entries()) {
      let row = this.#rows.get(graphic.id);
      if (!row) {
        row = this.#row(graphic.id);
        this.#rows.set(graphic.id, row);
      }
      if (root.children[index] !== row.element) root.insertBefore(row.element, root.children[index] ?? null);
      row.update(graphic, index);
    }
    find('#rundown-empty', HTMLElement).hidden = graphics.length > 0;
    const onAir = graphics.filter((g) => g.on).length;
    say(find('#on-air-count', HTMLElement), onAir === 0 ? 'Nothing on air' : `${onAir} on air`);
    find('#on-air-count', HTMLElement).dataset['on'] = `${onAir > 0}`;
  }

  #row(id: string): Row {
    const key = make('span', { class: 'keys' });
    const name = make('span', { class: 'name' });
    const kind = make('span', { class: 'kind' });
    const badges = make('span', { class: 'badges' });
    const problem = make('span', { class: 'problem' });
    const choose = make('button', { type: 'button', class: 'choose' }, key, make('span', { class: 'what' }, name, kind, problem), badges);
    const act = make('button', { type: 'button', class: 'switch', role: 'switch' });
    choose.addEventListener('click', () => this.#desk.select(id));
    let now: GraphicState | undefined;
    act.addEventListener('click', async () => {
      this.#desk.select(id);
      act.disabled = true;
      await this.#desk.send({ command: now?.on ? 'graphic.out' : 'graphic.take', graphic: id });
      act.disabled = false;
    });
    const element = make('li', { class: 'graphic', 'data-graphic': id }, choose, act);
    return {
      element,
      update: (graphic, index) => {
        now = graphic;
        const title = this.#desk.nameOf(graphic);
        const bound = this.#bindings()[`graphic${index + 1}`] ?? '';
        key.hidden = bound === '';
        say(key, keyCap(bound));
        say(name, title);
        const type = this.#desk.kindOf(graphic)?.name ?? graphic.type;
        say(kind, title === type ? graphic.id : type);
        const steps = this.#desk.stepsOf(graphic);
        const words = [
          ...(graphic.on ? [['air', 'On air']] : []),
          ...(graphic.on && steps > 1 ? [['step', `Step ${graphic.step + 1} of ${steps}`]] : []),
          ...(graphic.pending ? [['edited', 'Edited']] : []),
          ...(graphic.problem === undefined ? [] : [['fails', 'Fails']]),
        ];
        const told = JSON.stringify(words);
        if (badges.dataset['told'] !== told) {
          badges.dataset['told'] = told;
          badges.replaceChildren(...words.map(([kindOf = '', word = '']) => make('span', { class: `badge ${kindOf}` }, word)));
        }
        problem.hidden = graphic.problem === undefined;
        say(problem, graphic.problem ?? '');
        say(act, graphic.on ? 'Out' : 'Take');
        act.setAttribute('aria-checked', `${graphic.on}`);
        act.setAttribute('aria-label', `${title}: ${graphic.on ? 'on air, take out' : 'off, take'}`);
        if (bound !== '') act.setAttribute('aria-keyshortcuts', bound);
        choose.setAttribute('aria-current', `${this.#desk.selected?.id === id}`);
        element.dataset['on'] = `${graphic.on}`;
        element.dataset['selected'] = `${this.#desk.selected?.id === id}`;
      },
    };
  }

  #adder(): void {
    find('#add', HTMLFormElement).addEventListener('submit', async (event) => {
      event.preventDefault();
      const before = new Set(this.#desk.graphics.map((g) => g.id));
      const reply = await this.#desk.send({ command: 'graphic.add', type: find('#add-type', HTMLSelectElement).value, data: {} });
      const added = reply.ok && this.#desk.graphics.find((g) => !before.has(g.id));
      if (added) this.#desk.select(added.id);
    });
  }
}
