import type { Calibration, CalibrationReport, Lens, Mat3, Point } from '../../../protocol/index.js';
import type { NamedPoint, Pair, Template } from './template.js';

/** A place of the ground, and where it was clicked. */
export interface Mark extends NamedPoint {
  /** Continuous source pixels; undefined while it is not placed. */
  image: Point | undefined;
}

/** Fewer points show no lens: what was saved without one says nothing of whether it was wanted. */
const LENS_POINTS = 8;

/** Where the ground lies, with the lens where it is to be shown. */
export interface Shown {
  readonly groundToImage: Mat3;
  readonly lens: Lens | undefined;
}

/** How well points agree, each and together, and where the ground lies then. */
export type Fit = Omit<Extract<CalibrationReport, { ok: true }>, 'ok' | 'lens' | 'lensNote'>;

/** What is clicked on which frame, and what it comes to. */
export class Model {
  template: Template;
  marks: Mark[] = [];
  /** Which mark the next click places or moves. */
  selected = 0;
  report: CalibrationReport | undefined;
  /** Take the lens along where the points show one. */
  wantsLens = true;
  readonly #onChange: () => void;

  constructor(template: Template, onChange: () => void) {
    this.template = template;
    this.#onChange = onChange;
    this.marks = template.points.map((p) => ({ ...p, image: undefined }));
  }

  /** Another ground, or the same with other measures: what was placed by the same name stays, on another ground where the metres are the same too. */
  use(template: Template): void {
    const placed = this.marks.filter((m) => m.image);
    const isSame = template.id === this.template.id;
    const before = (p: NamedPoint): Point | undefined =>
      placed.find((m) => m.name === p.name && (isSame || same(m.ground, p.ground)))?.image;
    this.template = template;
    this.marks = template.points.map((p) => ({ ...p, image: before(p) }));
    this.selected = Math.max(
      0,
      this.marks.findIndex((m) => !m.image),
    );
    this.#onChange();
  }

  /** A place the template does not name. */
  add(point: NamedPoint): void {
    this.marks.push({ ...point, image: undefined });
    this.select(this.marks.length - 1);
  }

  /** Points of a calibration that there is. */
  load({ points, lens }: Calibration, sx: number, sy: number): void {
    this.wantsLens = lens !== undefined || points.length < LENS_POINTS;
    for (const mark of this.marks) mark.image = undefined;
    for (const { image, ground } of points) {
      const at = { x: image[0] * sx, y: image[1] * sy };
      const mark = this.marks.find((m) => same(m.ground, ground));
      if (mark) mark.image = at;
      else this.marks.push({ name: `${ground[0]}, ${ground[1]}`, ground, image: at });
    }
    this.#onChange();
  }

  select(index: number): void {
    this.selected = index;
    this.#onChange();
  }

  /** Puts the selected mark there and goes on to the next that is not placed. */
  place(at: Point): void {
    const mark = this.marks[this.selected];
    if (!mark) return;
    const wasPlaced = mark.image !== undefined;
    mark.image = at;
    const order = [...this.marks.keys()];
    const next = order.slice(this.selected + 1).find((i) => !this.marks[i]?.image) ?? order.find((i) => !this.marks[i]?.image);
    if (!wasPlaced && next !== undefined) this.selected = next;
    this.#onChange();
  }

  move(index: number, at: Point): void {
    const mark = this.marks[index];
    if (!mark) return;
    mark.image = at;
    this.selected = index;
    this.#onChange();
  }

  clear(index: number): void {
    const mark = this.marks[index];
    if (mark) mark.image = undefined;
    this.selected = index;
    this.#onChange();
  }

  /** The lens that is saved and drawn with; undefined without. */
  get lens() {
    return (this.wantsLens && this.report?.ok && this.report.lens) || undefined;
  }

  /** What is saved and drawn comes to; undefined while that is not known. */
  get fit(): Fit | undefined {
    return this.lens ?? (this.report?.ok ? this.report : undefined);
  }

  /** What would be saved, but for the lens; undefined while there are too few points. */
  clicked(size: Pair, atMediaTimeUs: number): Calibration | undefined {
    const points = this.placed().map(({ image: { x, y }, ground }) => ({
      image: [x, y] as [number, number],
      ground: [ground[0], ground[1]] as [number, number],
    }));
    return points.length >= 4 ? { size: [size[0], size[1]], atMediaTimeUs, points } : undefined;
  }

  /** Marks that were clicked, in order: the points of the report. */
  placed(): { readonly index: number; readonly image: Point; readonly ground: Pair }[] {
    return this.marks.flatMap(({ image, ground }, index) => (image ? [{ index, image, ground }] : []));
  }
}

function same(a: Pair, b: Pair): boolean {
  return Math.abs(a[0] - b[0]) < 1e-6 && Math.abs(a[1] - b[1]) < 1e-6;
}
