import type { Point, Size } from '../../../protocol/index.js';
import type { GraphicEnvironment } from '../graphic.js';
import type { GroundView } from '../ground.js';
import { GroundPaint, type Piece } from '../ground-paint.js';
import type { GroundLine, GroundTexts } from '../ground-text.js';
import { clamp, easeOut } from '../motion.js';
import type { Part } from '../part.js';
import type { Orientation } from '../reading.js';
import { INK, PAPER, readableOn } from '../theme.js';

export interface FlagLook {
  readonly view: GroundView;
  readonly picture: Size;
  /** The end nearest to the competitor, in the middle of the lane; the flag runs from there along the lane or, not `forward`, against it. */
  readonly at: Point;
  readonly along: Point;
  readonly forward: boolean;
  readonly lies: Orientation;
  readonly heightM: number;
  /** Clean text. */
  readonly name: string;
  readonly number: string;
  readonly colour: string;
  /** In and out: the flag unrolls. */
  readonly presence: number;
  readonly opacity: number;
}

const PLATE_ALPHA = 0.72;
/** Capitals, room beside them, and the most a name may take, as shares of the flag's height. */
const CAP = 0.58;
const ROOM = 0.34;
const NAME_MAX = 12;

/** One competitor's flag on the ground: a number on the team's colour, and the name on a dark plate. */
export class LaneFlag {
  readonly #paint: GroundPaint;
  readonly #texts: GroundTexts;

  constructor(env: GraphicEnvironment, key: string, texts: GroundTexts) {
    this.#paint = new GroundPaint(env, key);
    this.#texts = texts;
  }

  draw(look: FlagLook): Part[] {
    const { lies, heightM, forward, along, at, presence } = look;
    const capM = heightM * CAP;
    const roomM = heightM * ROOM * lies.narrow;
    const number: GroundLine = { text: look.number, weight: 800, colour: readableOn(look.colour), capM };
    const full: GroundLine = { text: look.name, weight: 700, colour: PAPER, capM };
    const name = this.#texts.fit(full, lies.narrow, heightM * NAME_MAX * lies.narrow);
    const numberM = this.#texts.lengthM(number, lies.narrow);
    // Without a number a plain bar of the colour is left.
    const blockM = look.number === '' ? roomM : numberM + 2 * roomM;
    const plateM = name.text === '' ? 0 : this.#texts.lengthM(name, lies.narrow) + 2 * roomM;
    const wholeM = blockM + plateM;
    // Text begins at the end that the camera reads first.
    const leads = lies.right.x * along.x + lies.right.y * along.y > 0;
    const first = leads === forward ? 0 : forward ? wholeM : -wholeM;
    const start = { x: at.x + along.x * first, y: at.y + along.y * first };
    const grown = wholeM * easeOut(presence);
    const strip = (fromM: number, toM: number, colour: string, alpha: number): Piece[] => {
      const [from, to] = [Math.min(fromM, grown), Math.min(toM, grown)];
      return to > from ? [{ polygon: look.view.outline(rectangle(start, lies, from, to, heightM)), colour, alpha }] : [];
    };
    const textAlpha = look.opacity * clamp(presence * 2.5 - 1.5, 0, 1);
    const write = (line: GroundLine, fromM: number): Piece[] =>
      this.#texts.pieces(look.view, look.picture, line, offset(start, lies, fromM, 0), lies, textAlpha);
    const pieces = [
      ...strip(0, blockM, look.colour, 0.95 * look.opacity),
      ...strip(blockM, wholeM, INK, PLATE_ALPHA * look.opacity),
      ...write(number, roomM),
      ...write(name, blockM + roomM),
    ];
    return this.#paint.draw(pieces, look.picture);
  }

  destroy(): void {
    this.#paint.destroy();
  }
}

function rectangle(start: Point, lies: Orientation, fromM: number, toM: number, heightM: number): Point[] {
  const half = heightM / 2;
  return [
    offset(start, lies, fromM, -half),
    offset(start, lies, toM, -half),
    offset(start, lies, toM, half),
    offset(start, lies, fromM, half),
  ];
}

/** A ground place so far along the text and up its letters. */
function offset({ x, y }: Point, { right, up }: Orientation, alongM: number, upM: number): Point {
  return { x: x + right.x * alongM + up.x * upM, y: y + right.y * alongM + up.y * upM };
}
