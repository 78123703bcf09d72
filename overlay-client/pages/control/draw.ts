import type { GraphicState, Point } from '../../../protocol/index.js';
import { find, say } from '../shared/dom.js';
import type { Desk } from './desk.js';
import type { Json } from './fields.js';
import type { Preview } from './monitors.js';
import { type Anchor, around, type Pencil, type StrokeData, strokeFrom, type Tool, telestratorOf } from './strokes.js';
import type { Subjects } from './subjects.js';

const TOOLS: readonly Tool[] = ['pen', 'arrow', 'circle', 'ring', 'spotlight'];
const ANCHORS: readonly Anchor[] = ['ground', 'subject', 'screen'];
const STROKES_MAX = 60;
/** A stroke this old is drawn whole (see the telestrator). */
const APPEARED_US = 400_000;

/** Drawing by hand in the preview. What is drawn goes to the telestrator of the rundown, at once where that is on air. */
export class Draw {
  readonly #desk: Desk;
  readonly #preview: Preview;
  readonly #subjects: Subjects;
  readonly #tell: (line: string) => void;
  /** What the hand draws now, source pixels. */
  path: Point[] = [];

  constructor(desk: Desk, preview: Preview, subjects: Subjects, tell: (line: string) => void) {
    this.#desk = desk;
    this.#preview = preview;
    this.#subjects = subjects;
    this.#tell = tell;
    const on = (id: string, work: () => void): void => find(id, HTMLButtonElement).addEventListener('click', work);
    on('#unstroke', () => this.unstroke());
    on('#clear', () => this.clear());
    on('#draw-air', () => {
      const graphic = telestratorOf(desk.graphics);
      if (graphic) void desk.send({ command: graphic.on ? 'graphic.out' : 'graphic.take', graphic: graphic.id });
      else void desk.send({ command: 'graphic.add', type: 'telestrator', data: {} });
    });
    on('#mark-chosen', () => this.#markChosen());
    find('#fade', HTMLInputElement).addEventListener('change', (event) => {
      const graphic = telestratorOf(desk.graphics);
      if (graphic && event.target instanceof HTMLInputElement && event.target.reportValidity())
        void desk.send({ command: 'graphic.set', graphic: graphic.id, data: { fadeS: event.target.valueAsNumber } });
    });
    desk.onChange(() => this.#show());
  }

  get pencil(): Pencil {
    const checked = (name: string): string => find(`input[name="${name}"]:checked`, HTMLInputElement).value;
    const tool = TOOLS.find((t) => t === checked('tool')) ?? 'pen';
    const anchor = ANCHORS.find((a) => a === checked('anchor')) ?? 'ground';
    const colour = find('#pencil-colour', HTMLInputElement).value.toLowerCase();
    return { tool, anchor, colour, width: find('#pencil-width', HTMLInputElement).valueAsNumber };
  }

  start(at: Point): void {
    this.path = [at];
  }

  go(at: Point): void {
    if (this.path.length > 0 && this.path.length < 5000) this.path.push(at);
  }

  /** The hand is lifted: the stroke is sent. */
  end(): void {
    const { frame } = this.#preview;
    const { path, pencil } = this;
    this.path = [];
    if (!frame || path.length === 0) return;
    const stroke = strokeFrom(path, pencil, frame, this.#nowUs);
    if (stroke) this.#add([stroke]);
    else
      this.#tell(pencil.anchor === 'subject' ? 'There is nobody to draw on.' : 'That is not on the ground: choose “Screen” to draw there.');
  }

  unstroke(): void {
    const graphic = telestratorOf(this.#desk.graphics);
    if (graphic) this.#set(graphic, strokesOf(graphic).slice(0, -1));
  }

  clear(): void {
    const graphic = telestratorOf(this.#desk.graphics);
    if (graphic) this.#set(graphic, []);
  }

  /** Of what is on air, not of a frozen frame. The hand has drawn it already: it need not draw itself again. */
  get #nowUs(): number {
    return Math.max(1, this.#preview.newestUs - APPEARED_US);
  }

  /** Ring or light around whom was chosen in the list of subjects. */
  #markChosen(): void {
    const { frame } = this.#preview;
    const { pencil } = this;
    const tool = pencil.tool === 'pen' || pencil.tool === 'arrow' ? 'ring' : pencil.tool;
    const subjects = frame?.subjects.filter((s) => this.#subjects.chosen.includes(s.trackId)) ?? [];
    if (subjects.length === 0) this.#tell('Choose somebody under “Subjects” first.');
    this.#add(subjects.flatMap((subject) => (frame && around(subject, { ...pencil, tool }, frame, this.#nowUs)) ?? []));
  }

  #add(strokes: readonly StrokeData[]): void {
    if (strokes.length === 0) return;
    const graphic = telestratorOf(this.#desk.graphics);
    const added = strokes.map((stroke) => ({ ...stroke }));
    if (graphic) this.#set(graphic, [...strokesOf(graphic), ...added].slice(-STROKES_MAX));
    else void this.#desk.send({ command: 'graphic.add', type: 'telestrator', data: { strokes: added } });
  }

  #set(graphic: GraphicState, strokes: readonly Json[]): void {
    void this.#desk.send({ command: 'graphic.set', graphic: graphic.id, data: { strokes: [...strokes] } });
  }

  #show(): void {
    const graphic = telestratorOf(this.#desk.graphics);
    const count = graphic ? strokesOf(graphic).length : 0;
    const air = find('#draw-air', HTMLButtonElement);
    say(air, graphic ? (graphic.on ? 'Take drawing out' : 'Take drawing') : 'Add a telestrator');
    air.setAttribute('aria-pressed', `${graphic?.on ?? false}`);
    const words = graphic?.on ? 'Drawing is on air: every stroke shows at once.' : 'Drawing is off: strokes show here until you take it.';
    say(find('#draw-state', HTMLElement), `${words} ${count} ${count === 1 ? 'stroke' : 'strokes'}.`);
    find('#unstroke', HTMLButtonElement).disabled = count === 0;
    find('#clear', HTMLButtonElement).disabled = count === 0;
    const fade = find('#fade', HTMLInputElement);
    const fadeS = graphic?.data['fadeS'];
    if (document.activeElement !== fade) fade.value = typeof fadeS === 'number' ? `${fadeS}` : '0';
    fade.disabled = !graphic;
  }
}

function strokesOf({ data }: GraphicState): readonly Json[] {
  return Array.isArray(data['strokes']) ? data['strokes'] : [];
}
