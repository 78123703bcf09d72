import type { ReplayCommand, ReplayItem, ReplayState, ReplaySubject, StrobeMoments } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';

const MAKES = ['both', 'still', 'clip'] as const;
const CANVASES = ['auto', 'frame', 'panorama'] as const;
const WAYS = ['count', 'everyS', 'everyM', 'atUs'] as const;
const MOST_PICKED = 40;

export interface PictureParts {
  readonly channel: string;
  /** Media time of the moment the operator looks at. */
  readonly atUs: () => number;
  readonly goTo: (us: number) => void;
  readonly speed: () => number;
  readonly tell: (line: string) => void;
}

/** The choices of a strobe and a ghost, as the operator made them. */
export class PictureChoices {
  readonly #p: PictureParts;
  readonly #run: RunChoice;
  readonly #other: RunChoice;
  #pickedUs: readonly number[] = [];
  #state: ReplayState | undefined;

  constructor(parts: PictureParts) {
    this.#p = parts;
    this.#run = new RunChoice('#replay-run', parts, 'mark in');
    this.#other = new RunChoice('#replay-other', parts, 'mark out');
    const by = find('#replay-by', HTMLSelectElement);
    by.addEventListener('change', () => this.#showWay());
    find('#replay-pick', HTMLButtonElement).addEventListener('click', () => this.#pick());
    for (const id of ['#replay-fade', '#replay-opacity']) {
      const range = find(id, HTMLInputElement);
      const show = (): void => say(find(`output[for="${id.slice(1)}"]`, HTMLOutputElement), `${Math.round(range.valueAsNumber * 100)} %`);
      range.addEventListener('input', show);
      show();
    }
    this.#showWay();
  }

  show(state: ReplayState): void {
    this.#state = state;
    const { inUs, outUs, items } = state;
    const clips = items.filter(({ kind, state: done }) => kind === 'clip' && done === 'done');
    this.#run.show(clips, inUs);
    this.#other.show(clips, outUs);
    const marked = inUs === null && outUs === null ? 'of the last 10 s' : 'of the marked stretch';
    say(find('#replay-strobe-range', HTMLElement), this.#way === 'atUs' ? '' : marked);
  }

  /** @returns undefined where a choice is missing, which is said. */
  strobe(): ReplayCommand | undefined {
    const subject = this.#subject('#replay-who');
    const moments = this.#moments();
    if (!subject || !moments) return undefined;
    return {
      ...{ command: 'picture.strobe', subject, moments, holdS: 2, speed: this.#p.speed() },
      fade: find('#replay-fade', HTMLInputElement).valueAsNumber,
      make: chosen('#replay-strobe-make', MAKES),
      canvas: chosen('#replay-canvas', CANVASES),
      reveal: find('#replay-reveal', HTMLSelectElement).value === 'reveal',
    };
  }

  /** @returns undefined where a choice is missing, which is said. */
  ghost(): ReplayCommand | undefined {
    const [subject, other] = [this.#subject('#replay-who'), this.#subject('#replay-ghost-who')];
    const [run, ghost] = [this.#run.moment, this.#other.moment];
    const [before, after] = [find('#replay-before', HTMLInputElement), find('#replay-after', HTMLInputElement)];
    if (!run || !ghost) this.#p.tell('A ghost needs the moment of each run: take it, or set both marks.');
    if (!subject || !other || !run || !ghost || !before.reportValidity() || !after.reportValidity()) return undefined;
    return {
      ...{ command: 'picture.ghost', run: { subject, ...run }, ghost: { subject: other, ...ghost }, holdS: 2, speed: this.#p.speed() },
      ...{ beforeS: before.valueAsNumber, afterS: after.valueAsNumber },
      opacity: find('#replay-opacity', HTMLInputElement).valueAsNumber,
      make: chosen('#replay-ghost-make', MAKES),
    };
  }

  get #way(): (typeof WAYS)[number] {
    return chosen('#replay-by', WAYS);
  }

  #moments(): StrobeMoments | undefined {
    const way = this.#way;
    if (way === 'atUs') {
      if (this.#pickedUs.length === 0) this.#p.tell('Pick the moments first: go to each and press “Pick this moment”.');
      return this.#pickedUs.length > 0 ? { atUs: [...this.#pickedUs] } : undefined;
    }
    const id = { count: '#replay-count', everyS: '#replay-every-s', everyM: '#replay-every-m' }[way];
    const input = find(id, HTMLInputElement);
    if (!input.reportValidity()) return undefined;
    const value = input.valueAsNumber;
    return way === 'count' ? { count: value } : way === 'everyS' ? { everyS: value } : { everyM: value };
  }

  #subject(id: string): ReplaySubject | undefined {
    const { value } = find(id, HTMLSelectElement);
    if (value === '') this.#p.tell('Choose who first: name somebody in the start list, or wait until somebody is tracked.');
    if (value === '') return undefined;
    return value.startsWith('t') ? { trackId: Number(value.slice(1)) } : { rosterIndex: Number(value) };
  }

  #showWay(): void {
    for (const part of document.querySelectorAll<HTMLElement>('[data-by]')) part.hidden = part.dataset['by'] !== this.#way;
    if (this.#state) this.show(this.#state);
  }

  #pick(): void {
    const us = this.#p.atUs();
    if (this.#pickedUs.includes(us)) return;
    if (this.#pickedUs.length >= MOST_PICKED) {
      this.#p.tell(`At most ${MOST_PICKED} moments.`);
      return;
    }
    this.#showPicked([...this.#pickedUs, us].sort((a, b) => a - b));
  }

  #showPicked(pickedUs: readonly number[]): void {
    this.#pickedUs = pickedUs;
    find('#replay-picked', HTMLElement).replaceChildren(
      ...pickedUs.map((us) => {
        const go = make('button', { type: 'button', class: 'small' }, time(us));
        go.addEventListener('click', () => this.#p.goTo(us));
        const drop = make('button', { type: 'button', class: 'small', 'aria-label': `Drop ${time(us)}` }, '×');
        drop.addEventListener('click', () => {
          this.#showPicked(this.#pickedUs.filter((other) => other !== us));
          find('#replay-pick', HTMLButtonElement).focus();
        });
        return make('li', {}, go, drop);
      }),
    );
  }
}

/** Where one run of a ghost comes from, and the moment at which it meets the other. */
class RunChoice {
  readonly #from: HTMLSelectElement;
  readonly #clip: HTMLVideoElement;
  readonly #at: HTMLElement;
  #clips: readonly ReplayItem[] = [];
  #takenUs: number | null = null;
  #markUs: number | null = null;

  /** @param mark what stands in for a moment that was not taken, of the recording. */
  constructor(
    id: string,
    private readonly p: Pick<PictureParts, 'channel' | 'atUs'>,
    private readonly mark: string,
  ) {
    const box = find(id, HTMLFieldSetElement);
    this.#from = find('[data-part="from"]', HTMLSelectElement, box);
    this.#clip = find('[data-part="clip"]', HTMLVideoElement, box);
    this.#at = find('[data-part="at"]', HTMLElement, box);
    this.#from.append(make('option', { value: '' }, 'The recording'));
    this.#from.addEventListener('change', () => this.#choose());
    find('[data-part="take"]', HTMLButtonElement, box).addEventListener('click', () => {
      const item = this.#item;
      this.#takenUs = item ? item.fromUs + Math.round(this.#clip.currentTime * 1e6) : this.p.atUs();
      this.#say();
    });
  }

  get moment(): { clip?: string; syncUs: number } | null {
    const item = this.#item;
    const syncUs = this.#takenUs ?? (item ? null : this.#markUs);
    if (syncUs === null) return null;
    return item ? { clip: item.id, syncUs } : { syncUs };
  }

  show(clips: readonly ReplayItem[], markUs: number | null): void {
    this.#markUs = markUs;
    if (clips.map(({ id }) => id).join() !== this.#clips.map(({ id }) => id).join()) {
      const { value } = this.#from;
      this.#clips = clips;
      const options = clips.map(({ id, title }) => make('option', { value: id }, title === id || title === '' ? id : `${title} (${id})`));
      this.#from.replaceChildren(make('option', { value: '' }, 'The recording'), ...options);
      this.#from.value = clips.some(({ id }) => id === value) ? value : '';
      if (this.#from.value !== value) this.#choose();
    }
    this.#say();
  }

  get #item(): ReplayItem | undefined {
    return this.#clips.find(({ id }) => id === this.#from.value);
  }

  #choose(): void {
    const item = this.#item;
    this.#takenUs = null;
    this.#clip.hidden = item === undefined;
    if (item) this.#clip.src = `/api/channels/${this.p.channel}/clips/${item.files.find((file) => file.endsWith('.mp4')) ?? ''}`;
    else this.#clip.removeAttribute('src');
    this.#say();
  }

  #say(): void {
    const item = this.#item;
    const taken = this.#takenUs;
    if (taken !== null) say(this.#at, item ? `${((taken - item.fromUs) / 1e6).toFixed(2)} s into it` : time(taken, 2));
    else if (item) say(this.#at, 'no moment yet');
    else say(this.#at, this.#markUs === null ? `no ${this.mark} yet` : `${time(this.#markUs, 2)}, the ${this.mark}`);
  }
}

function chosen<T extends string>(id: string, of: readonly [T, ...T[]]): T {
  const { value } = find(id, HTMLSelectElement);
  return of.find((one) => one === value) ?? of[0];
}

/** `1:02.3` of media time. */
export function time(us: number, digits = 1): string {
  const s = us / 1e6;
  return `${Math.floor(s / 60)}:${(s % 60).toFixed(digits).padStart(3 + digits, '0')}`;
}
