import {
  type ControlReply,
  type ReplayCommand,
  type ReplayItem,
  type ReplayPlay,
  ReplayState,
  type TrackingFrame,
} from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import { sentence } from '../shared/words.js';
import type { Desk } from './desk.js';
import type { ReplayKey } from './keys.js';
import { PictureChoices, time } from './replay-pictures.js';

const LOOK_EVERY_MS = 700;
const ASK_AGAIN_MS = 5_000;
/** Unnamed tracks that can be chosen. */
const UNNAMED_SHOWN = 12;
/** What a key that plays back plays. */
const LAST_S = 10;
const ASSUMED_FPS = { num: 25, den: 1 };
/** Frames, or seconds, that a key moves the moment by. */
const KEYS: Readonly<Record<string, { frames: number } | { seconds: number }>> = {
  ArrowLeft: { frames: -1 },
  ArrowRight: { frames: 1 },
  ArrowDown: { frames: -10 },
  ArrowUp: { frames: 10 },
  PageDown: { seconds: -1 },
  PageUp: { seconds: 1 },
};

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
  readonly #pictures: PictureChoices;
  #state: ReplayState | undefined;
  #whoTold = '';
  /** Tracks without a name that were seen last. */
  #unnamed: readonly number[] = [];
  /** The channel records nothing, and will not before the server starts anew. */
  #none = false;
  /** Where the replay stood when it was paused or jogged; -1 while it plays. */
  #playedUs = -1;
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
    on('#replay-play-last', () => this.#last);
    on('#replay-play', () => ({ command: 'replay.play', speed: this.#speed, graphics: this.#graphics, loop: false }));
    on('#replay-pause', () => this.#pause);
    on('#replay-stop', () => ({ command: 'replay.stop' }));
    on('#replay-export', () => ({ command: 'replay.export', graphics: this.#graphics }));
    this.#pictures = new PictureChoices({
      ...{ channel: parts.channel, tell: parts.tell },
      atUs: () => this.#atUs,
      goTo: (us) => this.#goTo(us),
      speed: () => this.#speed,
    });
    on('#replay-strobe', () => this.#pictures.strobe());
    on('#replay-ghost', () => this.#pictures.ghost());
    for (const button of document.querySelectorAll<HTMLElement>('[data-jog]')) {
      button.addEventListener('click', () => this.#jog(Number(button.dataset['jog'])));
    }
    find('#replay-speed', HTMLSelectElement).addEventListener('change', () => {
      if (this.#playState !== 'stopped') void this.#send({ command: 'replay.speed', speed: this.#speed });
    });
    this.#scrub.addEventListener('input', () => {
      this.#following = this.#scrub.value === this.#scrub.max;
      this.#showMoment();
    });
    this.#scrub.addEventListener('keydown', (event) => {
      const by = KEYS[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.#goTo(this.#atUs + ('frames' in by ? by.frames * this.#frameLengthUs : by.seconds * 1e6));
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

  get #last(): ReplayCommand {
    return { command: 'replay.play', lastS: LAST_S, speed: this.#speed, graphics: this.#graphics, loop: false };
  }

  get #pause(): ReplayCommand {
    return { command: this.#playState === 'paused' ? 'replay.resume' : 'replay.pause' };
  }

  /** As the server told last, whether the replay's tab is open or not. */
  get #playState(): ReplayPlay['state'] {
    return (this.#p.desk.state?.replay ?? this.#state)?.play.state ?? 'stopped';
  }

  /** What keys do, whichever tab is open. */
  act(action: ReplayKey): void {
    switch (action) {
      case 'markIn':
      case 'markOut':
        void this.#mark(action);
        return;
      case 'playLast':
        void this.#send(this.#last);
        return;
      case 'pause':
        void this.#send(this.#pause);
        return;
      case 'jogBack':
      case 'jogOn':
        this.#jog(action === 'jogOn' ? 1 : -1);
        return;
      case 'slower':
      case 'faster':
        this.#changeSpeed(action === 'slower' ? 1 : -1);
        return;
      case 'stopReplay':
        void this.#send({ command: 'replay.stop' });
    }
  }

  /** The moment that is looked at; where nobody looks at one, what plays or what is new. */
  async #mark(action: 'markIn' | 'markOut'): Promise<void> {
    const looked = this.#p.isOpen() && !this.#following;
    if (await this.#send({ command: `replay.${action}`, ...(looked && { mediaTimeUs: this.#atUs }) }))
      this.#p.tell(find('#replay-marks', HTMLElement).textContent);
  }

  /** @param by along the list of speeds, which begins with the fastest */
  #changeSpeed(by: number): void {
    const select = find('#replay-speed', HTMLSelectElement);
    const next = select.selectedIndex + by;
    if (next < 0 || next >= select.length) return;
    select.selectedIndex = next;
    select.dispatchEvent(new Event('change'));
    this.#p.tell(`Replay speed: ${select.selectedOptions[0]?.text.toLowerCase() ?? ''}.`);
  }

  /** Those without a name can be chosen, too. */
  observe({ subjects }: Pick<TrackingFrame, 'subjects'>): void {
    const unnamed = subjects.filter((s) => s.rosterIndex < 0 && s.state === 'visible').map((s) => s.trackId);
    if (unnamed.length === 0 || !this.#p.isOpen()) return;
    const fresh = unnamed.filter((id) => !this.#unnamed.includes(id));
    // In a list that changes under one's hand nothing can be chosen: those who left stay for a while.
    if (fresh.length === 0) return;
    this.#unnamed = [...this.#unnamed, ...fresh].slice(-UNNAMED_SHOWN);
    this.#showWho();
  }

  get #frameLengthUs(): number {
    const { num, den } = this.#p.desk.state?.scene.fps ?? ASSUMED_FPS;
    return (den * 1e6) / num;
  }

  #goTo(us: number): void {
    this.#scrub.value = `${us}`;
    this.#following = this.#scrub.value === this.#scrub.max;
    this.#showMoment();
  }

  /** What plays is jogged; while nothing does, the moment looked at is. */
  #jog(frames: number): void {
    if (this.#playState !== 'stopped') void this.#send({ command: 'replay.jog', frames });
    else this.#goTo(this.#atUs + frames * this.#frameLengthUs);
  }

  /** @returns whether it was done without a word. */
  async #send(command: ReplayCommand | undefined): Promise<boolean> {
    if (!command) return false;
    const reply = await this.#p.send(command);
    if (!reply.ok) this.#p.tell(sentence(reply.error));
    else if (reply.message) this.#p.tell(sentence(reply.message));
    await this.#look();
    return reply.ok && !reply.message;
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

  #show(state: ReplayState): void {
    const { buffer, inUs, outUs, play, items } = state;
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
    say(find('#replay-pause-word', HTMLElement), play.state === 'paused' ? 'Go on' : 'Pause');
    const movedUs = play.state === 'paused' && play.mediaTimeUs !== this.#playedUs ? play.mediaTimeUs : null;
    this.#playedUs = play.state === 'paused' ? play.mediaTimeUs : -1;
    this.#scrub.min = `${Math.max(0, buffer.fromUs)}`;
    this.#scrub.max = `${Math.max(0, buffer.toUs)}`;
    if (movedUs !== null) this.#goTo(movedUs);
    else if (this.#following) this.#scrub.value = this.#scrub.max;
    this.#showMoment();
    this.#showItems(items);
    this.#pictures.show(state);
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
    const told = JSON.stringify([roster, this.#unnamed]);
    if (told === this.#whoTold) return;
    this.#whoTold = told;
    for (const id of ['#replay-who', '#replay-ghost-who']) {
      const select = find(id, HTMLSelectElement);
      const { value } = select;
      select.replaceChildren(
        ...roster.map(({ name, bib }, i) => make('option', { value: i }, bib ? `${bib} · ${name}` : name)),
        ...this.#unnamed.map((trackId) => make('option', { value: `t${trackId}` }, `Track ${trackId}`)),
      );
      if (value !== '') select.value = value;
    }
  }
}
