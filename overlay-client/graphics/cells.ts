import type { Box, Size } from '../../protocol/index.js';

/** Side of the squares in which drawn pixels are looked for. */
const CELL = 16;
/** Pixels that one more rectangle costs, in time. */
const RECTANGLE_COST_PX = 900;

/**
 * Disjoint whole-pixel rectangles inside (0, 0)–bounds that hold every one of `boxes`, with little empty room: for things that wind
 * across a large bounding box.
 */
export function tightCells(boxes: readonly Box[], bounds: Size): Box[] {
  const columns = Math.ceil(bounds.width / CELL);
  const rows = Math.ceil(bounds.height / CELL);
  if (columns * rows <= 4) return [{ x: 0, y: 0, width: bounds.width, height: bounds.height }];
  const used = new Uint8Array(columns * rows);
  for (const box of boxes) {
    const fromX = Math.max(0, Math.floor(box.x / CELL));
    const toX = Math.min(columns - 1, Math.floor((box.x + box.width) / CELL));
    const toY = Math.min(rows - 1, Math.floor((box.y + box.height) / CELL));
    for (let y = Math.max(0, Math.floor(box.y / CELL)); y <= toY; y++)
      if (toX >= fromX) used.fill(1, y * columns + fromX, y * columns + toX + 1);
  }
  const spans: Box[] = [];
  let open: Box[] = [];
  for (let y = 0; y < rows; y++) open = continueSpans(open, rowSpans(used, columns, y), spans);
  spans.push(...open);
  return spans.map(({ x, y, width, height }) => ({
    x: x * CELL,
    y: y * CELL,
    width: Math.min(bounds.width, (x + width) * CELL) - x * CELL,
    height: Math.min(bounds.height, (y + height) * CELL) - y * CELL,
  }));
}

/** Runs of used cells in one row. */
function rowSpans(used: Uint8Array, columns: number, y: number): Box[] {
  const spans: Box[] = [];
  for (let x = 0; x < columns; x++) {
    if (!used[y * columns + x]) continue;
    const start = x;
    while (x < columns && used[y * columns + x]) x++;
    spans.push({ x: start, y, width: x - start, height: 1 });
  }
  return spans;
}

/** Joins each run of a row to the rectangle above it where that wastes less than a rectangle costs; closes the others. */
function continueSpans(open: readonly Box[], row: readonly Box[], closed: Box[]): Box[] {
  // More than one run on a row, above or below, could make rectangles meet: then nothing is joined.
  const above = open.length === 1 ? open[0] : undefined;
  const below = row.length === 1 ? row[0] : undefined;
  if (above && below) {
    const x = Math.min(above.x, below.x);
    const width = Math.max(above.x + above.width, below.x + below.width) - x;
    const waste = (width * (above.height + 1) - above.width * above.height - below.width) * CELL * CELL;
    if (waste < RECTANGLE_COST_PX) return [{ x, y: above.y, width, height: above.height + 1 }];
  }
  closed.push(...open);
  return [...row];
}
