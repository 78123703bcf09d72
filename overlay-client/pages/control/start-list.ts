import { parseStartList, type RosterEntry } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';

const LARGEST_BYTES = 200_000;

/** Reads a start list from a file or from what was pasted, says row by row what is not right, and hands it to the server once all of it is. */
export class StartListImport {
  readonly #text = find('#start-list', HTMLTextAreaElement);
  #entries: readonly RosterEntry[] | undefined;

  constructor(desk: Desk) {
    this.#text.addEventListener('input', () => this.#check());
    find('#start-list-file', HTMLInputElement).addEventListener('change', async (event) => {
      const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined;
      if (!file) return;
      if (file.size > LARGEST_BYTES) {
        this.#problems([`${file.name} is larger than ${LARGEST_BYTES / 1000} KB: that is no start list`]);
        return;
      }
      this.#text.value = await file.text();
      this.#check();
    });
    find('#start-list-now', HTMLButtonElement).addEventListener('click', () => {
      this.#text.value = toCsv(desk.state?.scene.roster ?? []);
      this.#check();
    });
    find('#start-list-use', HTMLButtonElement).addEventListener('click', async () => {
      if (!this.#entries) return;
      const reply = await desk.send({ command: 'roster.set', entries: [...this.#entries] });
      if (reply.ok) say(find('#start-list-sum', HTMLElement), `In use: ${this.#entries.length} entries.`);
    });
    desk.onChange(() => say(find('#start-list-count', HTMLElement), `${desk.state?.scene.roster.length ?? 0} in use now`));
  }

  #check(): void {
    const { value } = this.#text;
    const { entries, problems } = value.trim() === '' ? { entries: [], problems: [] } : parseStartList(value);
    this.#entries = problems.length === 0 && entries.length > 0 ? entries : undefined;
    this.#problems(problems);
    const sum =
      problems.length > 0
        ? `${entries.length} right, ${problems.length} not:`
        : entries.length > 0
          ? `${entries.length} entries, all right.`
          : '';
    say(find('#start-list-sum', HTMLElement), sum);
    find('#start-list-use', HTMLButtonElement).disabled = this.#entries === undefined;
  }

  #problems(lines: readonly string[]): void {
    find('#start-list-problems', HTMLElement).replaceChildren(...lines.map((line) => make('li', {}, line)));
  }
}

/** A start list as a spreadsheet would write it. */
function toCsv(roster: readonly RosterEntry[]): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = roster.map(({ bib = '', name, team = '', lane, colour = '', shortName = '' }) =>
    [bib, name, team, `${lane ?? ''}`, colour, shortName].map(quoted).join(','),
  );
  return ['bib,name,team,lane,colour,short name', ...rows].join('\n');
}
