import type { ChannelState, ChannelStatus, ControlCommand, ControlReply } from '../../../protocol/index.js';
import { connectChannel, type LinkState } from '../shared/connection.js';
import { channelFromAddress, find, make, say, tokenFromAddress } from '../shared/dom.js';
import { refreshPreview } from '../shared/picture.js';
import { askForToken } from '../shared/token-dialog.js';
import { sentence } from '../shared/words.js';
import { Desk, type GraphicKind } from './desk.js';
import { Draw } from './draw.js';
import { Editor } from './editor.js';
import { Facts } from './facts.js';
import { Feet } from './feet.js';
import { type Bindings, isReplayKey, keyCap, listenToKeys, loadBindings } from './keys.js';
import { LinkBanner, postCommand } from './link.js';
import { showLog } from './log.js';
import { listenToPicture } from './marks.js';
import { Preview } from './monitors.js';
import { ReplayStrip } from './replay.js';
import { Rundown } from './rundown.js';
import { buttonsPanel, keysPanel, lookPanel } from './setup.js';
import { StartListImport } from './start-list.js';
import { telestratorOf } from './strokes.js';
import { Subjects } from './subjects.js';
import { tabs } from './tabs.js';

const PICTURE_MS = 150;
const ANSWER_MS = 8_000;

const channel = channelFromAddress();
const token = tokenFromAddress();
const operator = localStorage.getItem('leaderline-operator') ?? '';
const banner = new LinkBanner();
const facts = new Facts();
let bindings = loadBindings(localStorage);
let running = true;
let kindsText = '';
let answerTimer: ReturnType<typeof setTimeout> | undefined;

const desk = new Desk(send);
const rundown = new Rundown(desk, () => bindings);
const editor = new Editor(desk);
const subjects = new Subjects(desk);
new StartListImport(desk);
const preview = new Preview(channel, () => marks.show());
const draw = new Draw(desk, preview, subjects, tell);
let openTab = 'tab-data';
const feet = new Feet(desk, preview, tell, () => openTab === 'tab-setup');
const marks = listenToPicture(preview, subjects, draw, feet, () => openTab.replace('tab-', ''));
tabs(find('#tabs', HTMLElement), (name) => {
  openTab = name;
  document.body.dataset['tab'] = name;
  feet.show();
  showPreview();
});

/** One line that answers what was done, gone after a while. */
function tell(line: string): void {
  say(find('#answer', HTMLElement), line);
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => say(find('#answer', HTMLElement), ''), ANSWER_MS);
}

async function send(command: ControlCommand): Promise<ControlReply> {
  const reply = await connection.command(command);
  if (!reply.ok) tell(sentence(reply.error));
  else if (reply.message) tell(sentence(reply.message));
  else if (find('#answer', HTMLElement).textContent !== '') tell('');
  return reply;
}

/** Panic must get through: where the socket is gone, plain HTTP is tried too. */
async function panic(): Promise<void> {
  const command: ControlCommand = { command: 'graphics.allOff' };
  const reply = await connection.command(command).then(async (r) => (r.ok ? r : await postCommand(channel, token, command)));
  tell(reply.ok ? 'All graphics are off.' : sentence(reply.error));
}

function act(action: string): void {
  if (/^graphic\d$/.test(action)) {
    const graphic = desk.graphics[Number(action.slice(-1)) - 1];
    if (!graphic) return;
    desk.select(graphic.id);
    void desk.send({ command: graphic.on ? 'graphic.out' : 'graphic.take', graphic: graphic.id });
    return;
  }
  if (isReplayKey(action)) {
    replay.act(action);
    return;
  }
  switch (action) {
    case 'take':
    case 'update':
    case 'step':
    case 'back':
    case 'out':
    case 'forget':
      editor.act(action);
      return;
    case 'up':
      desk.move(-1);
      return;
    case 'down':
      desk.move(1);
      return;
    case 'undo':
    case 'redo':
      void desk.send({ command: action });
      return;
    case 'freeze':
      preview.freeze(!preview.frozen);
      return;
    case 'unstroke':
      draw.unstroke();
      return;
    case 'clear':
      draw.clear();
      return;
  }
}

function onLink(link: LinkState, reason: string): void {
  banner.set(link, reason);
  if (link === 'live') void loadKinds();
  if (link === 'refused' && /token/.test(reason)) askForToken();
}

/** The kinds of graphics; forms are built anew only when they changed, so that a reconnect disturbs nobody who types. */
async function loadKinds(): Promise<void> {
  try {
    const text = await (await fetch('/api/graphics', { signal: AbortSignal.timeout(5_000) })).text();
    if (text === kindsText) return;
    const kinds: readonly GraphicKind[] = JSON.parse(text);
    desk.kinds = kinds;
    kindsText = text;
    desk.changed();
  } catch {
    tell('The settings of graphics could not be loaded; taking them works.');
  }
}

function onState(state: ChannelState): void {
  document.title = `${state.scene.title} · Control · Leaderline`;
  document.body.dataset['revision'] = `${state.revision}`;
  say(find('#title', HTMLElement), state.scene.title);
  desk.state = state;
  desk.changed();
  onStatus(state.status);
}

function onStatus(status: ChannelStatus): void {
  running = status.running;
  const run = find('#run', HTMLButtonElement);
  run.disabled = false;
  say(run, running ? 'Stop channel' : 'Start channel');
  facts.show(status);
  banner.heard();
}

/** What the preview shows beside what is on air: the graphic that is edited, and the drawing while one draws. */
function showPreview(): void {
  const { state, selected, graphics } = desk;
  if (!state) return;
  const drawing = openTab === 'tab-draw' ? telestratorOf(graphics)?.id : undefined;
  const alsoOn = [selected?.id, drawing].filter((id) => id !== undefined);
  preview.setGraphics(state.scene, graphics, alsoOn);
}

function showHistory(): void {
  for (const way of ['undo', 'redo'] as const) {
    const line = desk.state?.history[way] ?? null;
    find(`#${way}`, HTMLButtonElement).disabled = line === null;
    say(find(`#${way}-line`, HTMLElement), line ?? 'nothing');
  }
}

function showKeys(): void {
  for (const cap of document.querySelectorAll<HTMLElement>('[data-key]')) {
    const key = bindings[cap.dataset['key'] ?? ''] ?? '';
    cap.hidden = key === '';
    say(cap, keyCap(key));
  }
}

function setBindings(next: Bindings): void {
  bindings = next;
  showKeys();
  rundown.show();
}

desk.onChange(showPreview);
desk.onChange(showHistory);
lookPanel(desk);
keysPanel(() => bindings, setBindings);
buttonsPanel(channel);
const replay = new ReplayStrip({
  channel,
  desk,
  send: (command) => postCommand(channel, token, command),
  tell,
  isOpen: () => openTab === 'tab-replay',
});
showLog(channel);
showKeys();
const connection = connectChannel({
  channel,
  token,
  control: true,
  operator,
  onLink,
  onState,
  onStatus,
  onFrame: (frame) => {
    preview.push(frame);
    subjects.observe(frame);
    replay.observe(frame);
  },
});
refreshPreview(find('#picture', HTMLImageElement), channel, PICTURE_MS);
for (const [page, label] of Object.entries({ calibrate: 'Calibrate', watch: 'Watch', overlay: 'Overlay', kiosk: 'Kiosk' }))
  find('#links', HTMLElement).append(make('a', { href: `/${page}/${channel}` }, label));
find('#panic', HTMLButtonElement).addEventListener('click', () => void panic());
for (const way of ['undo', 'redo'] as const) find(`#${way}`, HTMLButtonElement).addEventListener('click', () => act(way));
find('#freeze', HTMLButtonElement).addEventListener('click', () => act('freeze'));
const name = find('#operator', HTMLInputElement);
name.value = operator;
name.addEventListener('change', () => {
  localStorage.setItem('leaderline-operator', name.value.trim());
  location.reload();
});
find('#run', HTMLButtonElement).addEventListener('click', () => {
  if (running) find('#stop-dialog', HTMLDialogElement).showModal();
  else void send({ command: 'channel.start' });
});
find('#stop-dialog', HTMLDialogElement).addEventListener('close', (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.returnValue === 'stop') void send({ command: 'channel.stop' });
});
listenToKeys(window, {
  bindings: () => bindings,
  act,
  panic: () => void panic(),
  armed: () => tell('Press Escape once more to take all graphics off.'),
});
