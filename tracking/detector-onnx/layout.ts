import type { Size } from '../../protocol/index.js';
import type { OnnxTensor } from './runtime.js';

/** A box in pixels of the model's input, with the class it is most likely of. */
export interface RawBox {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
  readonly classIndex: number;
  readonly score: number;
}

/**
 * How a model tells what it found.
 * - `yolox`: anchors × (cx, cy, w, h, objectness, classes…), cells of strides 8, 16, 32, decoded by the model or not
 * - `yolo`: (cx, cy, w, h, classes…) × anchors, as YOLOv8 and YOLO11 do
 * - `boxes`: up to some hundred × (x1, y1, x2, y2, score, class), already suppressed (YOLOv10, exports with NMS)
 * - `queries`: queries × (cx, cy, w, h, classes…), unit square (RT-DETR as Ultralytics exports it)
 * - `logits`: queries × classes, and queries × (cx, cy, w, h), unit square (RT-DETR as Transformers exports it)
 * - `deployed`: labels, boxes (x1, y1, x2, y2) and scores of each query (RT-DETR's own export)
 */
export type LayoutKind = 'yolox' | 'yolo' | 'boxes' | 'queries' | 'logits' | 'deployed';

export interface Layout {
  readonly kind: LayoutKind;
  /** Names of the outputs, in the order the kind names them. */
  readonly outputs: readonly string[];
  /** What white is in the input. */
  readonly white: 255 | 1;
  /** Blue comes first in the input, as OpenCV reads pictures. */
  readonly blueFirst: boolean;
  /** The picture is stretched over the whole input rather than padded. */
  readonly stretch: boolean;
  /** Each place is told once: nothing is to be suppressed. */
  readonly suppressed: boolean;
}

const STRIDES = [8, 16, 32];
/** More rows than this are anchors, not queries. */
const MOST_QUERIES = 1000;

/** Recognises a model by the shapes it answers with (batch first). @returns undefined when it is none of these. */
export function recognise(shapes: Readonly<Record<string, readonly number[]>>, input: Size): Layout | undefined {
  const entries = Object.entries(shapes);
  const make = (kind: LayoutKind, outputs: string[]): Layout => ({
    kind,
    outputs,
    white: kind === 'yolox' ? 255 : 1,
    blueFirst: kind === 'yolox',
    stretch: kind === 'queries' || kind === 'logits' || kind === 'deployed',
    suppressed: kind !== 'yolox' && kind !== 'yolo',
  });
  if (entries.length === 3) {
    const boxes = entries.find(([, s]) => s.length === 3 && s[2] === 4);
    const rows = entries.filter(([, s]) => s.length === 2);
    const labels = rows.find(([name]) => /label|class/i.test(name));
    const scores = rows.find(([name]) => /score|conf/i.test(name));
    return boxes && labels && scores ? make('deployed', [labels[0], boxes[0], scores[0]]) : undefined;
  }
  const cubes = entries.filter(([, s]) => s.length === 3);
  if (entries.length === 2 && cubes.length === 2) {
    const boxes = cubes.find(([name, s]) => s[2] === 4 && /box/i.test(name)) ?? cubes.find(([, s]) => s[2] === 4);
    const logits = cubes.find((entry) => entry !== boxes);
    return boxes && logits && boxes[1][1] === logits[1][1] ? make('logits', [logits[0], boxes[0]]) : undefined;
  }
  if (entries.length !== 1 || cubes.length !== 1) return undefined;
  const [name, [, rows, columns]] = cubes[0];
  const anchors = STRIDES.reduce((n, stride) => n + Math.floor(input.width / stride) * Math.floor(input.height / stride), 0);
  if (columns === anchors && rows > 4) return make('yolo', [name]);
  if (rows === anchors && columns > 5) return make('yolox', [name]);
  if (rows <= MOST_QUERIES && columns === 6) return make('boxes', [name]);
  if (rows <= MOST_QUERIES && columns > 4 && columns < rows) return make('queries', [name]);
  return undefined;
}

/**
 * Boxes of one picture of the batch, those whose class passes its threshold.
 * @param thresholds least score by class; classes not named are not wanted
 */
export function decode(
  layout: Layout,
  answer: Readonly<Record<string, OnnxTensor>>,
  batchIndex: number,
  input: Size,
  thresholds: ReadonlyMap<number, number>,
): RawBox[] {
  const part = (name: string) => slice(answer[name], batchIndex);
  const [first, second, third] = layout.outputs;
  switch (layout.kind) {
    case 'yolo':
      return yolo(part(first), thresholds);
    case 'yolox':
      return yolox(part(first), input, thresholds);
    case 'boxes':
      return corners(part(first), input, thresholds);
    case 'queries':
      return queries(part(first), input, thresholds);
    case 'logits':
      return logits(part(first), part(second), input, thresholds);
    case 'deployed':
      return deployed(part(first), part(second), part(third), thresholds);
  }
}

interface Rows {
  readonly at: (row: number, column: number) => number;
  readonly rows: number;
  readonly columns: number;
}

function slice(tensor: OnnxTensor, batchIndex: number): Rows {
  const [, rows, columns = 1] = tensor.dims;
  const from = batchIndex * rows * columns;
  return { rows, columns, at: (row, column) => Number(tensor.data[from + row * columns + column]) };
}

/** The wanted class with the highest score that passes its own threshold. */
function best(score: (classIndex: number) => number, classes: number, thresholds: ReadonlyMap<number, number>) {
  let found: { classIndex: number; score: number } | undefined;
  for (const [classIndex, least] of thresholds) {
    if (classIndex >= classes) continue;
    const s = score(classIndex);
    if (s >= least && (!found || s > found.score)) found = { classIndex, score: s };
  }
  return found;
}

function yolo({ at, rows, columns }: Rows, thresholds: ReadonlyMap<number, number>): RawBox[] {
  const boxes: RawBox[] = [];
  for (let i = 0; i < columns; i++) {
    const found = best((c) => at(4 + c, i), rows - 4, thresholds);
    if (found) boxes.push({ cx: at(0, i), cy: at(1, i), width: at(2, i), height: at(3, i), ...found });
  }
  return boxes;
}

function yolox({ at, rows, columns }: Rows, input: Size, thresholds: ReadonlyMap<number, number>): RawBox[] {
  // Centres the model has decoded itself lie all over its input; offsets from a cell are a few cells at most.
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += Math.abs(at(i, 0));
  const decoded = sum / rows > input.width / 8;
  const boxes: RawBox[] = [];
  let i = 0;
  for (const stride of STRIDES) {
    const across = Math.floor(input.width / stride);
    const down = Math.floor(input.height / stride);
    for (let cell = 0; cell < across * down; cell++, i++) {
      const found = best((c) => at(i, 4) * at(i, 5 + c), columns - 5, thresholds);
      if (!found) continue;
      const box = { cx: at(i, 0), cy: at(i, 1), width: at(i, 2), height: at(i, 3) };
      boxes.push(
        decoded
          ? { ...box, ...found }
          : {
              cx: (box.cx + (cell % across)) * stride,
              cy: (box.cy + Math.floor(cell / across)) * stride,
              width: Math.exp(box.width) * stride,
              height: Math.exp(box.height) * stride,
              ...found,
            },
      );
    }
  }
  return boxes;
}

function corners({ at, rows }: Rows, input: Size, thresholds: ReadonlyMap<number, number>): RawBox[] {
  const boxes: RawBox[] = [];
  // Two classes' queries have six columns too; those lie in the unit square.
  let largest = 0;
  for (let i = 0; i < rows; i++) largest = Math.max(largest, at(i, 0), at(i, 1), at(i, 2), at(i, 3));
  if (largest <= 1.5 && largest > 0) return queries({ at, rows, columns: 6 }, input, thresholds);
  for (let i = 0; i < rows; i++) {
    const classIndex = Math.round(at(i, 5));
    const least = thresholds.get(classIndex);
    if (least === undefined || at(i, 4) < least) continue;
    boxes.push({ ...fromCorners(at(i, 0), at(i, 1), at(i, 2), at(i, 3)), classIndex, score: at(i, 4) });
  }
  return boxes;
}

function queries({ at, rows, columns }: Rows, input: Size, thresholds: ReadonlyMap<number, number>): RawBox[] {
  const boxes: RawBox[] = [];
  for (let i = 0; i < rows; i++) {
    const found = best((c) => at(i, 4 + c), columns - 4, thresholds);
    if (found) boxes.push({ ...fromUnit({ at, rows, columns }, i, input), ...found });
  }
  return boxes;
}

function logits(classes: Rows, places: Rows, input: Size, thresholds: ReadonlyMap<number, number>): RawBox[] {
  const boxes: RawBox[] = [];
  for (let i = 0; i < places.rows; i++) {
    const found = best((c) => 1 / (1 + Math.exp(-classes.at(i, c))), classes.columns, thresholds);
    if (found) boxes.push({ ...fromUnit(places, i, input), ...found });
  }
  return boxes;
}

/** The model was told its input's size as the picture's, so its boxes are in the input's pixels. */
function deployed(labels: Rows, places: Rows, scores: Rows, thresholds: ReadonlyMap<number, number>): RawBox[] {
  const boxes: RawBox[] = [];
  for (let i = 0; i < places.rows; i++) {
    const classIndex = labels.at(i, 0);
    const score = scores.at(i, 0);
    const least = thresholds.get(classIndex);
    if (least === undefined || score < least) continue;
    boxes.push({ ...fromCorners(places.at(i, 0), places.at(i, 1), places.at(i, 2), places.at(i, 3)), classIndex, score });
  }
  return boxes;
}

function fromCorners(x1: number, y1: number, x2: number, y2: number) {
  return { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
}

function fromUnit({ at }: Rows, i: number, input: Size) {
  return { cx: at(i, 0) * input.width, cy: at(i, 1) * input.height, width: at(i, 2) * input.width, height: at(i, 3) * input.height };
}
