import type { Point, Size } from '../../protocol/index.js';
import type { FlatPicture } from './flat-picture.js';
import type { FontWeight } from './fonts.js';
import type { GroundView } from './ground.js';
import type { PicturePiece } from './ground-paint.js';
import { corners, type GroundQuad, picturePieces } from './ground-picture.js';
import { clamp } from './motion.js';
import type { Orientation } from './reading.js';
import { CAP_HEIGHT, type Reach, type Slant, slantInset, type TextPainter, type TextStyle } from './text.js';

/** A line of clean text on the ground. */
export interface GroundLine {
  readonly text: string;
  readonly weight: FontWeight;
  readonly colour: string;
  /** Height of capitals, metres. */
  readonly capM: number;
  /** A dark edge, for ground of any colour. */
  readonly shaded?: boolean;
}

/** A painted line, and how far its letters reach. */
interface Painted {
  readonly picture: FlatPicture;
  readonly reach: Reach;
  usedAt: number;
}

/** Letters are measured at this size; what they measure on the ground follows from it. */
const MEASURED_PX = 100;
/** Painted in sizes this factor apart, never smaller than they are seen. */
const SIZE_STEP = 1.2;
const LEAN_STEP = 0.12;
const SIZE_MAX = 240;
const SIDE_MAX = 4096;
/** Pictures kept beyond those in use. */
const SPARE_MAX = 48;

/** Text that lies on the ground in true perspective. Pictures are shared, and painted as fine as they are seen. */
export class GroundTexts {
  readonly #painter: TextPainter;
  readonly #painted = new Map<string, Painted>();
  #round = 0;

  constructor(painter: TextPainter) {
    this.#painter = painter;
  }

  /** Length along the ground, metres. */
  lengthM(line: GroundLine, narrow: number): number {
    return (this.#ems(line) * line.capM * narrow) / CAP_HEIGHT;
  }

  /** The line cut to a length, with an ellipsis where something is gone. */
  fit(line: GroundLine, narrow: number, mostM: number): GroundLine {
    const px = (mostM * CAP_HEIGHT * MEASURED_PX) / (line.capM * narrow);
    return { ...line, text: this.#painter.fit(line.text, measured(line), px) };
  }

  /** Height of capitals as they are seen, square to the line of text, picture pixels; 0 behind the camera. */
  seenPx(view: GroundView, line: GroundLine, at: Point, { right, up, narrow }: Orientation): number {
    const along = imageOf(view, at, right, line.capM * narrow);
    const rise = imageOf(view, at, up, line.capM);
    if (!along || !rise) return 0;
    return (
      Math.abs(along.x * rise.y - along.y * rise.x) / Math.max(Math.hypot(along.x, along.y), Math.hypot(rise.x, rise.y) * narrow, 1e-9)
    );
  }

  /** @param at where the line of text begins, on the middle of its capitals. @returns nothing where some of it is behind the camera. */
  pieces(view: GroundView, frame: Size, line: GroundLine, at: Point, { right, up, narrow }: Orientation, alpha: number): PicturePiece[] {
    if (line.text === '' || alpha <= 0) return [];
    const em = { along: (line.capM / CAP_HEIGHT) * narrow, up: line.capM / CAP_HEIGHT };
    const ems = this.#ems(line);
    const middle = offset(at, right, (ems * em.along) / 2);
    const along = imageOf(view, middle, right, em.along);
    const rise = imageOf(view, middle, up, em.up);
    if (!along || !rise) return [];
    // Painted as it is seen but for a turn: letters drawn upright would be jagged where they are seen at a sharp slant.
    const seenPx = Math.hypot(along.x, along.y);
    const sizePx = Math.round(Math.min(stepUp(Math.max(seenPx, 6)), SIZE_MAX, SIDE_MAX / (ems + 2)));
    const square = Math.max(seenPx, 1) ** 2;
    const slant: Slant = {
      tall: clamp(stepUp(Math.abs(along.x * rise.y - along.y * rise.x) / square), 0.06, 4),
      lean: clamp(Math.round((along.x * rise.x + along.y * rise.y) / square / LEAN_STEP) * LEAN_STEP, -4, 4),
    };
    const style: TextStyle = { weight: line.weight, sizePx, colour: line.colour };
    const painted = this.#paint(line, style, slant);
    const quad = quadFor(painted, style, slant, at, offset({ x: 0, y: 0 }, right, em.along), offset({ x: 0, y: 0 }, up, em.up));
    if (!corners(quad).every((corner) => view.isVisible(corner))) return [];
    return picturePieces(view, frame, painted.picture, quad, alpha);
  }

  /** After each frame's drawing: forgets what is no longer used. */
  endFrame(): void {
    this.#round++;
    if (this.#painted.size <= SPARE_MAX) return;
    for (const [key, { usedAt }] of this.#painted) {
      if (usedAt < this.#round - 1) this.#painted.delete(key);
    }
  }

  #ems(line: GroundLine): number {
    return this.#painter.width(line.text, measured(line)) / MEASURED_PX;
  }

  #paint({ text, shaded = false }: GroundLine, style: TextStyle, slant: Slant): Painted {
    const key = `${style.sizePx} ${slant.tall.toFixed(3)} ${slant.lean.toFixed(2)} ${style.weight} ${style.colour} ${shaded} ${text}`;
    let found = this.#painted.get(key);
    if (!found) {
      const reach = this.#painter.reach(text, style);
      found = { picture: this.#painter.paintSlanted(text, style, slant, reach, shaded), reach, usedAt: this.#round };
      this.#painted.set(key, found);
    }
    found.usedAt = this.#round;
    return found;
  }
}

function measured(line: GroundLine): TextStyle {
  return { weight: line.weight, sizePx: MEASURED_PX, colour: line.colour };
}

/** The whole picture's place. @param at where the text begins, on the middle of its capitals. @param right, @param up an em on the ground. */
function quadFor({ picture, reach }: Painted, style: TextStyle, slant: Slant, at: Point, right: Point, up: Point): GroundQuad {
  const { tall, lean } = slant;
  const ems = picture.height / (style.sizePx * tall);
  const under = ems - reach.above;
  // Ems from where the text begins to the picture's bottom-left corner.
  const below = CAP_HEIGHT / 2 + under;
  const before = slantInset(style, slant, reach) / style.sizePx - lean * under;
  return {
    corner: { x: at.x - right.x * before - up.x * below, y: at.y - right.y * before - up.y * below },
    right: offset({ x: 0, y: 0 }, right, picture.width / style.sizePx),
    up: { x: (up.x - right.x * lean) * ems, y: (up.y - right.y * lean) * ems },
  };
}

/** What a short ground offset around a place looks like in the picture. */
function imageOf(view: GroundView, at: Point, unit: Point, lengthM: number): Point | undefined {
  const [from, to] = [offset(at, unit, -lengthM / 2), offset(at, unit, lengthM / 2)];
  if (!view.isVisible(from) || !view.isVisible(to)) return undefined;
  const [a, b] = [view.project(from), view.project(to)];
  return { x: b.x - a.x, y: b.y - a.y };
}

function offset({ x, y }: Point, along: Point, by: number): Point {
  return { x: x + along.x * by, y: y + along.y * by };
}

function stepUp(value: number): number {
  return SIZE_STEP ** Math.ceil(Math.log(value) / Math.log(SIZE_STEP));
}
