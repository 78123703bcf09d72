import type { ChannelState } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import { refreshPreview } from '../shared/picture.js';
import { healthWords } from '../shared/words.js';

const REFRESH_MS = 2_000;
const PICTURE_MS = 1_000;
const PAGES = [
  ['watch', 'Watch'],
  ['control', 'Control'],
  ['calibrate', 'Calibrate'],
  ['overlay', 'Overlay'],
  ['kiosk', 'Kiosk'],
] as const;

interface Card {
  readonly root: HTMLElement;
  update(state: ChannelState): void;
}

const cards = new Map<string, Card>();

function card(id: string): Card {
  const lamp = make('span', { class: 'lamp' });
  const title = make('h2');
  const message = make('p', { class: 'message' });
  const image = make('img', { alt: '', width: 640, height: 360 });
  const links = PAGES.map(([page, label]) =>
    make('a', { class: page === 'watch' ? 'button primary' : 'button', href: `/${page}/${id}` }, label),
  );
  const root = make(
    'article',
    { class: 'channel panel', 'data-channel': id },
    make(
      'div',
      { class: 'picture' },
      make('a', { href: `/watch/${id}`, 'aria-hidden': 'true', tabindex: -1 }, image, make('span', { class: 'none' }, 'No picture')),
    ),
    make('div', { class: 'text' }, make('div', { class: 'head' }, title, lamp), message, make('nav', { 'aria-label': id }, ...links)),
  );
  refreshPreview(image, id, PICTURE_MS);
  return {
    root,
    update: ({ scene, status }) => {
      const words = healthWords(status);
      say(title, scene.title);
      say(lamp, words.short);
      lamp.dataset['tone'] = words.tone;
      say(message, words.long);
      image.alt = `${scene.title}, live`;
      root.querySelector('nav')?.setAttribute('aria-label', `Pages of ${scene.title}`);
    },
  };
}

function show(states: readonly ChannelState[]): void {
  const list = find('#channels', HTMLElement);
  for (const state of states) {
    const id = state.scene.channel;
    let known = cards.get(id);
    if (!known) {
      known = card(id);
      cards.set(id, known);
      list.append(known.root);
    }
    known.update(state);
  }
  for (const [id, { root }] of cards) root.hidden = !states.some((s) => s.scene.channel === id);
  const live = states.filter((s) => s.status.source === 'live').length;
  say(find('#summary', HTMLElement), `${live} of ${states.length} ${states.length === 1 ? 'channel' : 'channels'} live`);
}

async function refresh(): Promise<void> {
  try {
    const answer = await fetch('/api/channels', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    show((await answer.json()) as ChannelState[]);
    document.body.dataset['link'] = 'live';
  } catch {
    document.body.dataset['link'] = 'lost';
    say(find('#summary', HTMLElement), 'The server does not answer. Trying again.');
  }
  setTimeout(() => void refresh(), REFRESH_MS);
}

void refresh();
