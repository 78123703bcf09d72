import type { ChannelScene } from '../../../protocol/index.js';
import { find, make } from '../shared/dom.js';
import { sports } from './sports.js';
import { type NamedPoint, type Pair, parsePlaces, rectangle, type Template } from './template.js';

const PLAN_LARGEST_BYTES = 8_000_000;

/** Choosing the ground: a sport's, a free rectangle, places from a list (gates), the shop's floor, or a plan to click on. */
export class Grounds {
  readonly #onChoose: (template: Template) => void;
  readonly #select = find('#template', HTMLSelectElement);
  #floor: Template | undefined;
  #plan: { readonly address: string; readonly width: number; readonly height: number } | undefined;
  /** Shares of the plan's width and height, from its lower left corner: its measures may be told later. */
  readonly #planPoints: Pair[] = [];

  constructor(onChoose: (template: Template) => void) {
    this.#onChoose = onChoose;
    this.#offer();
    const again = (): void => this.choose();
    this.#select.addEventListener('change', again);
    for (const id of ['#rect-width', '#rect-height', '#gates-text', '#plan-width']) find(id, HTMLElement).addEventListener('change', again);
    find('#plan-file', HTMLInputElement).addEventListener('change', (event) => void this.#loadPlan(event));
    find('#plan', HTMLElement).addEventListener('click', (event) => this.#clickPlan(event));
  }

  get planAddress(): string | undefined {
    return this.#select.value === 'plan' ? this.#plan?.address : undefined;
  }

  /** The channel's own floor, where it has one. */
  setScene({ floor }: ChannelScene): void {
    if (this.#floor || !floor) return;
    const polygons = [
      { name: 'Outline', polygon: floor.outline },
      ...floor.fixtures.map(({ name, polygon }) => ({ name, polygon })),
      ...floor.zones.map(({ name, polygon }) => ({ name, polygon })),
    ];
    this.#floor = {
      id: 'floor',
      name: 'This shop’s floor',
      gridM: 1,
      points: polygons.flatMap(({ name, polygon }) =>
        polygon.map((ground, i): NamedPoint => ({ name: `${name}, corner ${i + 1}`, ground })),
      ),
      lines: polygons.map(({ polygon }) => [...polygon, ...polygon.slice(0, 1)]),
    };
    this.#offer();
    this.#select.value = 'floor';
    this.choose();
  }

  choose(): void {
    const { value } = this.#select;
    this.#told([]);
    for (const id of ['rect', 'gates', 'plan']) find(`#${id}-options`, HTMLElement).hidden = value !== id;
    this.#onChoose(this.#template(value));
  }

  #template(id: string): Template {
    const known = [...sports, ...(this.#floor ? [this.#floor] : [])].find((t) => t.id === id);
    if (known) return known;
    if (id === 'gates') {
      const { points, problems } = parsePlaces(find('#gates-text', HTMLTextAreaElement).value);
      this.#told(problems);
      return { id, name: 'Gates', gridM: 10, points, lines: points.length > 1 ? [points.map((p) => p.ground)] : [] };
    }
    if (id === 'plan') {
      const [width, height] = this.#planSizeM();
      const points = this.#planPoints.map(
        ([x, y], i): NamedPoint => ({ name: `Plan point ${i + 1}`, ground: [round(x * width), round(y * height)] }),
      );
      return { id, name: 'Plan', gridM: 1, points, lines: this.#plan ? [rectangle(0, 0, width, height)] : [] };
    }
    const [width, height] = [find('#rect-width', HTMLInputElement), find('#rect-height', HTMLInputElement)].map((input) =>
      Math.max(0.1, input.valueAsNumber || 1),
    );
    const corners: [string, Pair][] = [
      ['Near left', [0, 0]],
      ['Near right', [width, 0]],
      ['Far right', [width, height]],
      ['Far left', [0, height]],
    ];
    return {
      id,
      name: 'Rectangle',
      gridM: Math.max(0.5, Math.round(Math.max(width, height) / 10)),
      points: corners.map(([name, ground]) => ({ name: `${name} corner`, ground })),
      lines: [rectangle(0, 0, width, height)],
    };
  }

  #offer(): void {
    const { value } = this.#select;
    const option = (id: string, name: string): HTMLOptionElement => make('option', { value: id }, name);
    this.#select.replaceChildren(
      ...(this.#floor ? [option('floor', this.#floor.name)] : []),
      ...sports.map((t) => option(t.id, t.name)),
      option('gates', 'Ski gates, or any list of places'),
      option('rect', 'Free rectangle'),
      option('plan', 'Shop floor plan (image)'),
    );
    if (value !== '') this.#select.value = value;
  }

  #planSizeM(): Pair {
    const widthM = Math.max(0.1, find('#plan-width', HTMLInputElement).valueAsNumber || 10);
    return [widthM, this.#plan ? (widthM * this.#plan.height) / this.#plan.width : 1];
  }

  /** What is wrong with what was given. */
  #told(lines: readonly string[]): void {
    find('#ground-problems', HTMLElement).replaceChildren(...lines.map((line) => make('li', {}, line)));
  }

  async #loadPlan(event: Event): Promise<void> {
    const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined;
    if (!file) return;
    if (file.size > PLAN_LARGEST_BYTES) {
      this.#told([`${file.name} is larger than ${PLAN_LARGEST_BYTES / 1e6} MB: save it smaller`]);
      return;
    }
    const image = new Image();
    image.src = URL.createObjectURL(file);
    try {
      await image.decode();
    } catch {
      URL.revokeObjectURL(image.src);
      this.#told([`${file.name} is no picture`]);
      return;
    }
    if (this.#plan) URL.revokeObjectURL(this.#plan.address);
    this.#plan = { address: image.src, width: image.naturalWidth, height: image.naturalHeight };
    this.#planPoints.length = 0;
    this.choose();
  }

  /** A click on the plan names a place there: its lower left corner is the origin. */
  #clickPlan(event: MouseEvent): void {
    if (!this.#plan || this.#select.value !== 'plan') return;
    const svg = find('#plan svg', SVGSVGElement);
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const [width, height] = this.#planSizeM();
    this.#planPoints.push([at.x / width, -at.y / height]);
    this.choose();
  }
}

function round(metres: number): number {
  return Math.round(metres * 1000) / 1000;
}
