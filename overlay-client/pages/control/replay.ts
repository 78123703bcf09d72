import { type ControlReply, type ReplayCommand, type ReplayItem, ReplayState, type ReplaySubject } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import { sentence } from '../shared/words.js';
import type { Desk } from './desk.js';

const LOOK_EVERY_MS = 700;
const ASK_AGAIN_MS = 5_000;

export interface ReplayParts {
  readonly channel: string;
  readonly desk: Desk;
  readonly send: (command: ReplayCommand) => Promise<ControlReply>;
  readonly tell: (line: string) => void;
  readonly isOpen: () => boolean;
}

/** The replay of a channel that records one: moments, playing out, clips, strobes and ghosts. Without a recording its tab is not there. */
export class ReplayStrip {
  readonly #p: ReplayParts;
  readonly #scrub = find('#replay-scrub', HTMLInputElement);
  #state: ReplayState | undefined;
  #rosterTold = '';
  /** The channel records nothing, and will not before the server starts anew. */
  #none = false;
  /** Media time of the frame shown, to ask for another only. */
  #frameUs = -1;
  /** The moment follows the newest frame until somebody moves it. */
  #following = true;

  constructor(parts: ReplayParts) {
    this.#p = parts;
    const on = (id: string, command: () => ReplayCommand | undefined): void =>
      find(id, HTMLButtonElement).addEventListener('click', () => void this.#send(command()));
    on('#replay-in', () => ({ command: 'replay.markIn', mediaTimeUs: this.#atUs }));
    on('#replay-out', () => ({ command: 'replay.markOut', mediaTimeUs: this.#atUs }));
    on('#replay-last', () => ({ command: 'replay.markLast', seconds: 10 }));
    on('#replay-play', () => ({ command: 'replay.play', speed: this.#speed, graphics: this.#graphics, loop: false }));
    on('#replay-pause', () => ({ command: this.#state?.play.state === 'paused' ? 'replay.resume' : 'replay.pause' }));
    on('#replay-stop', () => ({ command: 'replay.stop' }));
    on('#replay-export', () => ({ command: 'replay.export', graphics: this.#graphics }));
    on('#replay-strobe', () => this.#strobe());
    on('#replay-ghost', () => this.#ghost());
    for (const button of document.querySelectorAll<HTMLElement>('[data-jog]')) {
      button.addEventListener('click', () => void this.#send({ command: 'replay.jog', frames: Number(button.dataset['jog']) }));
    }
    find('#replay-speed', HTMLSelectElement).addEventListener('change', () => {
      if (this.#state?.play.state === 'playing') void this.#send({ command: 'replay.speed', speed: this.#speed });
    });
    this.#scrub.addEventListener('input', () => {
      this.#following = this.#scrub.value === this.#scrub.max;
      this.#showMoment();
    });
    parts.desk.onChange(() => this.#showWho());
    void this.#run();
  }

  get #atUs(): number {
    return Math.round(this.#scrub.valueAsNumber);
  }

  get #speed(): number {
    return Number(find('#replay-speed', HTMLSelectElement).value);
  }

  get #graphics(): 'recorded' | 'now' | 'none' {
    const { value } = find('#replay-graphics', HTMLSelectElement);
    return value === 'now' || value === 'none' ? value : 'recorded';
  }

  #subject(id: string): ReplaySubject | undefined {
    const { value } = find(id, HTMLSelectElement);
    return value === '' ? undefined : { rosterIndex: Number(value) };
  }

  #strobe(): ReplayCommand | undefined {
    const subject = this.#subject('#replay-who');
    const count = find('#replay-count', HTMLInputElement);
    if (!subject || !count.reportValidity()) return undefined;
    const moments = { count: count.valueAsNumber };
    return {
      command: 'picture.strobe',
      subject,
      moments,
      fade: 0,
      make: 'both',
      canvas: 'auto',
      reveal: true,
      holdS: 2,
      speed: this.#speed,
    };
  }

  #ghost(): ReplayCommand | undefined {
    const [subject, other] = [this.#subject('#replay-who'), this.#subject('#replay-ghost-who')];
    const { inUs = null, outUs = null } = this.#state ?? {};
    if (inUs === null || outUs === null) this.#p.tell('A ghost needs both marks: the moment of each run.');
    if (!subject || !other || inUs === null || outUs === null) return undefined;
    const runs = { run: { subject, syncUs: inUs }, ghost: { subject: other, syncUs: outUs } };
    return { command: 'picture.ghost', ...runs, beforeS: 0, afterS: 5, opacity: 1, make: 'both', holdS: 2, speed: this.#speed };
  }

  async #send(command: ReplayCommand | undefined): Promise<void> {
    if (!command) return;
    const reply = await this.#p.send(command);
    if (!reply.ok) this.#p.tell(sentence(reply.error));
    await this.#look();
  }

  async #run(): Promise<void> {
    while (!this.#none) {
      if (!document.hidden && (this.#p.isOpen() || this.#state === undefined)) await this.#look();
      await new Promise((resolve) => setTimeout(resolve, this.#state ? LOOK_EVERY_MS : ASK_AGAIN_MS));
    }
  }

  async #look(): Promise<void> {
    try {
      const answer = await fetch(`/api/channels/${this.#p.channel}/replay`, { cache: 'no-store', signal: AbortSignal.timeout(4_000) });
      this.#none = answer.status === 404;
      if (!answer.ok) return;
      this.#state = ReplayState.parse(await answer.json());
      find('#t-replay', HTMLElement).hidden = false;
      this.#show(this.#state);
    } catch {
      say(find('#replay-state', HTMLElement), 'The replay does not answer.');
    }
  }

  #show({ buffer, inUs, outUs, play, items }: ReplayState): void {
    const seconds = Math.max(0, buffer.toUs - buffer.fromUs) / 1e6;
    const playing =
      play.state === 'stopped'
        ? ''
        : ` ${play.state === 'paused' ? 'Paused' : 'Playing'} at ${time(play.mediaTimeUs)}, speed ${play.speed}.`;
    say(
      find('#replay-state', HTMLElement),
      buffer.message === '' ? `${seconds.toFixed(0)} s recorded.${playing}` : sentence(buffer.message),
    );
    say(find('#replay-marks', HTMLElement), `In ${inUs === null ? '–' : time(inUs)} · out ${outUs === null ? '–' : time(outUs)}`);
    say(find('#replay-pause', HTMLButtonElement), play.state === 'paused' ? 'Go on' : 'Pause');
    this.#scrub.min = `${Math.max(0, buffer.fromUs)}`;
    this.#scrub.max = `${Math.max(0, buffer.toUs)}`;
    if (this.#following) this.#scrub.value = this.#scrub.max;
    this.#showMoment();
    this.#showItems(items);
  }

  #showMoment(): void {
    say(find('#replay-at', HTMLElement), time(this.#atUs));
    const image = find('#replay-frame', HTMLImageElement);
    if (this.#frameUs === this.#atUs || image.dataset['loading'] === 'true') return;
    this.#frameUs = this.#atUs;
    image.dataset['loading'] = 'true';
    const done = (state: string): void => {
      image.dataset['loading'] = 'false';
      image.dataset['state'] = state;
      if (this.#frameUs !== this.#atUs) this.#showMoment();
    };
    image.onload = () => done('live');
    image.onerror = () => done('none');
    image.src = `/api/channels/${this.#p.channel}/replay/frame.jpg?mediaTimeUs=${this.#frameUs}&graphics=${this.#graphics}`;
  }

  #showItems(items: readonly ReplayItem[]): void {
    const list = find('#replay-items', HTMLElement);
    const told = JSON.stringify(items.map(({ id, state, progress, files }) => [id, state, Math.round(progress * 20), files]));
    if (list.dataset['told'] === told) return;
    list.dataset['told'] = told;
    list.replaceChildren(...items.map((item) => this.#item(item)));
  }

  #item({ id, kind, title, state, progress, message, files }: ReplayItem): HTMLElement {
    const place = (file: string): string => `/api/channels/${this.#p.channel}/${kind === 'clip' ? 'clips' : 'pictures'}/${file}`;
    const still = files.find((file) => file.endsWith('.png'));
    const words = { waiting: 'waiting', working: `${Math.round(progress * 100)} %`, done: 'ready', failed: sentence(message) }[state];
    const remove = make('button', { type: 'button', class: 'small', 'aria-label': `Remove ${title || id}` }, '×');
    remove.addEventListener('click', () => void this.#send({ command: 'replay.remove', item: id }));
    return make(
      'li',
      { 'data-item': id },
      ...(still && state === 'done'
        ? [make('a', { href: place(still) }, make('img', { src: place(still), alt: title || id, width: 160 }))]
        : []),
      make('span', { class: 'grow' }, make('b', {}, title || id), ` ${kind}, ${words} `),
      ...(state === 'done'
        ? files.map((file) => make('a', { href: place(file), download: file }, file.split('.').at(-1)?.toUpperCase() ?? file))
        : []),
      remove,
    );
  }

  #showWho(): void {
    const roster = this.#p.desk.state?.scene.roster ?? [];
    const told = JSON.stringify(roster);
    if (told === this.#rosterTold) return;
    this.#rosterTold = told;
    for (const id of ['#replay-who', '#replay-ghost-who'])
      find(id, HTMLSelectElement).replaceChildren(
        ...roster.map(({ name, bib }, i) => make('option', { value: i }, bib ? `${bib} · ${name}` : name)),
      );
  }
}

/** `1:02.3` of media time. */
function time(us: number): string {
  const s = us / 1e6;
  return `${Math.floor(s / 60)}:${(s % 60).toFixed(1).padStart(4, '0')}`;
}
