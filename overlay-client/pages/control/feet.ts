import {
  ColourKey,
  lensOfPicture,
  type Point,
  Pole,
  type TrackingFrame,
  topOf,
  type UnderFeet,
  unbend,
  uprightCamera,
} from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import type { Desk } from './desk.js';
import { colourAt, paintFeet } from './feet-picture.js';
import type { Preview } from './monitors.js';
import { groundAt } from './strokes.js';

type Side = 'draw' | 'never';
type Tool = 'none' | Side | 'region' | 'pole';

const TOOLS: readonly Tool[] = ['none', 'draw', 'never', 'region', 'pole'];
const HOW: Readonly<Record<Tool, string>> = {
  none: '',
  draw: 'Click the ground in the preview: in the sun, in shadow, where it is worn.',
  never: 'Click what stands in front of it: a post, a sign, kit that is taken for the ground.',
  region: 'Click the corners of a part of the ground, then close it. It gets colours of its own.',
  pole: 'Click the foot of a pole on the ground, then its top.',
};
const BY_KEYS = ' Without a mouse: Tab to the preview, arrows move the cross (Shift: a pixel), Enter clicks.';
/** The key for the whole picture. */
const WHOLE = 'picture';
const PICKS_MAX = 12;
const CORNERS_MAX = 40;

/**
 * "Under the feet": colours picked in the preview, regions with their own, and poles. What is picked goes to the server at once and shows in programme with the
 * next frame.
 */
export class Feet {
  readonly #desk: Desk;
  readonly #preview: Preview;
  readonly #tell: (line: string) => void;
  readonly #isOpen: () => boolean;
  #selected = WHOLE;
  #corners: [number, number][] = [];
  #foot: Point | undefined;
  #cross: Point | undefined;
  /** Changes go one after the other, each made from what the one before came to. */
  #sending: Promise<unknown> = Promise.resolve();
  #slid = false;

  /** @param isOpen whether this part of the page is looked at */
  constructor(desk: Desk, preview: Preview, tell: (line: string) => void, isOpen: () => boolean) {
    this.#desk = desk;
    this.#preview = preview;
    this.#tell = tell;
    this.#isOpen = isOpen;
    for (const radio of document.querySelectorAll('input[name="feet-tool"]')) radio.addEventListener('change', () => this.#begin());
    find('#feet', HTMLDetailsElement).addEventListener('toggle', () => this.#begin());
    find('#feet-key', HTMLSelectElement).addEventListener('change', (event) => {
      if (event.target instanceof HTMLSelectElement) this.#selected = event.target.value;
      this.show();
    });
    find('#feet-close', HTMLButtonElement).addEventListener('click', () => this.#closeRegion());
    find('#feet-remove', HTMLButtonElement).addEventListener('click', () => {
      const id = this.#selected;
      this.#selected = WHOLE;
      this.#edit((now) => ({ ...now, keys: now.keys.filter((key) => key.id !== id) }));
    });
    for (const field of ['tolerance', 'softness'] as const)
      find(`#feet-${field}`, HTMLInputElement).addEventListener('input', () => this.#slide());
    desk.onChange(() => this.show());
  }

  /** What a click in the preview says now; `none`: it is for others. */
  get tool(): Tool {
    if (!this.#isOpen() || !find('#feet', HTMLDetailsElement).open) return 'none';
    const checked = find('input[name="feet-tool"]:checked', HTMLInputElement).value;
    return TOOLS.find((tool) => tool === checked) ?? 'none';
  }

  /** @param at continuous source pixels */
  click(at: Point): void {
    const { frame } = this.#preview;
    const { tool } = this;
    if (!frame || tool === 'none') return;
    if (tool === 'draw' || tool === 'never') this.#pick(tool, { x: at.x / frame.width, y: at.y / frame.height });
    else if (tool === 'pole' && this.#foot) this.#standUp(this.#foot, at, frame);
    else {
      const ground = frame.pose.unit === 'm' ? groundAt(frame, at) : undefined;
      if (!ground)
        this.#tell(
          frame.pose.unit === 'm' ? 'That is not on the ground.' : 'Calibrate the picture first: regions and poles stand on its ground.',
        );
      else if (tool === 'pole') this.#foot = ground;
      else if (this.#corners.length < CORNERS_MAX) this.#corners.push([millimetres(ground.x), millimetres(ground.y)]);
    }
    this.show();
  }

  /** Moves where the keyboard points, shares of the picture's width; 0, 0 shows it. */
  moveCross(dx: number, dy: number): void {
    const { frame } = this.#preview;
    if (!frame) return;
    const from = this.#cross ?? { x: frame.width / 2, y: frame.height / 2 };
    const within = (value: number, most: number): number => Math.max(0.5, Math.min(most - 0.5, value));
    this.#cross = { x: within(from.x + dx * frame.width, frame.width), y: within(from.y + dy * frame.width, frame.height) };
  }

  clickCross(): void {
    if (this.#cross) this.click(this.#cross);
  }

  hideCross(): void {
    this.#cross = undefined;
  }

  paint(context: CanvasRenderingContext2D, frame: TrackingFrame, scale: number, thin: number): void {
    if (!find('#feet', HTMLDetailsElement).open) return;
    const shown = { underFeet: this.#now, selected: this.#selected, corners: this.#corners, foot: this.#foot, cross: this.#cross };
    paintFeet(context, frame, shown, scale, thin);
  }

  show(): void {
    const { keys, poles } = this.#now;
    const { tool } = this;
    if (this.#selected !== WHOLE && !keys.some((key) => key.id === this.#selected)) this.#selected = WHOLE;
    const picks = keys.reduce((sum, key) => sum + key.draw.length + key.never.length, 0);
    say(
      find('#feet-count', HTMLElement),
      picks + poles.length === 0 ? '' : `${counted(picks, 'colour')}, ${counted(poles.length, 'pole')}`,
    );
    say(find('#feet-how', HTMLElement), tool === 'none' ? '' : this.#foot ? `Now its top.${BY_KEYS}` : HOW[tool] + BY_KEYS);
    const select = find('#feet-key', HTMLSelectElement);
    const ids = [WHOLE, ...keys.map((key) => key.id).filter((id) => id !== WHOLE)];
    if ([...select.options].map((option) => option.value).join() !== ids.join())
      select.replaceChildren(...ids.map((value) => make('option', { value }, nameOf(value))));
    select.value = this.#selected;
    const key = this.#key;
    for (const side of ['draw', 'never'] as const) this.#swatches(side, key[side]);
    for (const field of ['tolerance', 'softness'] as const) {
      const range = find(`#feet-${field}`, HTMLInputElement);
      if (!this.#slid && !range.matches(':active')) range.value = `${key[field]}`;
    }
    const close = find('#feet-close', HTMLButtonElement);
    close.hidden = tool !== 'region';
    close.disabled = this.#corners.length < 3;
    say(close, `Close the region (${counted(this.#corners.length, 'corner')})`);
    const remove = find('#feet-remove', HTMLButtonElement);
    remove.hidden = !keys.some(({ id }) => id === this.#selected);
    say(remove, this.#selected === WHOLE ? 'Forget these colours' : 'Take this region away');
    this.#showPoles(poles);
    const sheet = find('#marks', HTMLCanvasElement);
    const isOurs = tool !== 'none';
    document.body.dataset['pointing'] = `${isOurs}`;
    sheet.tabIndex = isOurs ? 0 : -1;
    sheet.setAttribute('aria-hidden', `${!isOurs}`);
    sheet.setAttribute('role', isOurs ? 'application' : 'presentation');
    sheet.setAttribute('aria-label', isOurs ? 'Preview, to click in: arrows move the cross, Enter clicks' : '');
  }

  get #now(): UnderFeet {
    return this.#desk.state?.underFeet ?? { keys: [], poles: [] };
  }

  /** The selected one; as it would begin where it is not there yet. */
  get #key(): ColourKey {
    return this.#now.keys.find((key) => key.id === this.#selected) ?? ColourKey.parse({ id: this.#selected });
  }

  /** Another tool: what was half said is forgotten. */
  #begin(): void {
    this.#corners = [];
    this.#foot = undefined;
    this.show();
  }

  #edit(change: (now: UnderFeet) => UnderFeet): void {
    this.#sending = this.#sending.then(() => this.#desk.send({ command: 'underFeet.set', underFeet: change(this.#now) }));
  }

  #editKey(change: (key: ColourKey) => ColourKey): void {
    const id = this.#selected;
    this.#edit((now) => {
      const known = now.keys.find((key) => key.id === id);
      if (known) return { ...now, keys: now.keys.map((key) => (key === known ? change(key) : key)) };
      // The whole picture's comes first: regions count over it.
      return { ...now, keys: [change(ColourKey.parse({ id })), ...now.keys] };
    });
  }

  #pick(side: Side, share: Point): void {
    const colour = colourAt(find('#preview', HTMLImageElement), share);
    if (!colour) this.#tell('There is no picture to pick from.');
    else if (this.#key[side].length >= PICKS_MAX) this.#tell(`${PICKS_MAX} colours are the most: take one away first.`);
    else this.#editKey((key) => ({ ...key, [side]: [...key[side].filter((one) => one !== colour), colour] }));
  }

  #closeRegion(): void {
    const region = this.#corners;
    if (region.length < 3) return;
    const id = freeId('region', this.#now.keys);
    this.#selected = id;
    this.#edit((now) => ({ ...now, keys: [...now.keys, ColourKey.parse({ id, region })] }));
    find('input[name="feet-tool"][value="draw"]', HTMLInputElement).checked = true;
    this.#sending = this.#sending.then(() => this.#begin());
    this.#corners = [];
  }

  #standUp(foot: Point, seen: Point, frame: TrackingFrame): void {
    const camera = uprightCamera(frame.pose.groundToImage, frame);
    const lens = lensOfPicture(frame);
    const top = camera && topOf(camera, foot, lens ? unbend(lens, seen) : seen);
    if (!top) {
      this.#tell('The top is above the foot: click it there.');
      return;
    }
    this.#foot = undefined;
    const place = [millimetres(foot.x), millimetres(foot.y)];
    this.#edit((now) => ({
      ...now,
      poles: [...now.poles, Pole.parse({ id: freeId('pole', now.poles), foot: place, top: top.map(millimetres) })],
    }));
  }

  /** A slider in the hand sends what it is at whenever the last has arrived. */
  #slide(): void {
    if (this.#slid) return;
    this.#slid = true;
    this.#sending = this.#sending.then(() => {
      this.#slid = false;
      const at = (field: string): number => find(`#feet-${field}`, HTMLInputElement).valueAsNumber;
      this.#editKey((key) => ({ ...key, tolerance: at('tolerance'), softness: at('softness') }));
    });
  }

  #swatches(side: Side, colours: readonly string[]): void {
    const list = find(`#feet-${side}`, HTMLElement);
    if (list.dataset['colours'] === colours.join()) return;
    list.dataset['colours'] = colours.join();
    const words = side === 'draw' ? 'draw here' : 'never here';
    list.replaceChildren(
      ...colours.map((colour) => {
        const remove = make('button', { type: 'button', class: 'small', 'aria-label': `Take ${colour} from “${words}”` }, '×');
        remove.addEventListener('click', () => this.#editKey((key) => ({ ...key, [side]: key[side].filter((one) => one !== colour) })));
        const swatch = make('span', { class: 'swatch', 'aria-hidden': 'true' });
        swatch.style.background = colour;
        return make('li', {}, swatch, make('code', {}, colour), remove);
      }),
    );
    if (colours.length === 0) list.append(make('li', { class: 'muted' }, 'No colour yet.'));
  }

  #showPoles(poles: readonly Pole[]): void {
    const list = find('#feet-poles', HTMLElement);
    const shown = JSON.stringify(poles);
    if (list.dataset['poles'] === shown) return;
    list.dataset['poles'] = shown;
    list.replaceChildren(
      ...poles.map(({ id, top, widthM }) => {
        const width = make('input', { type: 'number', min: 0.01, max: 50, step: 'any', value: widthM, required: true });
        width.addEventListener('change', () => {
          if (width.reportValidity()) this.#editPole(id, (pole) => ({ ...pole, widthM: width.valueAsNumber }));
        });
        const remove = make('button', { type: 'button', class: 'small', 'aria-label': `Take ${nameOf(id)} away` }, '×');
        remove.addEventListener('click', () => this.#edit((now) => ({ ...now, poles: now.poles.filter((pole) => pole.id !== id) })));
        const about = make('span', { class: 'grow' }, `${nameOf(id)}, ${top[2].toFixed(1)} m high`);
        return make('li', {}, about, make('label', {}, 'Width (m) ', width), remove);
      }),
    );
  }

  #editPole(id: string, change: (pole: Pole) => Pole): void {
    this.#edit((now) => ({ ...now, poles: now.poles.map((pole) => (pole.id === id ? change(pole) : pole)) }));
  }
}

function nameOf(id: string): string {
  return id === WHOLE ? 'Whole picture' : `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`;
}

function freeId(kind: string, taken: readonly { readonly id: string }[]): string {
  for (let n = 1; ; n++) if (!taken.some(({ id }) => id === `${kind}-${n}`)) return `${kind}-${n}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function millimetres(metres: number): number {
  return Math.round(metres * 1000) / 1000;
}
