import type { ChannelState, TrackedSubject } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';

/**
 * Names that were given by hand to tracks which are no more, each a button that gives it to who is chosen. They are not given back by guessing: after the
 * seconds that a restart takes, whoever moves may stand anywhere within metres, and a wrong name on air is worse than none.
 */
export class VoidNames {
  readonly #desk: Desk;
  readonly #chosen: () => number | undefined;
  #told = '';

  /** @param chosen the one track that is chosen now */
  constructor(desk: Desk, chosen: () => number | undefined) {
    this.#desk = desk;
    this.#chosen = chosen;
    find('#let-go', HTMLButtonElement).addEventListener('click', () => void desk.send({ command: 'subject.letGo' }));
  }

  show({ voidNames, scene: { roster } }: ChannelState, subjects: readonly TrackedSubject[]): void {
    // Whom the tracker has found again by itself needs no hand.
    const left = voidNames.filter((entry) => roster[entry] && !subjects.some(({ rosterIndex }) => rosterIndex === entry));
    const told = JSON.stringify(left.map((entry) => [entry, roster[entry]?.name]));
    if (told !== this.#told) {
      this.#told = told;
      find('#void-names', HTMLElement).hidden = left.length === 0;
      say(find('#t-subjects', HTMLElement), left.length > 0 ? `Subjects (${left.length})` : 'Subjects');
      find('#void-names-list', HTMLElement).replaceChildren(...left.map((entry) => this.#button(entry, roster[entry]?.name ?? '')));
    }
    for (const button of find('#void-names-list', HTMLElement).querySelectorAll('button')) button.disabled = this.#chosen() === undefined;
  }

  #button(entry: number, name: string): HTMLElement {
    const button = make('button', { type: 'button', 'data-entry': entry }, name);
    button.addEventListener('click', () => {
      const trackId = this.#chosen();
      if (trackId !== undefined) void this.#desk.send({ command: 'subject.name', trackId, rosterIndex: entry });
    });
    return button;
  }
}
