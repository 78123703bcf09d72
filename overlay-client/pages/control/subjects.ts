import type { RosterEntry, TrackedSubject, TrackingFrame } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';
import { VoidNames } from './void-names.js';

const SHOW_EVERY_MS = 250;
/** A click this far from a subject's box still means it, share of the picture's width. */
const NEAR_SHARE = 0.03;

interface Row {
  readonly element: HTMLElement;
  update(subject: TrackedSubject, entry: RosterEntry | undefined): void;
}

/** Who is in the picture, and what an operator says about who is who. One or two can be chosen, in the list or in the preview. */
export class Subjects {
  readonly #desk: Desk;
  readonly #rows = new Map<number, Row>();
  #chosen: number[] = [];
  #frame: TrackingFrame | undefined;
  #shownAtMs = 0;
  #following = false;
  #rosterTold = '';
  readonly #voidNames: VoidNames;

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.onChange(() => this.#show());
    const on = (id: string, work: () => void): void => find(id, HTMLButtonElement).addEventListener('click', work);
    const [first, second] = [() => this.#chosen[0] ?? -1, () => this.#chosen[1] ?? -1];
    const who = find('#who', HTMLSelectElement);
    who.addEventListener('change', () => {
      void desk.send({ command: 'subject.name', trackId: first(), rosterIndex: Number(who.value) });
    });
    on('#swap', () => void desk.send({ command: 'subject.swap', a: first(), b: second() }));
    on('#merge', () => void desk.send({ command: 'subject.merge', from: second(), into: first() }).then(() => this.choose(first(), false)));
    on('#lock', () => void desk.send({ command: 'subject.lock', trackId: first(), locked: !this.#isLocked(first()) }));
    on('#hide', () => void desk.send({ command: 'subject.hide', trackId: first(), hidden: true }));
    on('#unhide', () => {
      for (const trackId of desk.state?.subjects.hidden ?? []) void desk.send({ command: 'subject.hide', trackId, hidden: false });
    });
    this.#voidNames = new VoidNames(desk, () => (this.#chosen.length === 1 ? this.#chosen[0] : undefined));
    on('#follow', () => this.#follow(!this.#following));
    on('#unfollow', () => void desk.send({ command: 'subject.unfollow' }));
  }

  get chosen(): readonly number[] {
    return this.#chosen;
  }

  observe(frame: TrackingFrame): void {
    this.#frame = frame;
    if (performance.now() - this.#shownAtMs >= SHOW_EVERY_MS) this.#show();
  }

  /** A click in the preview, source pixels: follows what is there, or chooses who stands there. */
  click(at: { x: number; y: number }, frame: TrackingFrame, add: boolean): void {
    if (this.#following) {
      this.#follow(false);
      void this.#desk.send({ command: 'subject.follow', x: at.x, y: at.y, mediaTimeUs: frame.mediaTimeUs });
      return;
    }
    const found = subjectAt(frame, at);
    if (!found) return;
    this.choose(found.trackId, add);
    find('#who', HTMLSelectElement).focus();
  }

  /** @param add to the one chosen before: two can be swapped or merged */
  choose(trackId: number, add: boolean): void {
    const others = this.#chosen.filter((id) => id !== trackId);
    if (add) this.#chosen = this.#chosen.includes(trackId) ? others : [...others.slice(-1), trackId];
    else this.#chosen = [trackId];
    this.#show();
  }

  nameOf(subject: TrackedSubject): string {
    return this.#desk.state?.scene.roster[subject.rosterIndex]?.name ?? `Track ${subject.trackId}`;
  }

  #isLocked(trackId: number): boolean {
    return this.#desk.state?.subjects.named.some((n) => n.trackId === trackId && n.locked) ?? false;
  }

  #follow(on: boolean): void {
    this.#following = on;
    find('#follow', HTMLButtonElement).setAttribute('aria-pressed', `${on}`);
    say(find('#follow', HTMLButtonElement), on ? 'Now click it in the preview' : 'Follow what I click');
  }

  #show(): void {
    this.#shownAtMs = performance.now();
    const frame = this.#frame;
    const { state } = this.#desk;
    if (!frame || !state) return;
    const { roster } = state.scene;
    const rank = new Map(frame.standings.map((s) => [s.trackId, s.rank]));
    const subjects = [...frame.subjects].sort(
      (a, b) => (rank.get(a.trackId) ?? 1e6) - (rank.get(b.trackId) ?? 1e6) || (a.lane || 1e6) - (b.lane || 1e6) || a.trackId - b.trackId,
    );
    const list = find('#subjects', HTMLElement);
    const there = new Set(subjects.map((s) => s.trackId));
    for (const [id, row] of this.#rows) {
      if (there.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    // While somebody goes through the list with the keyboard or the pointer its order stays.
    const busy = list.matches(':hover, :focus-within');
    for (const [index, subject] of subjects.entries()) {
      let row = this.#rows.get(subject.trackId);
      if (!row) {
        row = this.#row(subject.trackId);
        this.#rows.set(subject.trackId, row);
        list.append(row.element);
      }
      if (!busy && list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
      row.update(subject, roster[subject.rosterIndex]);
    }
    find('#subjects-empty', HTMLElement).hidden = subjects.length > 0;
    this.#voidNames.show(state, subjects);
    this.#showActions(subjects, roster, state.subjects.hidden.length);
  }

  #showActions(subjects: readonly TrackedSubject[], roster: readonly RosterEntry[], hidden: number): void {
    const [first, second] = this.#chosen.map((id) => subjects.find((s) => s.trackId === id));
    const who = find('#who', HTMLSelectElement);
    const told = JSON.stringify(roster);
    if (told !== this.#rosterTold) {
      this.#rosterTold = told;
      const options = roster.map(({ name, bib }, i) => make('option', { value: i }, bib ? `${bib} · ${name}` : name));
      who.replaceChildren(
        make('option', { value: -1 }, roster.length > 0 ? 'Nobody of the start list' : 'There is no start list'),
        ...options,
      );
    }
    const named = first && second ? `${this.nameOf(first)} and ${this.nameOf(second)}` : first ? this.nameOf(first) : '';
    say(find('#chosen', HTMLElement), named === '' ? 'Choose someone in the list or click them in the preview.' : named);
    who.disabled = first === undefined || second !== undefined;
    if (document.activeElement !== who || who.disabled) who.value = `${first?.rosterIndex ?? -1}`;
    find('#swap', HTMLButtonElement).disabled = !first || !second;
    find('#merge', HTMLButtonElement).disabled = !first || !second;
    const lock = find('#lock', HTMLButtonElement);
    lock.disabled = !first || second !== undefined || first.rosterIndex < 0;
    say(lock, first && this.#isLocked(first.trackId) ? 'Unlock name' : 'Lock name');
    find('#hide', HTMLButtonElement).disabled = !first || second !== undefined;
    const unhide = find('#unhide', HTMLButtonElement);
    unhide.hidden = hidden === 0;
    say(unhide, `Show ${hidden} hidden again`);
  }

  #row(trackId: number): Row {
    const [lane, name, about, mark] = [
      make('span', { class: 'lane' }),
      make('span', { class: 'name' }),
      make('span', { class: 'kind' }),
      make('span', { class: 'badges' }),
    ];
    const choose = make('button', { type: 'button', class: 'choose' }, lane, make('span', { class: 'what' }, name, about), mark);
    choose.addEventListener('click', (event) => this.choose(trackId, event.shiftKey || event.ctrlKey || event.metaKey));
    const second = make('button', { type: 'button', class: 'small with', 'aria-label': 'Choose this one too' }, '+');
    second.addEventListener('click', () => this.choose(trackId, true));
    const element = make('li', { class: 'subject', 'data-track': trackId }, choose, second);
    return {
      element,
      update: (subject, entry) => {
        say(lane, subject.lane > 0 ? `${subject.lane}` : '–');
        lane.title = 'Lane';
        say(name, this.nameOf(subject));
        say(about, [entry?.bib && `Bib ${entry.bib}`, entry?.team, entry && `track ${trackId}`].filter(Boolean).join(' · ') || 'not named');
        const words = [
          this.#isLocked(trackId) && 'Locked',
          subject.state !== 'visible' && (subject.state === 'outside' ? 'Outside' : 'Not seen'),
        ];
        say(mark, words.filter(Boolean).join(' · '));
        choose.setAttribute('aria-pressed', `${this.#chosen.includes(trackId)}`);
        element.dataset['chosen'] = `${this.#chosen.includes(trackId)}`;
      },
    };
  }
}

/** The subject whose box holds a place of the picture, or is nearest to it. */
export function subjectAt(frame: TrackingFrame, at: { x: number; y: number }): TrackedSubject | undefined {
  let best: TrackedSubject | undefined;
  let bestAway = NEAR_SHARE * frame.width;
  for (const subject of frame.subjects) {
    const { x, y, width, height } = subject.box;
    const dx = Math.max(x - at.x, 0, at.x - x - width);
    const dy = Math.max(y - at.y, 0, at.y - y - height);
    // Of several whose boxes hold the place, the one whose middle is nearest.
    const away = Math.hypot(dx, dy) + 1e-3 * Math.hypot(at.x - x - width / 2, at.y - y - height / 2);
    if (away >= bestAway) continue;
    best = subject;
    bestAway = away;
  }
  return best;
}
