import type { Box } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { easeInOut, PRESENCE_US } from '../motion.js';
import type { Part } from '../part.js';
import { capitals, type Who, whoIs } from '../roster.js';
import { type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import { chooseSubject } from '../subject-choice.js';
import type { TextStyle } from '../text.js';
import { surfaceOn } from '../theme.js';
import type { LowerThirdData } from './manifest.js';

/** Design units. */
const LAYOUT = { name: 64, facts: 44, bar: 10, pad: 18, bibPad: 12, widthMin: 380, widthMax: 900 } as const;

export class LowerThird implements Graphic<LowerThirdData> {
  readonly #env: GraphicEnvironment;
  readonly #spot: Spot;
  readonly #name: Sheet;
  readonly #facts: Sheet;
  readonly #styles: { readonly bib: TextStyle; readonly name: TextStyle; readonly team: TextStyle; readonly line: TextStyle };
  #who: Pick<Who, 'name' | 'bib' | 'team' | 'colour'> = { name: '', bib: '', team: '', colour: '' };

  #measured = '';
  #size = { width: 0, height: 0 };

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    const { px, unit, colours } = env.theme;
    this.#spot = new Spot(env.theme);
    this.#name = new Sheet(env, 'name');
    this.#facts = new Sheet(env, 'facts');
    this.#styles = {
      bib: { weight: 800, sizePx: px(32), colour: colours.accentText },
      name: { weight: 800, sizePx: px(42), colour: colours.text, spacingPx: 0.4 * unit },
      team: { weight: 700, sizePx: px(27), colour: colours.text },
      line: { weight: 500, sizePx: px(27), colour: colours.text },
    };
  }

  advance(moment: Moment<LowerThirdData>): void {
    const { data } = moment;
    const ranked = this.#env.race.ranked;
    const chosen = chooseSubject(data.subject, this.#env.scene, ranked);
    const known = chosen && whoIs(this.#env.scene, chosen.rosterIndex, chosen.trackId);
    this.#who = {
      name: data.name || known?.name || '',
      bib: data.bib || known?.bib || '',
      team: data.team || known?.team || '',
      colour: data.colour || known?.colour || this.#env.theme.colours.accent,
    };
    const shown = this.#who.name === '' ? { ...moment, presence: 0 } : moment;
    this.#spot.advance(this.#measure(data.line), data.place, shown);
  }

  #measure(line: string): { width: number; height: number } {
    const measured = [...Object.values(this.#who), line].join('\n');
    if (measured !== this.#measured) {
      this.#measured = measured;
      this.#size = this.#sizeFor(line);
    }
    return this.#size;
  }

  /** Room for both lines from the beginning, so that nothing moves when the second one comes. */
  #sizeFor(line: string): { width: number; height: number } {
    const { px, safe } = this.#env.theme;
    const { text } = this.#env;
    const width = (value: string, style: TextStyle): number => (value === '' ? 0 : Math.ceil(text.width(text.clean(value), style)));
    const { bib, name, team } = this.#who;
    const first = this.#bibWidth() + width(capitals(name), this.#styles.name);
    const second = width(team, this.#styles.team) + (team !== '' && line !== '' ? px(22) : 0) + width(line, this.#styles.line);
    const wanted = px(LAYOUT.bar) + 2 * px(LAYOUT.pad) + Math.max(first, second) + (bib === '' ? 0 : px(LAYOUT.pad));
    const most = Math.min(px(LAYOUT.widthMax), safe.width);
    const height = px(LAYOUT.name) + (team === '' && line === '' ? 0 : px(LAYOUT.facts));
    return { width: Math.min(most, Math.max(px(LAYOUT.widthMin), wanted)), height };
  }

  #bibWidth(): number {
    const { text, theme } = this.#env;
    if (this.#who.bib === '') return 0;
    return Math.ceil(text.width(text.clean(this.#who.bib), this.#styles.bib)) + 2 * theme.px(LAYOUT.bibPad);
  }

  draw({ frame, data, presence, step, stepElapsedUs }: Moment<LowerThirdData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    if (!box || presence <= 0) return [];
    const at = entering(box, presence, this.#env.theme);
    const { name, bib, team, colour } = this.#who;
    const nameHeight = this.#env.theme.px(LAYOUT.name);
    const parts: Part[] = [];
    const shown = easeInOut(stepElapsedUs / PRESENCE_US);
    const facts = presence * (step > 0 ? shown : 1 - shown);
    if (facts > 0 && box.height > nameHeight) {
      const under = { ...at, y: at.y + nameHeight, height: box.height - nameHeight };
      parts.push(this.#facts.draw(under, `${team}\n${data.line}`, facts, (pen, size) => this.#drawFacts(pen, size, data.line)));
    }
    const top = { ...at, height: nameHeight };
    parts.push(this.#name.draw(top, `${name}\n${bib}\n${colour}`, presence, (pen, size) => this.#drawName(pen, size)));
    return parts;
  }

  #drawName(pen: Pen, { width, height }: Box): void {
    const { px, colours } = this.#env.theme;
    const { name, bib, colour } = this.#who;
    pen.card({ x: 0, y: 0, width, height, bar: surfaceOn(colour, colours), barWidth: px(LAYOUT.bar) });
    let left = px(LAYOUT.bar);
    if (bib !== '') {
      const chip = this.#bibWidth();
      pen.g.rect(left, 0, chip, height).fill({ color: colours.cardSoft });
      pen.text(bib, this.#styles.bib, left, left + chip, height / 2, 'centre');
      left += chip;
    }
    pen.text(capitals(name), this.#styles.name, left + px(LAYOUT.pad), width - px(LAYOUT.pad), height / 2);
  }

  #drawFacts(pen: Pen, { width, height }: Box, line: string): void {
    const { px, colours } = this.#env.theme;
    pen.card({ x: 0, y: 0, width, height, fill: colours.cardSoft, bar: colours.accent, barWidth: px(LAYOUT.bar) });
    const left = px(LAYOUT.bar) + px(LAYOUT.pad);
    const right = width - px(LAYOUT.pad);
    const { team } = this.#who;
    // The team has two fifths for sure, and what the line leaves free.
    const needed = line === '' ? 0 : Math.ceil(this.#env.text.width(this.#env.text.clean(line), this.#styles.line)) + px(22);
    const teamRight = Math.max(left + Math.round((right - left) * 0.4), right - needed);
    const taken = team === '' ? 0 : pen.text(team, this.#styles.team, left, teamRight, height / 2, 'left') + px(22);
    pen.text(line, this.#styles.line, left + taken, right, height / 2);
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#name.destroy();
    this.#facts.destroy();
  }
}
