import { type Box, CourseGeometry } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundPaint } from '../ground-paint.js';
import { GroundSight } from '../ground-sight.js';
import { type LineInPicture, projectLine } from '../line.js';
import { LineCard } from '../line-card.js';
import { linePieces } from '../line-pieces.js';
import { Fader } from '../motion.js';
import type { Part } from '../part.js';
import type { ReferenceLinesData } from './manifest.js';
import { type PlacedLine, placeLines, type Surroundings } from './place.js';

const FADE_US = 300_000;

/** One line with what it is drawn with; kept while it fades out. */
interface Shown {
  readonly paint: GroundPaint;
  readonly card: LineCard;
  readonly fader: Fader;
  placed: PlacedLine;
  line: LineInPicture | undefined;
}

/** Lines that mean a place: where it ends, where times are taken, where offside begins. */
export class ReferenceLines implements Graphic<ReferenceLinesData> {
  readonly #env: GraphicEnvironment;
  readonly #around: Surroundings;
  readonly #sight = new GroundSight();
  readonly #shown = new Map<string, Shown>();

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    const { course, floor, roster } = env.scene;
    this.#around = { course: course && new CourseGeometry(course), floor, teamOf: (index) => roster[index]?.team ?? '' };
  }

  advance({ frame, elapsedUs, data, keepOut }: Moment<ReferenceLinesData>): void {
    const view = this.#sight.step(frame, elapsedUs);
    const placed = new Map(placeLines(data, frame, this.#around).map((line) => [line.key, line]));
    for (const line of placed.values()) this.#keep(line);
    const taken = [...keepOut];
    for (const [key, shown] of this.#shown) {
      const now = placed.get(key);
      if (now) shown.placed = now;
      // Whoever it hangs on may be back in a moment; what the data no longer asks for goes at once.
      if (shown.fader.step(now !== undefined, elapsedUs) <= 0 || (!now && !shown.placed.moving)) this.#drop(key, shown);
      else if (view) {
        this.#see(shown, view, frame, data);
        shown.card.settle(taken);
        if (shown.line) taken.push(...shown.card.keepOut());
      }
    }
  }

  #keep(line: PlacedLine): void {
    if (this.#shown.has(line.key)) return;
    const fader = new Fader(FADE_US);
    fader.value = line.moving ? 0.001 : 1;
    const key = `${this.#env.id}/${line.key}`;
    this.#shown.set(line.key, {
      ...{ paint: new GroundPaint(this.#env, `${key}/line`), card: new LineCard(this.#env, `${key}/card`) },
      ...{ fader, placed: line, line: undefined },
    });
  }

  #see(shown: Shown, view: Parameters<typeof projectLine>[0], frame: { width: number; height: number }, data: ReferenceLinesData): void {
    const { a, b, label, colour } = shown.placed;
    shown.line = projectLine(view, a, b, data.widthM, frame, this.#env.theme.unit);
    const text = this.#env.text.clean(label);
    shown.card.say(text === '' ? [] : [{ kind: 'chip', text }], colour);
    if (shown.line) shown.card.follow(shown.line.band, 'far');
  }

  draw({ frame, presence }: Moment<ReferenceLinesData>): readonly Part[] {
    const lines: Part[] = [];
    const cards: Part[] = [];
    for (const { paint, card, fader, placed, line } of this.#shown.values()) {
      const opacity = this.#sight.opacity * presence * fader.value;
      if (!line || opacity <= 0) continue;
      const lengthM = Math.hypot(placed.a.x - placed.b.x, placed.a.y - placed.b.y);
      lines.push(...paint.draw(linePieces(line, placed.colour, opacity, lengthM), frame));
      const part = card.draw(opacity);
      if (part) cards.push(part);
    }
    return [...lines, ...cards];
  }

  keepOut(): readonly Box[] {
    if (this.#sight.opacity <= 0) return [];
    return [...this.#shown.values()].flatMap(({ card, line }) => (line ? card.keepOut() : []));
  }

  #drop(key: string, { paint, card }: Shown): void {
    paint.destroy();
    card.destroy();
    this.#shown.delete(key);
  }

  destroy(): void {
    for (const [key, shown] of this.#shown) this.#drop(key, shown);
  }
}
