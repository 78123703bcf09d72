import type { ChannelState, ChannelStatus, ControlCommand, ControlReply } from '../../../protocol/index.js';
import { connectChannel, type LinkState } from '../shared/connection.js';
import { channelFromAddress, find, make, say, tokenFromAddress } from '../shared/dom.js';
import { refreshPreview } from '../shared/picture.js';
import { sentence } from '../shared/words.js';
import { Facts } from './facts.js';
import { type GraphicKind, GraphicsList } from './graphics-list.js';
import { listenToKeys } from './keys.js';

const PICTURE_MS = 150;
const SILENT_MS = 4_000;
const ANSWER_MS = 8_000;

const channel = channelFromAddress();
const token = tokenFromAddress();
const facts = new Facts();
const list = new GraphicsList(find('#list', HTMLElement), send);
let link: LinkState = 'connecting';
let heardAtMs = performance.now();
let running = true;
let refusal = '';
let kindsText = '';
let answerTimer: ReturnType<typeof setTimeout> | undefined;

/** One line below the panic button, gone after a while. */
function tell(line: string): void {
  say(find('#answer', HTMLElement), line);
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => say(find('#answer', HTMLElement), ''), ANSWER_MS);
}

async function send(command: ControlCommand): Promise<void> {
  const reply = await connection.command(command);
  if (!reply.ok) tell(sentence(reply.error));
  else if (find('#answer', HTMLElement).textContent !== '') tell('');
}

/** Panic must get through: where the socket is gone, plain HTTP is tried too. */
async function allOff(): Promise<void> {
  const command: ControlCommand = { command: 'graphics.allOff' };
  const reply = await connection.command(command).then(async (r) => (r.ok ? r : await post(command)));
  tell(reply.ok ? 'All graphics are off.' : sentence(reply.error));
}

async function post(command: ControlCommand): Promise<ControlReply> {
  try {
    const answer = await fetch(`/api/channels/${channel}/command`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(command),
      signal: AbortSignal.timeout(3_000),
    });
    const body = await answer.json();
    return answer.ok ? body : { ok: false, error: String(body.error) };
  } catch {
    return { ok: false, error: 'the server does not answer: the graphics may still be on air' };
  }
}

function showLink(): void {
  const banner = find('#banner', HTMLElement);
  const silent = link === 'live' && performance.now() - heardAtMs > SILENT_MS;
  const lost = link !== 'live' || silent;
  document.body.dataset['link'] = lost ? 'lost' : 'live';
  const words =
    link === 'lost'
      ? 'Connection to the server lost. Trying again; what is shown below may be out of date.'
      : silent
        ? 'The server is silent; what is shown below may be out of date.'
        : refusal;
  banner.hidden = !lost || words === '';
  if (!banner.hidden) say(banner, words);
}

function onLink(next: LinkState, reason: string): void {
  link = next;
  refusal =
    next === 'refused' ? sentence(reason) : next === 'connecting' && reason !== '' ? 'The server does not answer. Trying again.' : '';
  heardAtMs = performance.now();
  showLink();
  if (next === 'live') void loadKinds();
  if (next === 'refused' && /token/.test(reason)) askForToken();
}

/** The kinds of graphics; forms are built anew only when they changed, so that a reconnect disturbs nobody who types. */
async function loadKinds(): Promise<void> {
  try {
    const text = await (await fetch('/api/graphics', { signal: AbortSignal.timeout(5_000) })).text();
    if (text === kindsText) return;
    list.setKinds(JSON.parse(text) as GraphicKind[]);
    kindsText = text;
  } catch {
    tell('The settings of graphics could not be loaded; switches work.');
  }
}

function onState(state: ChannelState): void {
  document.title = `${state.scene.title} · Control · Leaderline`;
  document.body.dataset['revision'] = `${state.revision}`;
  say(find('#title', HTMLElement), state.scene.title);
  list.update(state.graphics);
  onStatus(state.status);
}

function onStatus(status: ChannelStatus): void {
  heardAtMs = performance.now();
  running = status.running;
  const run = find('#run', HTMLButtonElement);
  run.disabled = false;
  say(run, running ? 'Stop channel' : 'Start channel');
  run.classList.toggle('primary', !running);
  run.classList.toggle('button', !running);
  facts.show(status);
  showLink();
}

function askForToken(): void {
  const dialog = find('#token-dialog', HTMLDialogElement);
  if (dialog.open) return;
  dialog.addEventListener(
    'close',
    () => {
      const { value } = find('#token', HTMLInputElement);
      if (value === '') return;
      sessionStorage.setItem('token', value);
      location.reload();
    },
    { once: true },
  );
  dialog.showModal();
}

const connection = connectChannel({ channel, token, control: true, onLink, onState, onStatus });
setInterval(showLink, 1_000);
refreshPreview(find('#picture', HTMLImageElement), channel, PICTURE_MS);
for (const [page, label] of Object.entries({ watch: 'Watch', overlay: 'Overlay', kiosk: 'Kiosk' }))
  find('#links', HTMLElement).append(make('a', { href: `/${page}/${channel}` }, label));
find('#panic', HTMLButtonElement).addEventListener('click', () => void allOff());
find('#run', HTMLButtonElement).addEventListener('click', () => {
  if (running) find('#stop-dialog', HTMLDialogElement).showModal();
  else void send({ command: 'channel.start' });
});
find('#stop-dialog', HTMLDialogElement).addEventListener('close', (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.returnValue === 'stop') void send({ command: 'channel.stop' });
});
listenToKeys(window, {
  toggle: (index) => void list.toggle(index),
  allOff: () => void allOff(),
  armed: () => tell('Press Escape once more to take all graphics off.'),
});
