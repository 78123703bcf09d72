import type { Graphics } from 'pixi.js';
import type { Box, Point } from '../../../protocol/index.js';
import { type Band, bandCorners } from '../bands.js';
import { drawCard, shadowRoom } from '../card.js';
import { Figures, figuresWidth } from '../figures.js';
import type { GraphicEnvironment } from '../graphic.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { attachPoint, moved, wholePixels } from '../rects.js';
import { capitals, type Who } from '../roster.js';
import { slices } from '../slices.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import { PAPER, readableOn, SHADOW, surfaceOn } from '../theme.js';
import type { Side } from './slots.js';

const HEIGHT = 36;
const NAME_MAX = 210;
const ARROW = 20;
/** Width of a stem's dark edge, in widths of the stem. */
const CASING = 2.2;

export interface TagContent {
  readonly who: Who;
  /** Rank, or undefined without standings. */
  readonly rank: number | undefined;
  /** '' without. */
  readonly team: string;
  readonly speed: string;
  readonly side: Side;
}

/** One competitor's card and the stem that joins it to them. */
export class Tag {
  readonly #env: GraphicEnvironment;
  readonly #card: Part;
  readonly #stem: Part;
  readonly #line = takeGraphics();
  readonly #background = takeGraphics();
  readonly #rank: Figures;
  readonly #name: Label;
  readonly #team: Label;
  readonly #speed: Figures;
  #drawn = '';
  #measured = '';
  #width = 0;

  constructor(env: GraphicEnvironment, key: string) {
    this.#env = env;
    this.#card = new Part(`${env.id}/${key}/card`);
    this.#stem = new Part(`${env.id}/${key}/stem`);
    this.#stem.view.addChild(this.#line);
    this.#rank = new Figures(env.text);
    this.#name = new Label(env.text);
    this.#team = new Label(env.text);
    this.#speed = new Figures(env.text);
    this.#card.view.addChild(this.#background, this.#rank.view, this.#name.view, this.#team.view, this.#speed.view);
  }

  /** Size of the card with its shadow left out, whole pixels. */
  size(content: TagContent): { width: number; height: number } {
    const measured = contentKey(content);
    if (measured !== this.#measured) {
      this.#measured = measured;
      this.#width = this.#columns(content).width;
    }
    return { width: this.#width, height: this.#env.theme.px(HEIGHT) };
  }

  #styles(): { rank: TextStyle; name: TextStyle; soft: TextStyle } {
    const { px, unit, colours } = this.#env.theme;
    return {
      rank: { weight: 800, sizePx: px(24), colour: colours.text },
      name: { weight: 700, sizePx: px(24), colour: colours.text, spacingPx: 0.3 * unit },
      soft: { weight: 500, sizePx: px(20), colour: colours.muted },
    };
  }

  /** Where everything on the card starts, from the left. */
  #columns({ who, rank, team, speed, side }: TagContent) {
    const { px, safe } = this.#env.theme;
    const { text } = this.#env;
    const styles = this.#styles();
    const arrow = side === 'inside' ? 0 : px(ARROW);
    const chip = rank === undefined ? px(6) : Math.max(px(32), figuresWidth(text, String(rank), styles.rank) + px(14));
    const nameMax = Math.min(px(NAME_MAX), Math.max(px(20), safe.width * 0.6));
    const name = text.fit(text.clean(capitals(who.shortName)), styles.name, nameMax);
    const chipLeft = side === 'right' ? 0 : arrow;
    const nameLeft = chipLeft + chip + px(10);
    let right = nameLeft + Math.ceil(text.width(name, styles.name));
    const teamText = text.fit(text.clean(team), styles.soft, nameMax * 0.6);
    const teamLeft = right + px(8);
    if (teamText !== '') right = teamLeft + Math.ceil(text.width(teamText, styles.soft));
    const speedLeft = right + px(10);
    if (speed !== '') right = speedLeft + figuresWidth(text, speed, styles.soft);
    const width = right + px(10) + (side === 'right' ? arrow : 0);
    return { styles, chip, chipLeft, name, nameLeft, teamText, teamLeft, speedLeft, width };
  }

  drawCard(content: TagContent, box: Box, opacity: number): Part {
    const { theme } = this.#env;
    const room = shadowRoom(theme);
    this.#card.place(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
    const drawn = `${contentKey(content)}|${opacity.toFixed(2)}`;
    if (drawn === this.#drawn) return this.#card;
    this.#drawn = drawn;
    this.#card.touch();
    this.#card.view.alpha = opacity;
    const columns = this.#columns(content);
    const { styles } = columns;
    const centre = room + box.height / 2;
    const g = this.#background.clear();
    drawCard(g, theme, { x: room, y: room, width: box.width, height: box.height });
    const chip = surfaceOn(content.who.colour, theme.colours);
    g.rect(room + columns.chipLeft, room, columns.chip, box.height).fill({ color: chip });
    if (content.side !== 'inside') drawArrow(g, content.side, box, room, theme.px(ARROW), theme.colours.accentText);
    const rank = content.rank === undefined ? '' : String(content.rank);
    const rankStyle = { ...styles.rank, colour: readableOn(chip) };
    const rankLeft = room + columns.chipLeft + Math.round((columns.chip - figuresWidth(this.#env.text, rank, rankStyle)) / 2);
    this.#rank.set(rank, rankStyle, rankLeft, baselineFor(centre, rankStyle.sizePx));
    this.#name.set(columns.name, styles.name, room + columns.nameLeft, baselineFor(centre, styles.name.sizePx));
    this.#team.set(columns.teamText, styles.soft, room + columns.teamLeft, baselineFor(centre, styles.name.sizePx));
    this.#speed.set(content.speed, styles.soft, room + columns.speedLeft, baselineFor(centre, styles.name.sizePx));
    return this.#card;
  }

  /** The line from the card to just over the subject's head, with a dot at its end. */
  drawStem(card: Box, head: Point, colour: string, opacity: number): Part[] {
    const { theme } = this.#env;
    const { unit } = theme;
    const from = attachPoint(card, head);
    const length = Math.hypot(head.x - from.x, head.y - from.y);
    const dot = 4 * unit;
    if (length < dot * 2) return [];
    // Ends short of the head, never on it.
    const stop = Math.max(0, 1 - (6 * unit + dot) / length);
    const end = { x: from.x + (head.x - from.x) * stop, y: from.y + (head.y - from.y) * stop };
    const band: Band = { a: from, b: end, halfA: 1.1 * unit, halfB: 1.1 * unit };
    const halo = dot + 1.2 * unit;
    const casing = bandCorners(band, CASING);
    const around = [end.x - halo, end.y - halo, end.x + halo, end.y - halo, end.x + halo, end.y + halo, end.x - halo, end.y + halo];
    const bounds = wholePixels([...casing, ...around]);
    const { x, y } = bounds;
    this.#stem.place(x, y, bounds.width, bounds.height);
    const signature = [from.x - x, from.y - y, end.x - x, end.y - y, opacity, Number.parseInt(colour.slice(1), 16)];
    if (!this.#stem.changed(signature.map((value) => Math.round(value * 64)))) return [this.#stem];
    this.#stem.tight = slices([moved(casing, bounds), moved(around, bounds)], bounds);
    const g = this.#line.clear();
    g.poly(moved(casing, bounds)).fill({ color: SHADOW, alpha: 0.3 * opacity });
    g.poly(moved(bandCorners(band), bounds)).fill({ color: PAPER, alpha: 0.95 * opacity });
    g.circle(end.x - x, end.y - y, halo).fill({ color: SHADOW, alpha: 0.35 * opacity });
    g.circle(end.x - x, end.y - y, dot).fill({ color: PAPER, alpha: opacity });
    g.circle(end.x - x, end.y - y, dot * 0.55).fill({ color: colour, alpha: opacity });
    return [this.#stem];
  }

  destroy(): void {
    this.#rank.destroy();
    this.#name.destroy();
    this.#team.destroy();
    this.#speed.destroy();
    this.#stem.destroy();
    this.#card.destroy();
  }
}

function contentKey({ who, rank, team, speed, side }: TagContent): string {
  return `${who.shortName}|${who.colour}|${rank ?? ''}|${team}|${speed}|${side}`;
}

function drawArrow(g: Graphics, side: Exclude<Side, 'inside'>, box: Box, room: number, width: number, color: string): void {
  const x = room + (side === 'right' ? box.width - width / 2 : width / 2);
  const y = room + box.height / 2;
  const r = width * 0.28;
  const turned: Record<Exclude<Side, 'inside'>, [number, number]> = { left: [-1, 0], right: [1, 0], top: [0, -1], bottom: [0, 1] };
  const [dx, dy] = turned[side];
  g.poly([
    x + dx * r,
    y + dy * r,
    x - dx * r * 0.7 - dy * r,
    y - dy * r * 0.7 - dx * r,
    x - dx * r * 0.7 + dy * r,
    y - dy * r * 0.7 + dx * r,
  ]).fill({ color });
}
