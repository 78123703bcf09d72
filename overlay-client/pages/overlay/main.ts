import 'pixi.js/unsafe-eval';
import type { ChannelScene, ChannelState } from '../../../protocol/index.js';
import { createBrowserOverlay } from '../../browser.js';
import { connectChannel } from '../shared/connection.js';
import { channelFromAddress, find } from '../shared/dom.js';
import { ForeignGraphics } from './foreign.js';
import { HostedReporter } from './hosted-report.js';
import { type Drawer, OverlayPlayer, sameScene } from './player.js';
import { shownAs } from './shown-as.js';

declare global {
  interface Window {
    /** For tests: what the overlay did so far. */
    __leaderline: { readonly framesDrawn: number; readonly lastMediaTimeUs: number; readonly connected: boolean };
  }
}

const query = new URLSearchParams(location.search);
const { shows, delayMs } = shownAs(query);
document.documentElement.dataset['shows'] = shows;
const debug = query.has('debug');
const player = new OverlayPlayer(delayMs);
let drawer: Drawer | undefined;
let foreign: ForeignGraphics | undefined;
let scene: ChannelScene | undefined;
let making = Promise.resolve();
let connected = false;
const hosted = new HostedReporter((lines) => connection.report(lines));

Object.defineProperty(window, '__leaderline', {
  value: {
    get framesDrawn() {
      return player.framesDrawn;
    },
    get lastMediaTimeUs() {
      return player.lastMediaTimeUs;
    },
    get connected() {
      return connected;
    },
  },
});

/** Errors never go on air: they are shown with `?debug` only. */
function report(problem: string): void {
  console.warn(problem);
  if (!debug) return;
  const out = find('#debug', HTMLOutputElement);
  out.hidden = problem === '';
  out.textContent = problem;
}

/** The scene's picture, as large as the window lets it be, in device pixels. */
function fit(): void {
  if (!scene || !drawer) return;
  const scale = Math.min(innerWidth / scene.width, innerHeight / scene.height);
  const canvas = find('canvas', HTMLCanvasElement);
  canvas.style.width = `${scene.width * scale}px`;
  canvas.style.height = `${scene.height * scale}px`;
  const stage = find('#stage', HTMLElement);
  stage.style.width = `${scene.width}px`;
  stage.style.height = `${scene.height}px`;
  stage.style.transform = `translate(-50%, -50%) scale(${scale})`;
  drawer.resize(Math.round(scene.width * scale * devicePixelRatio), Math.round(scene.height * scale * devicePixelRatio));
  player.redraw();
}

/** A drawer for the scene, on a canvas of its own: a canvas whose WebGL context was given up cannot be used again. */
async function show(next: ChannelScene): Promise<void> {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const made = await createBrowserOverlay(canvas, next, {
    fontBase: '/assets/fonts/',
    imageBase: `/images/${encodeURIComponent(next.channel)}/`,
  });
  player.use(made);
  find('canvas', HTMLCanvasElement).replaceWith(canvas);
  drawer = made;
  fit();
}

function onState(state: ChannelState): void {
  player.setSource(state.status.source);
  player.setGraphics(state.graphics);
  if (sameScene(scene, state.scene)) {
    foreign?.set(state.graphics);
    return;
  }
  scene = state.scene;
  foreign?.close();
  foreign = new ForeignGraphics(find('#stage', HTMLElement), state.scene, (graphic, line) => {
    hosted.set(graphic, line);
    if (line) report(`graphic ${graphic}: ${line}`);
  });
  foreign.set(state.graphics);
  making = making.then(() => show(state.scene)).catch((error: unknown) => report(`cannot draw: ${String(error)}`));
}

addEventListener('resize', fit);
const connection = connectChannel({
  channel: channelFromAddress(),
  onLink: (link, reason) => {
    connected = link === 'live';
    if (link !== 'live') report(`${link}: ${reason}`);
    else {
      if (debug) report('');
      hosted.tell();
    }
  },
  onState,
  onStatus: (status) => player.setSource(status.source),
  onFrame: (frame) => player.push(frame),
});
