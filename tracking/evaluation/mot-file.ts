import type { Box } from '../../protocol/index.js';

/** One row of a MOTChallenge file. */
export interface MotRow {
  readonly frame: number;
  readonly id: number;
  readonly box: Box;
  /** Seventh column where there is one: `consider` in a truth file, the score in others. */
  readonly consider: number | undefined;
  /** Eighth column of nine (MOT16 and later): 1 is a pedestrian. Undefined in files of other widths, where the columns mean other things. */
  readonly objectClass: number | undefined;
}

/**
 * Reads `frame,id,x,y,w,h[,…]`, commas or blanks between, rows in any order; empty lines are skipped.
 * @param name of the file, for errors
 * @returns rows by frame, in the file's order
 * @throws Error naming file and line
 */
export function parseMotFile(text: string, name: string): Map<number, MotRow[]> {
  const frames = new Map<number, MotRow[]>();
  let start = 0;
  for (let line = 1; start <= text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const row = parseRow(text.slice(start, end).trim(), () => `${name}, line ${line}`);
    start = end + 1;
    if (!row) continue;
    const list = frames.get(row.frame);
    if (list) list.push(row);
    else frames.set(row.frame, [row]);
  }
  return frames;
}

function parseRow(line: string, where: () => string): MotRow | undefined {
  if (line === '') return undefined;
  const fields = line.split(/[\s,]+/).filter((field) => field !== '');
  const v = fields.map(Number);
  if (v.length < 6) throw new Error(`${where()}: ${v.length} columns; expected frame,id,x,y,w,h`);
  const bad = v.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Error(`${where()}: column ${bad + 1} is "${fields[bad].slice(0, 30)}", not a number`);
  const [frame, id, x, y, width, height] = v;
  if (!Number.isInteger(frame) || !Number.isInteger(id))
    throw new Error(`${where()}: frame and id must be whole numbers, got ${frame}, ${id}`);
  return { frame, id, box: { x, y, width, height }, consider: v[6], objectClass: v.length === 9 ? v[7] : undefined };
}
