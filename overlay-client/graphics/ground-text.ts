import type { Texture } from 'pixi.js';
import type { Point, Size } from '../../protocol/index.js';
import type { FontWeight } from './fonts.js';
import type { GroundView } from './ground.js';
import type { TexturedPiece } from './ground-paint.js';
import { corners, type GroundQuad, texturePieces } from './ground-texture.js';
import { clamp } from './motion.js';
import type { Orientation } from './reading.js';
import { ASCENT, bleed, CAP_HEIGHT, DESCENT, type TextPainter, type TextStyle } from './text.js';

/** A line of clean text on the ground. */
export interface GroundLine {
  readonly text: string;
  readonly weight: FontWeight;
  readonly colour: string;
  /** Height of capitals, metres. */
  readonly capM: number;
}

/** Letters are measured at this size; what they measure on the ground follows from it. */
const MEASURED_PX = 100;
/** Painted in sizes this factor apart, never smaller than they are seen. */
const SIZE_STEP = 1.2;
const SIZE_MAX = 240;
const TEXTURE_MAX = 4096;
/** Textures kept beyond those in use. */
const SPARE_MAX = 48;

/** Text that lies on the ground in true perspective. Textures are shared, and painted as fine as they are seen. */
export class GroundTexts {
  readonly #painter: TextPainter;
  readonly #painted = new Map<string, { texture: Texture; usedAt: number }>();
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

  /** @param at where the line of text begins, on the middle of its capitals. @returns nothing where some of it is behind the camera. */
  pieces(view: GroundView, picture: Size, line: GroundLine, at: Point, { right, up, narrow }: Orientation, alpha: number): TexturedPiece[] {
    if (line.text === '' || alpha <= 0) return [];
    const em = line.capM / CAP_HEIGHT;
    const ems = this.#ems(line);
    const rough = quadFor(at, right, up, em * narrow, em, ems, 0);
    const image = corners(rough);
    if (!image.every((corner) => view.isVisible(corner))) return [];
    const [a, b, c, d] = image.map((corner) => view.project(corner));
    if (!a || !b || !c || !d) return [];
    // As it is seen: pixels an em along and up, each where it is largest.
    const along = Math.max(distance(a, b), distance(d, c)) / Math.max(ems, 0.01);
    const tall = Math.max(distance(a, d), distance(b, c)) / (ASCENT + DESCENT);
    const sizePx = Math.round(Math.min(stepUp(Math.max(along, 6)), SIZE_MAX, TEXTURE_MAX / (ems + 1)));
    const style: TextStyle = { weight: line.weight, sizePx, colour: line.colour };
    const texture = this.#texture(line.text, style, clamp(stepUp(tall / Math.max(along, 1e-6)), 0.08, 3));
    // The texture has room for its letters' overhang at both sides.
    const quad = quadFor(at, right, up, em * narrow, em, texture.width / sizePx, bleed(style) / sizePx);
    return texturePieces(view, picture, texture, quad, alpha);
  }

  /** After each frame's drawing: lets go of what is no longer used. */
  endFrame(): void {
    this.#round++;
    if (this.#painted.size <= SPARE_MAX) return;
    for (const [key, { texture, usedAt }] of this.#painted) {
      if (usedAt >= this.#round - 1) continue;
      texture.destroy(true);
      this.#painted.delete(key);
    }
  }

  #ems(line: GroundLine): number {
    return this.#painter.width(line.text, measured(line)) / MEASURED_PX;
  }

  #texture(text: string, style: TextStyle, tall: number): Texture {
    const key = `${style.sizePx} ${tall.toFixed(3)} ${style.weight} ${style.colour} ${text}`;
    let found = this.#painted.get(key);
    if (!found) {
      found = { texture: this.#painter.paint(text, style, tall), usedAt: this.#round };
      this.#painted.set(key, found);
    }
    found.usedAt = this.#round;
    return found.texture;
  }

  destroy(): void {
    for (const { texture } of this.#painted.values()) texture.destroy(true);
    this.#painted.clear();
  }
}

function measured(line: GroundLine): TextStyle {
  return { weight: line.weight, sizePx: MEASURED_PX, colour: line.colour };
}

/** The whole texture's place. @param em metres of an em along, @param tall up. @param ems its width. @param inset ems left of where text begins. */
function quadFor(at: Point, right: Point, up: Point, em: number, tall: number, ems: number, inset: number): GroundQuad {
  const down = (CAP_HEIGHT / 2 + DESCENT) * tall;
  return {
    corner: { x: at.x - right.x * inset * em - up.x * down, y: at.y - right.y * inset * em - up.y * down },
    right: { x: right.x * ems * em, y: right.y * ems * em },
    up: { x: up.x * (ASCENT + DESCENT) * tall, y: up.y * (ASCENT + DESCENT) * tall },
  };
}

function stepUp(value: number): number {
  return SIZE_STEP ** Math.ceil(Math.log(value) / Math.log(SIZE_STEP));
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
