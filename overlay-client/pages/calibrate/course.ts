import { Course, CourseGeometry, type Point } from '../../../protocol/index.js';
import { find, say } from '../shared/dom.js';
import type { Pair, Template } from './template.js';

/** What the next click in the picture means. */
export type CourseMode = 'off' | 'line' | 'start' | 'finish';

/** The course, drawn by hand on the ground or taken from the template. */
export class CoursePanel {
  mode: CourseMode = 'off';
  /** Corners of the centre line, metres. */
  line: Pair[] = [];
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    for (const mode of ['line', 'start', 'finish'] as const) {
      find(`#course-${mode}`, HTMLButtonElement).addEventListener('click', () => this.#setMode(this.mode === mode ? 'off' : mode));
    }
    find('#course-back', HTMLButtonElement).addEventListener('click', () => this.#setLine(this.line.slice(0, -1)));
    for (const id of ['start', 'finish', 'splits', 'width', 'lanes'])
      find(`#course-${id}-m`, HTMLInputElement).addEventListener('change', () => onChange());
  }

  /** The course as it stands; undefined while it is none. `problem` says why, or ''. */
  read(): { readonly course: Course | undefined; readonly problem: string } {
    if (this.line.length < 2)
      return { course: undefined, problem: 'Click at least two points of the centre line, in the direction of the race.' };
    const number = (id: string): number => find(`#course-${id}-m`, HTMLInputElement).valueAsNumber;
    const splits = find('#course-splits-m', HTMLInputElement)
      .value.split(/[\s,;]+/)
      .filter((word) => word !== '');
    const parsed = Course.safeParse({
      centreLine: this.line.map(([x, y]) => [x, y]),
      startM: number('start'),
      finishM: number('finish'),
      splitsM: splits.map(Number),
      widthM: number('width'),
      lanes: number('lanes'),
    });
    if (!parsed.success)
      return {
        course: undefined,
        problem: `${parsed.error.issues[0]?.path.join('.') ?? 'course'}: ${parsed.error.issues[0]?.message ?? ''}`,
      };
    return { course: parsed.data, problem: parsed.data.finishM > parsed.data.startM ? '' : 'The finish lies before the start.' };
  }

  show(course: Course): void {
    const set = (id: string, value: string): void => {
      find(`#course-${id}-m`, HTMLInputElement).value = value;
    };
    set('start', `${round(course.startM)}`);
    set('finish', `${round(course.finishM)}`);
    set('splits', course.splitsM.map(round).join(', '));
    set('width', `${round(course.widthM)}`);
    set('lanes', `${course.lanes}`);
    this.#setLine(course.centreLine.map(([x, y]): Pair => [x, y]));
  }

  useTemplate({ course }: Template): boolean {
    if (course) this.show(course);
    return course !== undefined;
  }

  /** A click in the picture while a mode is on. @param ground the place of the ground it shows, where that is known. @returns whether it was for the course. */
  click(ground: Point | undefined): boolean {
    if (this.mode === 'off') return false;
    if (!ground) {
      say(find('#course-note', HTMLElement), 'Calibrate first: the course lies on the ground.');
      return true;
    }
    if (this.mode === 'line') {
      this.#setLine([...this.line, [round(ground.x), round(ground.y)]]);
      return true;
    }
    if (this.line.length >= 2) {
      const { course } = this.read();
      const widthM = find('#course-width-m', HTMLInputElement).valueAsNumber || 10;
      const { alongM } = new CourseGeometry(
        course ?? { centreLine: this.line.map(([x, y]) => [x, y]), startM: 0, finishM: 1, splitsM: [], widthM, lanes: 0 },
      ).locate(ground);
      find(`#course-${this.mode}-m`, HTMLInputElement).value = `${round(alongM)}`;
    }
    this.#setMode('off');
    return true;
  }

  #setMode(mode: CourseMode): void {
    this.mode = mode;
    for (const one of ['line', 'start', 'finish'] as const)
      find(`#course-${one}`, HTMLButtonElement).setAttribute('aria-pressed', `${mode === one}`);
    this.#onChange();
  }

  #setLine(line: Pair[]): void {
    this.line = line;
    this.#onChange();
  }
}

function round(metres: number): number {
  return Math.round(metres * 100) / 100;
}
