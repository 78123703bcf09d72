import { find, make, say } from '../shared/dom.js';
import { sentence } from '../shared/words.js';
import type { Fit, Model } from './model.js';

/** The list of places, each with how well it agrees, and what all of them come to. */
export function showResults(model: Model): void {
  const { report } = model;
  const { fit } = model;
  showList(model, fit);
  const placed = model.placed().length;
  const sum = find('#result', HTMLElement);
  const note = find('#result-note', HTMLElement);
  const lens = find('#lens-note', HTMLElement);
  const box = find('#with-lens', HTMLInputElement);
  box.disabled = !report?.ok || report.lens === null;
  box.checked = model.wantsLens;
  if (!report) {
    say(sum, placed < 4 ? `${placed} of at least 4 points` : 'Working it out …');
    sum.dataset['tone'] = 'idle';
    say(note, placed < 4 ? 'Four points fit any ground exactly: from the fifth on, the error tells how well they agree.' : '');
    say(lens, '');
    return;
  }
  if (!report.ok) {
    say(sum, 'These points are no ground');
    sum.dataset['tone'] = 'bad';
    say(note, sentence(report.message.replace(/^calibration: /, '')));
    say(lens, '');
    return;
  }
  const { errorPx, errorM, warning } = fit ?? report;
  say(sum, `Error ${errorPx.rms.toFixed(2)} px, ${metres(errorM.rms)}`);
  sum.dataset['tone'] = warning === '' && errorPx.rms < 2 ? 'good' : 'busy';
  const worst = `Worst point ${errorPx.max.toFixed(2)} px, ${metres(errorM.max)}.`;
  const few = placed === 4 ? ' Four points fit any ground exactly: add more to see how well they agree.' : '';
  say(note, `${worst}${few} ${warning === '' ? '' : sentence(warning.replace(/^calibration: /, ''))}`);
  const drawn = model.wantsLens ? 'Graphics and metres take it into account.' : 'Graphics and metres leave it out.';
  const both = report.lens
    ? ` Error with it ${report.lens.errorPx.rms.toFixed(2)} px, without ${report.errorPx.rms.toFixed(2)} px. ${drawn}`
    : '';
  say(lens, `${sentence(report.lensNote.replace(/^lens: /, 'Lens: '))}${both}`);
}

function showList(model: Model, fit: Fit | undefined): void {
  const list = find('#points', HTMLElement);
  const order = new Map(model.placed().map(({ index }, i) => [index, i]));
  while (list.children.length > model.marks.length) list.lastElementChild?.remove();
  for (const [index, mark] of model.marks.entries()) {
    let row = list.children[index];
    if (!row) {
      const choose = make(
        'button',
        { type: 'button', class: 'choose' },
        make('span', { class: 'lane' }),
        make('span', { class: 'name' }),
        make('span', { class: 'error' }),
      );
      choose.addEventListener('click', () => model.select(index));
      const clear = make('button', { type: 'button', class: 'small', 'aria-label': 'Take this point out of the picture' }, '×');
      clear.addEventListener('click', () => model.clear(index));
      row = make('li', {}, choose, clear);
      list.append(row);
    }
    const at = order.get(index);
    const result = at === undefined ? undefined : fit?.points[at];
    const state = !mark.image
      ? ''
      : result
        ? result.believed
          ? `${result.errorPx.toFixed(2)} px · ${metres(result.errorM)}`
          : `${result.errorPx.toFixed(1)} px: not believed`
        : 'placed';
    say(find('.lane', HTMLElement, row), `${index + 1}`);
    say(find('.name', HTMLElement, row), mark.name);
    say(find('.error', HTMLElement, row), state);
    find('.choose', HTMLElement, row).setAttribute('aria-current', `${index === model.selected}`);
    row.setAttribute('data-placed', `${mark.image !== undefined}`);
    row.setAttribute('data-doubt', `${result !== undefined && !result.believed}`);
    find('.small', HTMLElement, row).hidden = !mark.image;
  }
  const current = list.children[model.selected];
  if (current instanceof HTMLElement) {
    const [top, bottom] = [current.offsetTop, current.offsetTop + current.offsetHeight];
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  }
}

function metres(m: number): string {
  return m < 1 ? `${(m * 100).toFixed(1)} cm` : `${m.toFixed(2)} m`;
}
