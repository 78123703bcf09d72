import type { ChannelStatus } from '../../../protocol/index.js';
import { connectChannel } from '../shared/connection.js';
import { channelFromAddress, find, say } from '../shared/dom.js';
import { healthWords } from '../shared/words.js';
import { type Playing, playLive } from './player.js';

const IDLE_MS = 2_500;
/** Further behind than this and the way back to the live edge is offered. */
const BEHIND_S = 12;

const channel = channelFromAddress();
const stage = find('#stage', HTMLElement);
const video = find('#video', HTMLVideoElement);
const mute = find('#mute', HTMLButtonElement);
const full = find('#full', HTMLButtonElement);
const live = find('#live', HTMLButtonElement);
let status: ChannelStatus | undefined;
let playing: Playing = 'loading';
let reached = false;
let idleTimer: ReturnType<typeof setTimeout> | undefined;

/** What stands over the picture: nothing while it plays, else the reason in plain words. */
function notice(): string {
  if (playing === 'unsupported') return 'This browser cannot play HLS video.';
  if (status && !status.running) return healthWords(status).long;
  if (playing === 'playing') return '';
  if (!reached) return 'The server does not answer. Trying again.';
  if (status && status.source !== 'live') return healthWords(status).long;
  return 'Waiting for the picture.';
}

function show(): void {
  say(find('#notice', HTMLElement), notice());
  const words = status && healthWords(status);
  const lamp = find('#lamp', HTMLElement);
  const { tone, short } = reached && words ? words : { tone: 'idle', short: reached ? 'Connecting' : 'Offline' };
  say(lamp, short);
  lamp.dataset['tone'] = tone;
  const behindS = player.latencyS();
  live.hidden = !(behindS > BEHIND_S || (video.paused && video.readyState > 1));
  say(find('#latency', HTMLElement), behindS > 0 && playing === 'playing' ? `${behindS.toFixed(1)} s behind` : '');
}

function showSound(): void {
  say(mute, video.muted ? 'Sound on' : 'Sound off');
  mute.setAttribute('aria-pressed', `${video.muted}`);
}

/** Controls go when nothing is touched for a while, so that the picture is all there is. */
function awake(): void {
  stage.dataset['idle'] = 'false';
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => {
    stage.dataset['idle'] = `${playing === 'playing'}`;
  }, IDLE_MS);
}

const player = playLive(video, `/hls/${channel}/index.m3u8`, (next) => {
  playing = next;
  show();
});
connectChannel({
  channel,
  onLink: (link) => {
    reached = link === 'live';
    show();
  },
  onState: (state) => {
    document.title = `${state.scene.title} · Leaderline`;
    say(find('#title', HTMLElement), state.scene.title);
    status = state.status;
    show();
  },
  onStatus: (next) => {
    status = next;
    show();
  },
});
mute.addEventListener('click', () => {
  video.muted = !video.muted;
});
video.addEventListener('volumechange', showSound);
live.addEventListener('click', () => player.toLive());
full.hidden = !document.fullscreenEnabled;
full.addEventListener('click', () => void (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()));
document.addEventListener('fullscreenchange', () => say(full, document.fullscreenElement ? 'Leave full screen' : 'Full screen'));
for (const event of ['pointermove', 'pointerdown', 'keydown']) stage.addEventListener(event, awake);
setInterval(show, 1_000);
showSound();
awake();
