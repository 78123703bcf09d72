import type { Box } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { clamp, easeInOut } from '../motion.js';
import type { Part } from '../part.js';
import { gapStep } from '../race-clock.js';
import { capitals } from '../roster.js';
import { heading, type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import type { TextStyle } from '../text.js';
import { CARD_ALPHA, surfaceOn } from '../theme.js';
import type { ResultBoardData } from './manifest.js';
import { Progress, type Result, results } from './results.js';

/** Design units. */
const LAYOUT = { head: 48, row: 44, gapBetween: 2, rank: 48, bar: 6, bib: 62, name: 330, team: 90, time: 120, gap: 104, pad: 14 } as const;
/** A page fades in this quickly. */
const TURN_US = 250_000;

export class ResultBoard implements Graphic<ResultBoardData> {
  readonly #env: GraphicEnvironment;
  readonly #progress = new Progress();
  readonly #spot: Spot;
  readonly #head: Sheet;
  readonly #rows: Sheet[] = [];
  #results: readonly Result[] = [];
  #step = Number.NaN;
  #data: ResultBoardData | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#head = new Sheet(env, 'head');
  }

  advance(moment: Moment<ResultBoardData>): void {
    const { data, frame } = moment;
    this.#progress.observe(this.#env.race, frame.mediaTimeUs);
    const step = gapStep(frame.mediaTimeUs);
    if (step !== this.#step || data !== this.#data) {
      this.#step = step;
      this.#data = data;
      const remarks = new Map(data.remarks.map(({ bib, text }) => [bib, text]));
      this.#results = results(this.#env.scene, this.#env.race, this.#progress, remarks);
    }
    const shown = this.#results.length === 0 ? { ...moment, presence: 0 } : moment;
    this.#spot.advance(this.#size(data), data.place, shown);
  }

  /** As high as the first page: a last page that is shorter does not move the board. */
  #size(data: ResultBoardData): { width: number; height: number } {
    const { px } = this.#env.theme;
    const rows = Math.min(this.#perPage(data), this.#results.length);
    const width = px(LAYOUT.rank) + px(LAYOUT.bar) + px(LAYOUT.name) + px(LAYOUT.time) + px(LAYOUT.gap) + px(LAYOUT.pad);
    return { width: width + this.#bibWidth() + (data.team ? px(LAYOUT.team) : 0), height: px(LAYOUT.head) + rows * this.#pitch() };
  }

  #bibWidth(): number {
    return this.#results.some(({ who }) => who.bib !== '') ? this.#env.theme.px(LAYOUT.bib) : 0;
  }

  #pitch(): number {
    return this.#env.theme.px(LAYOUT.row) + this.#env.theme.px(LAYOUT.gapBetween);
  }

  #perPage(data: ResultBoardData): number {
    const { safe, px } = this.#env.theme;
    return Math.max(1, Math.min(data.rows, Math.floor((safe.height - px(LAYOUT.head)) / this.#pitch())));
  }

  draw({ frame, data, presence, step, stepElapsedUs }: Moment<ResultBoardData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    if (!box || presence <= 0) return [];
    const { px } = this.#env.theme;
    const at = entering(box, presence, this.#env.theme);
    const perPage = this.#perPage(data);
    const pages = Math.ceil(this.#results.length / perPage);
    const page = clamp(step, 0, pages - 1);
    // A step beyond the last page turns none.
    const turned = presence * (step < pages && pages > 1 ? easeInOut(stepElapsedUs / TURN_US) : 1);
    const title = data.title || this.#env.scene.title;
    const number = pages > 1 ? `${page + 1}/${pages}` : '';
    const parts = [
      this.#head.draw({ ...at, height: px(LAYOUT.head) }, `${title}|${number}`, presence, (pen, size) =>
        this.#drawHead(pen, size, title, number),
      ),
    ];
    for (const [i, result] of this.#results.slice(page * perPage, (page + 1) * perPage).entries()) {
      const row = { ...at, y: at.y + px(LAYOUT.head) + px(LAYOUT.gapBetween) + i * this.#pitch(), height: px(LAYOUT.row) };
      const { rank, time, gap, who } = result;
      const content = [rank, time, gap, who.name, who.bib, who.team, who.colour, data.team, this.#bibWidth()].join('\n');
      if (turned > 0) parts.push(this.#row(i).draw(row, content, turned, (pen, size) => this.#drawRow(pen, size, result, data.team)));
    }
    return parts;
  }

  #row(index: number): Sheet {
    this.#rows[index] ??= new Sheet(this.#env, `row${index}`);
    return this.#rows[index];
  }

  #drawHead(pen: Pen, { width, height }: Box, title: string, page: string): void {
    const { px, colours } = this.#env.theme;
    const style: TextStyle = { weight: 700, sizePx: px(22), colour: colours.text };
    const taken = page === '' ? 0 : pen.figures(page, style, width - px(LAYOUT.pad), height / 2, 'right') + px(LAYOUT.pad);
    heading(pen, title, width, height, width - taken);
  }

  #drawRow(pen: Pen, { width, height }: Box, { rank, who, time, gap }: Result, withTeam: boolean): void {
    const { px, unit, colours } = this.#env.theme;
    const middle = height / 2;
    const first = rank === '1';
    pen.g.rect(0, 0, width, height).fill({ color: colours.card, alpha: CARD_ALPHA });
    pen.g.rect(0, 0, px(LAYOUT.rank), height).fill(first ? { color: colours.accent } : { color: colours.cardSoft, alpha: 0.9 });
    pen.g.rect(px(LAYOUT.rank), 0, px(LAYOUT.bar), height).fill({ color: surfaceOn(who.colour, colours) });
    const rankStyle: TextStyle = { weight: 800, sizePx: px(28), colour: first ? colours.onAccent : colours.text };
    pen.figures(rank, rankStyle, px(LAYOUT.rank) / 2, middle, 'centre');
    const soft: TextStyle = { weight: 500, sizePx: px(25), colour: colours.muted };
    let left = px(LAYOUT.rank) + px(LAYOUT.bar);
    if (this.#bibWidth() > 0) {
      pen.text(who.bib, soft, left + px(6), left + this.#bibWidth(), middle, 'right');
      left += this.#bibWidth();
    }
    let right = width - px(LAYOUT.pad);
    pen.figures(gap, soft, right, middle, 'right');
    right -= px(LAYOUT.gap);
    const isTime = rank !== '';
    pen.figures(
      time,
      { weight: isTime ? 700 : 500, sizePx: px(28), colour: isTime ? colours.text : colours.muted },
      right,
      middle,
      'right',
    );
    right -= px(LAYOUT.time);
    if (withTeam) {
      pen.text(who.team, soft, right - px(LAYOUT.team) + px(10), right, middle, 'left');
      right -= px(LAYOUT.team) + px(6);
    }
    pen.text(
      capitals(who.name),
      { weight: 700, sizePx: px(27), colour: colours.text, spacingPx: 0.3 * unit },
      left + px(LAYOUT.pad),
      right,
      middle,
    );
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#head.destroy();
    for (const row of this.#rows) row.destroy();
  }
}
