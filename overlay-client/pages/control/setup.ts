import { Look } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';
import { type Bindings, keyCap, keyName, labelOf, PRESET, rebind, saveBindings } from './keys.js';

/** Look of all graphics. */
export function lookPanel(desk: Desk): void {
  const mode = find('#look-mode', HTMLSelectElement);
  const accent = find('#look-accent', HTMLInputElement);
  const own = find('#look-own', HTMLInputElement);
  const send = (): void => {
    const look = Look.parse({ mode: mode.value, ...(own.checked && { accent: accent.value.toLowerCase() }) });
    void desk.send({ command: 'look.set', look });
  };
  for (const control of [mode, accent, own]) control.addEventListener('change', send);
  desk.onChange(() => {
    const look = desk.state?.scene.look;
    if (!look) return;
    if (document.activeElement !== mode) mode.value = look.mode;
    own.checked = look.accent !== undefined;
    if (document.activeElement !== accent) accent.value = look.accent ?? '#ffd21f';
    accent.disabled = look.accent === undefined;
  });
}

/** Which key does what: each can be given another; one that is taken already is refused, with who has it. */
export function keysPanel(get: () => Bindings, set: (bindings: Bindings) => void): void {
  const list = find('#keys', HTMLElement);
  const note = find('#keys-note', HTMLElement);
  const change = (bindings: Bindings): void => {
    saveBindings(localStorage, bindings);
    set(bindings);
  };
  const show = (): void => {
    const rows = Object.keys(PRESET).map((action) => {
      const key = get()[action] ?? '';
      const button = make('button', { type: 'button', class: 'small', 'data-action': action }, key === '' ? 'none' : keyCap(key));
      button.setAttribute('aria-label', `Key of “${labelOf(action)}”: ${key === '' ? 'none' : key}. Press to give it another`);
      button.addEventListener('click', () => record(button, action));
      return make('li', {}, make('span', {}, labelOf(action)), button);
    });
    list.replaceChildren(...rows);
  };
  const record = (button: HTMLButtonElement, action: string): void => {
    button.dataset['recording'] = 'true';
    say(button, 'Press a key');
    say(note, 'Press the new key; Escape leaves it, Delete takes it away.');
    const stop = (lineOf: () => string): void => {
      // First of all: a button that is replaced while it has the focus says that it lost it.
      removeEventListener('keydown', pressed, { capture: true });
      button.removeEventListener('blur', left);
      const line = lineOf();
      show();
      say(note, line);
      list.querySelector<HTMLElement>(`[data-action="${action}"]`)?.focus();
    };
    const left = (): void => stop(() => '');
    /** @returns what came of it, for the operator */
    const take = (event: KeyboardEvent): string => {
      if (event.key === 'Escape') return '';
      if (event.key === 'Delete') {
        change({ ...get(), [action]: '' });
        return `“${labelOf(action)}” has no key now.`;
      }
      const key = keyName(event);
      if (key === undefined) return 'That key belongs to the browser: take another.';
      const after = rebind(get(), action, key);
      if ('conflict' in after) return `${after.conflict}.`;
      change(after.bindings);
      return `“${labelOf(action)}” is ${keyCap(key)} now.`;
    };
    const pressed = (event: KeyboardEvent): void => {
      if (['Tab', 'Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      stop(() => take(event));
    };
    addEventListener('keydown', pressed, { capture: true });
    button.addEventListener('blur', left);
  };
  find('#keys-preset', HTMLButtonElement).addEventListener('click', () => {
    change(PRESET);
    show();
    say(note, 'All keys are as they came.');
  });
  show();
}

interface ButtonLine {
  readonly label: string;
  readonly post: string;
  readonly osc: string;
}

/** Ready lines for button boxes, as the server tells them; loaded when looked at. */
export function buttonsPanel(channel: string): void {
  const details = find('#buttons', HTMLDetailsElement);
  details.addEventListener('toggle', async () => {
    if (!details.open) return;
    const list = find('#buttons-list', HTMLElement);
    try {
      const answer = await fetch(`/api/channels/${channel}/buttons`, { signal: AbortSignal.timeout(5_000) });
      const buttons: readonly ButtonLine[] = await answer.json();
      list.replaceChildren(
        ...buttons.map(({ label, post, osc }) =>
          make(
            'tr',
            {},
            make('th', { scope: 'row' }, label),
            make('td', {}, copied(`${location.origin}${post}`, post)),
            make('td', {}, copied(osc)),
          ),
        ),
      );
    } catch {
      list.replaceChildren(make('tr', {}, make('td', { colspan: 3 }, 'The server does not answer. Open this again to try once more.')));
    }
  });
}

/** A line that is copied by pressing it; `shown` where all of it would not fit. It is broken between its parts. */
function copied(text: string, shown = text): HTMLElement {
  const parts = shown.split(/(?=\/)/).flatMap((part) => [make('wbr'), part]);
  const button = make('button', { type: 'button', class: 'copy', title: `Copy ${text}` }, ...parts);
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text).catch(() => {});
    button.dataset['copied'] = 'true';
    setTimeout(() => delete button.dataset['copied'], 900);
  });
  return button;
}
