import type { ChannelScene, ChannelStatus } from '../../../protocol/index.js';
import { connectChannel } from '../shared/connection.js';
import { channelFromAddress, find, say } from '../shared/dom.js';
import { healthWords } from '../shared/words.js';
import { showBoard } from './board.js';
import { Interpolator, type Moment } from './interpolate.js';
import { drawMoving } from './moving.js';
import { drawGround, type PlanView, planView } from './plan.js';

const PATH_S = 8;
const WORDS_MS = 500;

const ground = find('#ground', HTMLCanvasElement);
const moving = find('#moving', HTMLCanvasElement);
const interpolator = new Interpolator(PATH_S);
let scene: ChannelScene | undefined;
let status: ChannelStatus | undefined;
let view: PlanView | undefined;
let moment: Moment | undefined;
let reached = false;
let requested = false;
let dotsDrawn = 0;

Object.defineProperty(window, '__kiosk', { get: () => ({ dotsDrawn, mediaTimeUs: moment?.mediaTimeUs ?? -1 }) });

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const made = canvas.getContext('2d');
  if (!made) throw new Error('this browser has no 2D canvas');
  return made;
}

/** Sizes both canvases to the screen's own pixels and draws the still part once. */
function layOut(): void {
  if (!scene) return;
  const { clientWidth, clientHeight } = find('#plan', HTMLElement);
  view = planView(scene, clientWidth, clientHeight);
  for (const canvas of [ground, moving]) {
    canvas.width = Math.round(clientWidth * devicePixelRatio);
    canvas.height = Math.round(clientHeight * devicePixelRatio);
    context(canvas).scale(devicePixelRatio, devicePixelRatio);
  }
  if (view) drawGround(context(ground), scene, view);
  animate();
}

/** Draws on every screen refresh while somebody moves, and rests otherwise. */
function animate(): void {
  if (requested) return;
  requested = true;
  requestAnimationFrame(() => {
    requested = false;
    moment = interpolator.at(performance.now());
    if (!scene || !view || !moment) return;
    drawMoving(context(moving), scene, moment, view);
    dotsDrawn = moment.subjects.length;
    if (moment.moving) animate();
  });
}

function words(): void {
  const count = moment?.subjects.length ?? 0;
  const idle = find('#idle', HTMLElement);
  const quiet = idleWords(count);
  say(idle, quiet);
  idle.hidden = quiet === '';
  const people = count === 1 ? '1 person here' : `${count} people here`;
  say(find('#now', HTMLElement), scene?.floor && count > 0 ? people : '');
  if (scene && moment) showBoard(find('#board', HTMLElement), scene, moment);
}

function idleWords(count: number): string {
  if (!reached) return 'Connecting…';
  if (status && status.source !== 'live') return healthWords(status).long;
  if (!view) return 'This channel has no floor plan or course yet.';
  if (count > 0) return '';
  return scene?.floor ? 'Nobody here just now' : 'Waiting for the race';
}

new ResizeObserver(layOut).observe(find('#plan', HTMLElement));
setInterval(words, WORDS_MS);
void document.fonts.load('700 20px "Sofia Sans Condensed"').then(layOut);
connectChannel({
  channel: channelFromAddress(),
  onLink: (link) => {
    reached = link === 'live';
    words();
  },
  onState: (state) => {
    status = state.status;
    if (JSON.stringify(state.scene) === JSON.stringify(scene)) return;
    scene = state.scene;
    document.title = `${scene.title} · Leaderline`;
    say(find('#title', HTMLElement), scene.title);
    find('#board', HTMLElement).hidden = scene.course === null || scene.floor !== null;
    layOut();
    words();
  },
  onStatus: (next) => {
    status = next;
  },
  onFrame: (frame) => {
    interpolator.push(frame, performance.now());
    animate();
  },
});
