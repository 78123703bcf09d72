import { CalibrationReport, type ChannelState, lensOf, lensOfPicture, type Point, type TrackingFrame } from '../../../protocol/index.js';
import { connectChannel } from '../shared/connection.js';
import { channelFromAddress, find, make, say, tokenFromAddress } from '../shared/dom.js';
import { fetchStill } from '../shared/still.js';
import { askForToken } from '../shared/token-dialog.js';
import { sentence } from '../shared/words.js';
import { CoursePanel } from './course.js';
import { Grounds } from './grounds.js';
import { drawMap } from './map.js';
import { Model, type Shown } from './model.js';
import { groundAt, paint, paintLoupe } from './paint.js';
import { showResults } from './results.js';
import { sports } from './sports.js';
import type { Pair } from './template.js';
import { View } from './view.js';

/** Frames kept to find the one of a still by its media time. */
const FRAMES_MAX = 400;

const channel = channelFromAddress();
const token = tokenFromAddress();
const canvas = find('#sheet', HTMLCanvasElement);
const loupe = find('#loupe', HTMLCanvasElement);
const frames: TrackingFrame[] = [];
let state: ChannelState | undefined;
let picture: ImageBitmap | undefined;
let pictureAtUs = 0;
/** The frame looked at is not the one that is clicked on: the tracked pose shows how the calibration holds. */
let checking = false;
let hover: Point | undefined;
let asked = 0;
let painting = false;
let offeredCourse = false;

const [preset] = sports;
if (!preset) throw new Error('there is no template');
const model = new Model(preset, () => changed());
const course = new CoursePanel(() => show());
const grounds = new Grounds((template) => {
  model.use(template);
  find('#course-template', HTMLButtonElement).disabled = template.course === undefined;
});
const view = new View(canvas, {
  onClick: click,
  grab: (at, within) =>
    checking ? undefined : model.placed().find(({ image }) => Math.hypot(image.x - at.x, image.y - at.y) < within)?.index,
  onDrag: (mark, to) => model.move(mark, to),
  onHover: (at) => {
    hover = at;
    show();
  },
  onChange: show,
});

function click(at: Point): void {
  const ground = shown();
  if (course.click(ground && groundAt(ground, at))) return;
  if (checking) say(find('#note', HTMLElement), 'This is another frame: freeze a new one to move points.');
  else model.place(at);
  canvas.focus();
}

function changed(): void {
  model.report = undefined;
  show();
  showAll();
  void solve();
}

/** Asks the server what the points come to; answers that came too late are let go. */
async function solve(): Promise<void> {
  asked += 1;
  const mine = asked;
  const calibration = model.clicked(size(), pictureAtUs);
  if (!calibration) return;
  try {
    const answer = await fetch(`/api/channels/${channel}/calibration/solve`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(calibration),
      signal: AbortSignal.timeout(5_000),
    });
    const body: unknown = await answer.json();
    if (mine !== asked) return;
    const report = CalibrationReport.safeParse(body);
    model.report = report.success ? report.data : { ok: false, message: errorOf(body) };
  } catch {
    if (mine === asked) model.report = { ok: false, message: 'the server does not answer' };
  }
  showAll();
  show();
}

function errorOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : 'the server answered something else';
}

function size(): Pair {
  return [view.width, view.height];
}

/** Where the ground lies on the frame that is looked at. */
function shown(): Shown | undefined {
  if (checking) {
    const frame = frames.find((f) => f.mediaTimeUs === pictureAtUs) ?? frames.at(-1);
    if (frame?.pose.unit === 'm' && frame.pose.state === 'held')
      return { groundToImage: frame.pose.groundToImage, lens: lensOfPicture(frame) };
  }
  const { fit, lens } = model;
  return fit && { groundToImage: fit.groundToImage, lens: lens && lensOf(lens, { width: view.width, height: view.height }) };
}

/** Paints once a browser frame, however much changed. */
function show(): void {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    const selected = model.marks[model.selected]?.image;
    paint(canvas, view, picture, model, shown(), course.read().course, course.line);
    paintLoupe(loupe, view, picture, hover ?? (document.activeElement === canvas ? selected : undefined));
    showCourse();
  });
}

function showAll(): void {
  showResults(model);
  drawMap(find('#plan', HTMLElement), model, grounds.planAddress);
  const next = model.marks[model.selected];
  say(find('#next', HTMLElement), next ? `${next.image ? 'Move' : 'Click'}: ${next.name}` : 'Every point is placed.');
  find('#save', HTMLButtonElement).disabled = !model.report?.ok;
}

function showCourse(): void {
  const { course: read, problem } = course.read();
  find('#course-save', HTMLButtonElement).disabled = read === undefined || problem !== '';
  const length = read ? `${Math.round((read.finishM - read.startM) * 100) / 100} m from start to finish.` : '';
  const doing = {
    off: problem || length,
    line: 'Click along the centre line, in the direction of the race.',
    start: 'Click the start.',
    finish: 'Click the finish.',
  };
  if (course.mode !== 'off' || problem !== '' || read) say(find('#course-note', HTMLElement), doing[course.mode]);
}

async function freeze(check: boolean): Promise<void> {
  try {
    const still = await fetchStill(channel);
    const image = new Image();
    image.src = still.address;
    await image.decode();
    picture?.close();
    picture = await createImageBitmap(image);
    URL.revokeObjectURL(still.address);
    pictureAtUs = still.mediaTimeUs;
    view.setSize(state?.scene.width ?? picture.width, state?.scene.height ?? picture.height);
    checking = check;
    document.body.dataset['checking'] = `${check}`;
    const tracked = state?.calibration
      ? 'Lines lie where the saved calibration is tracked to.'
      : 'Nothing is saved yet: lines lie where a camera that stands still would have them.';
    say(find('#note', HTMLElement), check ? `Another frame. ${tracked}` : '');
    if (!check) changed();
    show();
  } catch (error) {
    say(find('#note', HTMLElement), `No frame: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function save(): Promise<void> {
  const clicked = model.clicked(size(), pictureAtUs);
  if (!clicked) return;
  const { lens } = model;
  const calibration = { ...clicked, ...(lens && { lens: { k1: lens.k1, k2: lens.k2 } }) };
  const reply = await connection.command({ command: 'calibration.set', calibration });
  say(
    find('#saved', HTMLElement),
    reply.ok ? `Saved. ${reply.message ? sentence(reply.message) : 'Now look at another frame.'}` : sentence(reply.error),
  );
}

async function saveCourse(): Promise<void> {
  const { course: read } = course.read();
  if (!read) return;
  const reply = await connection.command({ command: 'course.set', course: read });
  say(find('#course-note', HTMLElement), reply.ok ? 'Course saved.' : sentence(reply.error));
}

/** Arrows move the chosen point: a pixel, with Shift ten, with Alt a tenth. Enter puts it into the middle of what is shown. */
function key(event: KeyboardEvent): void {
  const mark = model.marks[model.selected];
  const step = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
  const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  if (by && mark?.image && !checking) {
    model.move(model.selected, { x: mark.image.x + (by[0] ?? 0), y: mark.image.y + (by[1] ?? 0) });
    view.show(mark.image);
  } else if (event.key === 'Enter') click(view.middle());
  else if (event.key === '+' || event.key === '=') view.zoom(1.5, undefined);
  else if (event.key === '-') view.zoom(1 / 1.5, undefined);
  else if (event.key === '0') view.whole();
  else if (event.key === 'Delete' && mark?.image) model.clear(model.selected);
  else return;
  event.preventDefault();
}

function onState(next: ChannelState): void {
  const first = state === undefined;
  state = next;
  say(find('#title', HTMLElement), `Calibrate ${next.scene.title}`);
  grounds.setScene(next.scene);
  if (!offeredCourse && next.scene.course) {
    offeredCourse = true;
    course.show(next.scene.course);
  }
  find('#load', HTMLButtonElement).disabled = next.calibration === null;
  if (first) void freeze(false);
}

const connection = connectChannel({
  channel,
  token,
  control: true,
  operator: localStorage.getItem('leaderline-operator') ?? '',
  onLink: (link, reason) => {
    document.body.dataset['link'] = link === 'live' ? 'live' : 'lost';
    const banner = find('#banner', HTMLElement);
    banner.hidden = link === 'live' || (link === 'connecting' && reason === '');
    say(banner, link === 'refused' ? sentence(reason) : 'Connection to the server lost. Your points stay here; trying again.');
    if (link === 'refused' && /token/.test(reason)) askForToken();
  },
  onState,
  onFrame: (frame) => {
    frames.push(frame);
    if (frames.length > FRAMES_MAX) frames.shift();
  },
});
const on = (id: string, work: () => void): void => find(id, HTMLButtonElement).addEventListener('click', work);
on('#freeze', () => void freeze(false));
on('#check', () => void freeze(true));
on('#save', () => void save());
on('#course-save', () => void saveCourse());
on('#course-template', () => void course.useTemplate(model.template));
on('#zoom-in', () => view.zoom(1.5));
on('#zoom-out', () => view.zoom(1 / 1.5));
on('#zoom-whole', () => view.whole());
on('#load', () => {
  const saved = state?.calibration;
  if (saved) model.load(saved, view.width / saved.size[0], view.height / saved.size[1]);
});
on('#clear-all', () => {
  for (const mark of model.marks) mark.image = undefined;
  model.select(0);
});
find('#own', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const [x, y] = [find('#own-x', HTMLInputElement).valueAsNumber, find('#own-y', HTMLInputElement).valueAsNumber];
  model.add({ name: find('#own-name', HTMLInputElement).value || `${x}, ${y}`, ground: [x, y] });
});
find('#with-lens', HTMLInputElement).addEventListener('change', () => {
  model.wantsLens = find('#with-lens', HTMLInputElement).checked;
  showAll();
  show();
});
canvas.addEventListener('keydown', key);
for (const [page, label] of Object.entries({ control: 'Control', watch: 'Watch' }))
  find('#links', HTMLElement).append(make('a', { href: `/${page}/${channel}` }, label));
grounds.choose();
showAll();
