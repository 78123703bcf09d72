import type { SKRSContext2D } from '@napi-rs/canvas';

/** Letters for boards and lanes as strokes on a 4 × 6 grid, so that no font is needed and every machine draws the same. */
const STROKES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  A: [
    [0, 6, 2, 0, 4, 6],
    [0.7, 4, 3.3, 4],
  ],
  B: [
    [0, 0, 0, 6, 3, 6, 4, 5, 4, 4, 3, 3, 0, 3],
    [0, 0, 2.7, 0, 3.6, 0.8, 3.6, 2.2, 3, 3],
  ],
  C: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5]],
  D: [[0, 0, 0, 6, 2.5, 6, 4, 4.5, 4, 1.5, 2.5, 0, 0, 0]],
  E: [
    [4, 0, 0, 0, 0, 6, 4, 6],
    [0, 3, 3.2, 3],
  ],
  F: [
    [4, 0, 0, 0, 0, 6],
    [0, 3, 3.2, 3],
  ],
  G: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.2, 2.4, 3.2]],
  H: [
    [0, 0, 0, 6],
    [4, 0, 4, 6],
    [0, 3, 4, 3],
  ],
  I: [[2, 0, 2, 6]],
  K: [
    [0, 0, 0, 6],
    [4, 0, 0, 3.4],
    [1.2, 2.6, 4, 6],
  ],
  L: [[0, 0, 0, 6, 4, 6]],
  M: [[0, 6, 0, 0, 2, 3.4, 4, 0, 4, 6]],
  N: [[0, 6, 0, 0, 4, 6, 4, 0]],
  O: [[1, 0, 3, 0, 4, 1, 4, 5, 3, 6, 1, 6, 0, 5, 0, 1, 1, 0]],
  P: [[0, 6, 0, 0, 3, 0, 4, 1, 4, 2.4, 3, 3.4, 0, 3.4]],
  R: [
    [0, 6, 0, 0, 3, 0, 4, 1, 4, 2.2, 3, 3.2, 0, 3.2],
    [2, 3.2, 4, 6],
  ],
  S: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 2, 1, 3, 3, 3, 4, 4, 4, 5, 3, 6, 1, 6, 0, 5]],
  T: [
    [0, 0, 4, 0],
    [2, 0, 2, 6],
  ],
  U: [[0, 0, 0, 5, 1, 6, 3, 6, 4, 5, 4, 0]],
  V: [[0, 0, 2, 6, 4, 0]],
  W: [[0, 0, 1, 6, 2, 2.4, 3, 6, 4, 0]],
  Y: [
    [0, 0, 2, 3, 4, 0],
    [2, 3, 2, 6],
  ],
  '0': [[1, 0, 3, 0, 4, 1, 4, 5, 3, 6, 1, 6, 0, 5, 0, 1, 1, 0]],
  '1': [[0.8, 1.2, 2.2, 0, 2.2, 6]],
  '2': [[0, 1.2, 1, 0, 3, 0, 4, 1, 4, 2, 0, 6, 4, 6]],
  '3': [
    [0, 0.8, 1, 0, 3, 0, 4, 1, 4, 2, 3, 3, 1.6, 3],
    [3, 3, 4, 4, 4, 5, 3, 6, 1, 6, 0, 5.2],
  ],
  '4': [[3, 6, 3, 0, 0, 4.2, 4, 4.2]],
  '5': [[3.8, 0, 0.4, 0, 0, 2.8, 3, 2.6, 4, 3.6, 4, 5, 3, 6, 1, 6, 0, 5.2]],
  '6': [[3.6, 0.6, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.6, 3, 2.8, 0, 2.8]],
  '7': [[0, 0, 4, 0, 1.4, 6]],
  '8': [[1, 3, 0, 2, 0, 1, 1, 0, 3, 0, 4, 1, 4, 2, 3, 3, 1, 3, 0, 4, 0, 5, 1, 6, 3, 6, 4, 5, 4, 4, 3, 3]],
  '9': [[4, 3, 1, 3.2, 0, 2.4, 0, 1, 1, 0, 3, 0, 4, 1, 4, 5, 3, 6, 1, 6, 0.4, 5.4]],
};

/** How far a letter takes the pen on, and how far left of it the letter's grid begins, in heights. */
function metrics(letter: string): { advance: number; shift: number } {
  if (letter === 'I') return { advance: 0.46, shift: 0.23 };
  return { advance: letter === ' ' ? 0.6 : 0.93, shift: 0 };
}

/** Width of a text of the given capital height. */
export function textWidth(text: string, height: number): number {
  return [...text].reduce((sum, letter) => sum + metrics(letter).advance * height, 0) - height * 0.26;
}

/** Strokes a text with its top-left corner at (x, y); `weight` is the stroke's width as a share of the height. */
export function drawText(context: SKRSContext2D, text: string, x: number, y: number, height: number, weight = 0.17): void {
  const unit = height / 6;
  context.lineWidth = height * weight;
  context.lineJoin = 'round';
  context.lineCap = 'butt';
  let pen = x;
  for (const letter of text) {
    const { advance, shift } = metrics(letter);
    const left = pen - shift * height;
    for (const stroke of STROKES[letter] ?? []) {
      context.beginPath();
      for (let k = 0; k < stroke.length; k += 2) context.lineTo(left + (stroke[k] as number) * unit, y + (stroke[k + 1] as number) * unit);
      context.stroke();
    }
    pen += advance * height;
  }
}
