import type { Course } from '../../../protocol/index.js';

/** A ground that is built to known measures: what can be clicked on it, and the lines it has. Metres, right-handed seen from above. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly points: readonly NamedPoint[];
  readonly lines: readonly Line[];
  /** A course that lies on it. */
  readonly course?: Course;
  /** Metres between the lines of the grid that is laid over the picture. */
  readonly gridM: number;
}

export type Pair = readonly [number, number];
export type Line = readonly Pair[];

export interface NamedPoint {
  readonly name: string;
  readonly ground: Pair;
}

const ARC_STEPS = 32;

export function rectangle(x: number, y: number, width: number, height: number): Line {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
    [x, y],
  ];
}

/** @param from angle in degrees, counter-clockwise from x; the arc runs to `to` */
export function arc(cx: number, cy: number, radius: number, from: number, to: number): Line {
  return Array.from({ length: ARC_STEPS + 1 }, (_, i): Pair => {
    const angle = ((from + ((to - from) * i) / ARC_STEPS) * Math.PI) / 180;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  });
}

/** The same seen from the other end: turned half round. */
export function turnedRound(lines: readonly Line[]): Line[] {
  return lines.map((line) => line.map(([x, y]): Pair => [-x, -y]));
}

/** A stadium's outline: two straights of this length joined by half circles. */
export function oval(straightM: number, radiusM: number): Line {
  const half = straightM / 2;
  return [...arc(half, 0, radiusM, -90, 90), ...arc(-half, 0, radiusM, 90, 270), [half, -radiusM]];
}

/** Where lines in a template meet, named by row and column. */
export function crossings(columns: readonly (readonly [string, number])[], rows: readonly (readonly [string, number])[]): NamedPoint[] {
  return columns.flatMap(([column, x]) => rows.map(([row, y]): NamedPoint => ({ name: `${column}, ${row}`, ground: [x, y] })));
}

/** A list of places as people have it: `name, x, y` a line (commas, semicolons, tabs or blanks); what cannot be read is told. */
export function parsePlaces(text: string): { readonly points: NamedPoint[]; readonly problems: string[] } {
  const points: NamedPoint[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split(/\r?\n/).slice(0, 500).entries()) {
    if (line.trim() === '') continue;
    const [, name = '', x = '', y = ''] = /^(.*?)[\s,;]+(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)\s*$/.exec(line) ?? [];
    if (x === '' || y === '') problems.push(`line ${i + 1}: "${line.slice(0, 40)}" is not "name, x, y" in metres`);
    else points.push({ name: name.trim() || `Point ${points.length + 1}`, ground: [Number(x), Number(y)] });
  }
  return { points, problems };
}
