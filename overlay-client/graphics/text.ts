import { DOMAdapter, type ICanvasRenderingContext2D, Sprite, Texture } from 'pixi.js';
import { drawable } from './coverage.js';
import { type FlatPicture, flatPicture } from './flat-picture.js';
import { FONT_SUBSETS, type FontWeight, fontFamily } from './fonts.js';
import { graphemes, isJoined, isRightToLeft } from './script.js';
import { SHADOW } from './theme.js';

/** Text as pictures: drawn once by the host's own canvas, upright and on whole pixels, then moved about as a texture. */

export interface TextStyle {
  readonly weight: FontWeight;
  /** Whole picture pixels. */
  readonly sizePx: number;
  readonly colour: string;
  /** Extra space between letters, picture pixels. */
  readonly spacingPx?: number;
}

/** Shape of letters that are seen at an angle. */
export interface Slant {
  /** Height as a share of the natural one. */
  readonly tall: number;
  /** How far letters lean to the right for every em (of natural height) they rise, ems. */
  readonly lean: number;
}

/** How far the letters of a text reach over and under the baseline, ems. */
export interface Reach {
  readonly above: number;
  readonly below: number;
}

/** Where slanted text begins on its picture, pixels from the left. */
export function slantInset(style: TextStyle, { lean }: Slant, { above, below }: Reach): number {
  return bleed(style) + (lean > 0 ? lean * below : -lean * above) * style.sizePx;
}

/** Dark on the lower right of letters: how far, ems, and how strong. */
const SHADE_BY = 0.05;
const SHADE_ALPHA = 0.6;

/** Height of capitals and figures, as a share of the font size. */
export const CAP_HEIGHT = 0.655;

/** Baseline that centres capitals and figures on a line. */
export function baselineFor(centreY: number, sizePx: number): number {
  return Math.round(centreY + (CAP_HEIGHT * sizePx) / 2);
}

/** Room above the baseline (accents on capitals) and below it, as shares of the font size. */
const ASCENT = 1;
const DESCENT = 0.32;
/** Texts with letters that the fonts lack: so many are told of. */
const LACKING_MAX = 16;
const LETTERS_NAMED = 8;
const TEXT_QUOTED = 40;
/** Measured texts remembered; names and figures repeat from frame to frame. */
const WIDTHS_MAX = 2000;

export class TextPainter {
  /** Texture pixels a picture pixel; above 1 where a page shows the picture enlarged. */
  readonly resolution: number;
  readonly #context;
  /** By text, the characters of it that the fonts lack. */
  readonly #lacking = new Map<string, ReadonlySet<string>>();
  readonly #figures = new Map<string, { texture: Texture; advance: number }>();
  readonly #widths = new Map<string, number>();

  constructor(resolution = 1) {
    this.resolution = resolution;
    const context = DOMAdapter.get().createCanvas(8, 8).getContext('2d');
    if (!context) throw new Error('overlay: this canvas has no 2d context to measure text with');
    this.#context = context;
  }

  /** One line for every text with characters that the fonts lack, in the order they were met; none for what another line says already. */
  warnings(): string[] {
    return [...this.#lacking].map(([text, missing]) => {
      const named = [...missing].slice(0, LETTERS_NAMED).map(codeOf).join(', ');
      const more = missing.size > LETTERS_NAMED ? ` and ${missing.size - LETTERS_NAMED} more` : '';
      const quoted = text.length > TEXT_QUOTED ? `${text.slice(0, TEXT_QUOTED)}…` : text;
      return `"${quoted}": no glyph for ${named}${more} in the bundled fonts (Latin, Greek, Cyrillic, Hebrew, Arabic): other characters stand in`;
    });
  }

  /** The text as the fonts can draw it. */
  clean(text: string): string {
    const missing = new Set<string>();
    const clean = drawable(text, (character) => missing.add(character));
    if (missing.size > 0) this.#lacks(text, missing);
    return clean;
  }

  /** The same name comes whole and shortened, the same words with other figures: one line is enough. */
  #lacks(text: string, missing: ReadonlySet<string>): void {
    for (const known of this.#lacking.values()) if ([...missing].every((character) => known.has(character))) return;
    for (const [other, known] of this.#lacking) if ([...known].every((character) => missing.has(character))) this.#lacking.delete(other);
    if (this.#lacking.size < LACKING_MAX) this.#lacking.set(text, missing);
  }

  /** Advance width in picture pixels. The text must be clean. */
  width(text: string, style: TextStyle): number {
    const key = `${style.weight} ${style.sizePx} ${style.spacingPx ?? 0} ${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      this.#context.font = fontOf(style, 1);
      width = this.#context.measureText(text).width + spacingOf(text, style) * [...text].length;
      if (this.#widths.size >= WIDTHS_MAX) this.#widths.clear();
      this.#widths.set(key, width);
    }
    return width;
  }

  /** Clean text cut to a width between letters as readers count them, with an ellipsis where something is gone. */
  fit(text: string, style: TextStyle, maxWidth: number): string {
    if (this.width(text, style) <= maxWidth) return text;
    const letters = graphemes(text);
    let low = 0;
    let high = letters.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.width(`${letters.slice(0, middle).join('').trimEnd()}…`, style) <= maxWidth) low = middle;
      else high = middle - 1;
    }
    return `${letters.slice(0, low).join('').trimEnd()}…`;
  }

  /** A texture of its own: destroy it with its sprite ({@link Label} does). */
  paint(text: string, style: TextStyle): Texture {
    const width = Math.max(1, Math.ceil(this.width(text, style)) + 2 * bleed(style));
    const { canvas } = this.#draw(text, style, width, Math.ceil(style.sizePx * (ASCENT + DESCENT)), (context) => {
      context.translate(bleed(style), Math.round(style.sizePx * ASCENT));
    });
    return Texture.from({ resource: canvas, resolution: this.resolution }, true);
  }

  /**
   * The same with letters of another shape, and no more room than they need: the baseline lies `above` × `tall` ems below the top, text begins
   * {@link slantInset} from the left.
   * @param shaded lifts the letters off a pale ground.
   */
  paintSlanted(text: string, style: TextStyle, slant: Slant, reach: Reach, shaded: boolean): FlatPicture {
    const { tall, lean } = slant;
    const { above, below } = reach;
    const leaning = Math.abs(lean) * (above + below) * style.sizePx;
    const width = Math.ceil(this.width(text, style) + 2 * bleed(style) + leaning);
    const place = (context: ICanvasRenderingContext2D): void => {
      context.transform(1, 0, -lean, tall, slantInset(style, slant, reach), style.sizePx * above * tall);
    };
    return this.#draw(text, style, width, Math.ceil(style.sizePx * (above + below) * tall), place, shaded);
  }

  /** Of clean text, with a little room. */
  reach(text: string, style: TextStyle): Reach {
    this.#context.font = fontOf(style, 1);
    const { actualBoundingBoxAscent, actualBoundingBoxDescent } = this.#context.measureText(text);
    const room = SHADE_BY * 1.5;
    return {
      above: Math.min(ASCENT, Math.max(CAP_HEIGHT, actualBoundingBoxAscent / style.sizePx) + room),
      below: Math.min(DESCENT, Math.max(0, actualBoundingBoxDescent / style.sizePx) + room),
    };
  }

  #draw(
    text: string,
    style: TextStyle,
    width: number,
    height: number,
    place: (context: ICanvasRenderingContext2D) => void,
    shaded = false,
  ): FlatPicture {
    const draw = (context: ICanvasRenderingContext2D): void => {
      place(context);
      context.font = fontOf(style, 1);
      context.fillStyle = style.colour;
      context.textBaseline = 'alphabetic';
      const spacing = spacingOf(text, style);
      if (spacing > 0) context.letterSpacing = `${spacing}px`;
      // Orders words and places the ellipsis; the text starts at the left edge all the same.
      context.direction = isRightToLeft(text) ? 'rtl' : 'ltr';
      context.textAlign = 'left';
      if (shaded) {
        const by = SHADE_BY * style.sizePx;
        context.fillStyle = SHADOW;
        context.globalAlpha = SHADE_ALPHA;
        context.fillText(text, by, by);
        context.globalAlpha = 1;
        context.fillStyle = style.colour;
      }
      context.fillText(text, 0, 0);
    };
    return flatPicture(width, height, draw, this.resolution);
  }

  /** A character of a fixed-width figure set: shared, never destroyed before the painter. */
  figure(character: string, style: TextStyle): { texture: Texture; advance: number } {
    const key = `${character} ${style.weight} ${style.sizePx} ${style.colour}`;
    let found = this.#figures.get(key);
    if (!found) {
      found = { texture: this.paint(character, style), advance: this.#figureAdvance(character, style) };
      this.#figures.set(key, found);
    }
    return found;
  }

  /** Every digit is as wide as the widest, so that running figures do not dance. */
  #figureAdvance(character: string, style: TextStyle): number {
    if (!/[0-9]/.test(character)) return Math.round(this.width(character, style));
    return Math.ceil(Math.max(...[...'0123456789'].map((digit) => this.width(digit, style))));
  }

  destroy(): void {
    for (const { texture } of this.#figures.values()) texture.destroy(true);
    this.#figures.clear();
  }
}

/** `"ก" (U+0E01)` */
function codeOf(character: string): string {
  return `"${character}" (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;
}

/** Pixels left free at both sides for strokes that reach over the advance width. */
export function bleed(style: TextStyle): number {
  return Math.max(1, Math.ceil(style.sizePx * 0.08));
}

/** Letters that are joined stay so. */
function spacingOf(text: string, style: TextStyle): number {
  return isJoined(text) ? 0 : (style.spacingPx ?? 0);
}

function fontOf(style: TextStyle, scale: number): string {
  const families = FONT_SUBSETS.map((subset) => `"${fontFamily(subset, style.weight)}"`).join(', ');
  return `${style.weight} ${style.sizePx * scale}px ${families}`;
}

/** One line of text at a place. */
export class Label {
  readonly view = new Sprite(Texture.EMPTY);
  readonly #painter: TextPainter;
  #drawn = '';

  constructor(painter: TextPainter) {
    this.#painter = painter;
  }

  /** @param text clean text. @param x left edge, @param baseline both in whole local pixels. @returns true when anything changed. */
  set(text: string, style: TextStyle, x: number, baseline: number): boolean {
    const drawn = `${text} ${style.weight} ${style.sizePx} ${style.colour} ${style.spacingPx ?? 0}`;
    const left = Math.round(x) - bleed(style);
    const top = Math.round(baseline) - Math.round(style.sizePx * ASCENT);
    const moved = this.view.x !== left || this.view.y !== top;
    this.view.position.set(left, top);
    if (drawn === this.#drawn) return moved;
    this.#drawn = drawn;
    this.#release();
    this.view.texture = text === '' ? Texture.EMPTY : this.#painter.paint(text, style);
    return true;
  }

  #release(): void {
    const old = this.view.texture;
    this.view.texture = Texture.EMPTY;
    if (old !== Texture.EMPTY) old.destroy(true);
  }

  destroy(): void {
    this.#release();
    this.view.destroy();
  }
}
