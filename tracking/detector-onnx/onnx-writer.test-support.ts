/** Writes small ONNX models: protocol buffers by hand, as far as onnx.proto needs them here. */

type Field = readonly [number: number, value: number | string | Uint8Array];

/** One message: fields in order; numbers as varints, texts and bytes with their length. */
function message(...fields: readonly Field[]): Uint8Array {
  const out: number[] = [];
  const varint = (value: number) => {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    out.push(Number(rest));
  };
  for (const [number, value] of fields) {
    varint((number << 3) | (typeof value === 'number' ? 0 : 2));
    if (typeof value === 'number') varint(value);
    else {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      varint(bytes.length);
      for (const byte of bytes) out.push(byte);
    }
  }
  return Uint8Array.from(out);
}

const FLOAT = 1;
const INT64 = 7;
type ElementType = 'float' | 'int64';
const typeNumber = (type: ElementType) => (type === 'float' ? FLOAT : INT64);

/** A graph in the making; each operation gives the name of its result. */
export class OnnxWriter {
  readonly #nodes: Field[] = [];
  readonly #constants: Field[] = [];
  #names = 0;

  /** @param attributes whole numbers, or lists of them */
  op(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    name?: string,
  ): string {
    const output = name ?? `v${this.#names++}`;
    const written = Object.entries(attributes).map(([key, value]): Field => {
      const ints = typeof value === 'number' ? [[3, value] as const] : value.map((v) => [8, v] as const);
      return [5, message([1, key], ...ints, [20, typeof value === 'number' ? 2 : 7])];
    });
    this.#nodes.push([1, message(...inputs.map((input): Field => [1, input]), [2, output], [4, type], ...written)]);
    return output;
  }

  constant(values: readonly number[], type: ElementType = 'float', dims: readonly number[] = [values.length]): string {
    const name = `c${this.#names++}`;
    const data = type === 'float' ? Float32Array.from(values) : BigInt64Array.from(values.map(BigInt));
    const raw = new Uint8Array(data.buffer);
    this.#constants.push([5, message(...dims.map((d): Field => [1, d]), [2, typeNumber(type)], [8, name], [9, raw])]);
    return name;
  }

  /** The whole model. Sizes are numbers, or names where they are free. */
  model(inputs: Readonly<Record<string, Shape>>, outputs: Readonly<Record<string, Shape>>): Uint8Array {
    const graph = message(
      ...this.#nodes,
      [2, 'test'],
      ...this.#constants,
      ...Object.entries(inputs).map(([name, shape]): Field => [11, valueInfo(name, shape)]),
      ...Object.entries(outputs).map(([name, shape]): Field => [12, valueInfo(name, shape)]),
    );
    return message([1, 8], [7, graph], [8, message([1, ''], [2, 13])]);
  }
}

export interface Shape {
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

function valueInfo(name: string, { type, dims }: Shape): Uint8Array {
  const shape = message(...dims.map((d): Field => [1, typeof d === 'number' ? message([1, d]) : message([2, d])]));
  return message([1, name], [2, message([1, message([1, typeNumber(type)], [2, shape])])]);
}

/** Which way a model tells what it found. */
export type ModelKind = 'yolox' | 'yolox decoded' | 'yolo' | 'boxes' | 'queries' | 'logits' | 'deployed';

/**
 * A model that finds the one bright rectangle in a square input, in any of the layouts: two classes, the first with score 0.9, the other 0.4.
 * @param batch pictures at a time, or a name for any number
 * @param plane of the input that alone is looked at; all where it is not given
 */
export function brightBoxModel(kind: ModelKind, side: number, batch: number | string, plane?: 0 | 1 | 2): Uint8Array {
  const w = new OnnxWriter();
  const one = (v: number) => w.constant([v]);
  const white = kind === 'yolox' || kind === 'yolox decoded' ? 255 : 1;
  const mask = w.constant(
    [0, 1, 2].map((p) => (plane === undefined || plane === p ? 1 : 0)),
    'float',
    [1, 3, 1, 1],
  );
  const seen = w.op('Mul', ['images', mask]);
  const span = (axis: 2 | 3) => {
    const profile = w.op('ReduceMax', [seen], { axes: axis === 3 ? [1, 2] : [1, 3], keepdims: 0 });
    const bright = w.op('Cast', [w.op('Greater', [profile, one(0.7 * white)])], { to: FLOAT });
    const at = (last: 0 | 1) => w.op('Cast', [w.op('ArgMax', [bright], { axis: 1, keepdims: 1, select_last_index: last })], { to: FLOAT });
    const [from, to] = [at(0), w.op('Add', [at(1), one(1)])];
    const centre = w.op('Mul', [w.op('Add', [from, to]), one(0.5)]);
    return { from, to, centre, size: w.op('Sub', [to, from]), any: w.op('ReduceMax', [bright], { axes: [1], keepdims: 1 }) };
  };
  const [x, y] = [span(3), span(2)];
  const times = (v: string, k: number) => w.op('Mul', [v, one(k)]);
  const scores = [times(x.any, 0.9), times(x.any, 0.4)];
  const column = (...parts: string[]) => w.op('Concat', parts, { axis: 1 });
  /** N × k → N × rows × k, or N × k × rows where turned; the found one first, the others `fill`. */
  const table = (values: string, k: number, rows: number, name: string, turned = false, fill = 0) => {
    const shaped = w.op('Reshape', [values, w.constant(turned ? [0, k, 1] : [0, 1, k], 'int64')]);
    const pads = turned ? [0, 0, 0, 0, 0, rows - 1] : [0, 0, 0, 0, rows - 1, 0];
    return w.op('Pad', [shaped, w.constant(pads, 'int64'), w.constant([fill], 'float', [])], {}, name);
  };
  const anchors = [8, 16, 32].reduce((n, s) => n + (side / s) ** 2, 0);
  const images: Shape = { type: 'float', dims: [batch, 3, side, side] };
  const float = (...dims: (number | string)[]): Shape => ({ type: 'float', dims: [batch, ...dims] });
  const unit = () => column(...[x.centre, y.centre, x.size, y.size].map((v) => times(v, 1 / side)));
  const QUERIES = 300;
  switch (kind) {
    case 'yolo':
      table(column(x.centre, y.centre, x.size, y.size, ...scores), 6, anchors, 'output0', true);
      return w.model({ images }, { output0: float(6, anchors) });
    case 'yolox': {
      const log = (v: string) => w.op('Log', [times(v, 1 / 8)]);
      table(column(times(x.centre, 1 / 8), times(y.centre, 1 / 8), log(x.size), log(y.size), x.any, ...scores), 7, anchors, 'output');
      return w.model({ images }, { output: float(anchors, 7) });
    }
    case 'yolox decoded': {
      const found = table(column(x.centre, y.centre, x.size, y.size, x.any, ...scores), 7, anchors, 'found');
      // The model has added each cell's own place; where nothing is found, that is all there is. The found one stands in the first cell.
      const cells = [8, 16, 32].flatMap((s) =>
        Array.from({ length: (side / s) ** 2 }, (_, i) => [
          ((i % (side / s)) + 0.5) * s,
          (Math.floor((i * s) / side) + 0.5) * s,
          s,
          s,
          0,
          0,
          0,
        ]),
      );
      cells[0] = [0, 0, 0, 0, 0, 0, 0];
      w.op('Add', [found, w.constant(cells.flat(), 'float', [1, anchors, 7])], {}, 'output');
      return w.model({ images }, { output: float(anchors, 7) });
    }
    case 'boxes':
      table(column(x.from, y.from, x.to, y.to, scores[0], times(x.any, 0)), 6, QUERIES, 'output0');
      return w.model({ images }, { output0: float(QUERIES, 6) });
    case 'queries':
      table(column(unit(), ...scores, times(x.any, 0)), 7, QUERIES, 'output0');
      return w.model({ images }, { output0: float(QUERIES, 7) });
    case 'logits': {
      const logit = scores.map((s) => {
        const held = w.op('Clip', [s, w.constant([0.001], 'float', []), w.constant([0.999], 'float', [])]);
        return w.op('Log', [w.op('Div', [held, w.op('Sub', [one(1), held])])]);
      });
      table(column(...logit), 2, QUERIES, 'logits', false, -9);
      table(unit(), 4, QUERIES, 'pred_boxes');
      return w.model({ images }, { logits: float(QUERIES, 2), pred_boxes: float(QUERIES, 4) });
    }
    case 'deployed': {
      const sizes = w.op('Cast', ['orig_target_sizes'], { to: FLOAT });
      const corners = column(...[x.from, y.from, x.to, y.to].map((v) => times(v, 1 / side)));
      table(w.op('Mul', [corners, w.op('Concat', [sizes, sizes], { axis: 1 })]), 4, QUERIES, 'boxes');
      const flat = w.constant([0, QUERIES], 'int64');
      w.op('Reshape', [table(scores[0], 1, QUERIES, 'scores3'), flat], {}, 'scores');
      w.op('Cast', [w.op('Reshape', [table(times(x.any, 0), 1, QUERIES, 'labels3'), flat])], { to: INT64 }, 'labels');
      return w.model(
        { images, orig_target_sizes: { type: 'int64', dims: [batch, 2] } },
        { labels: { type: 'int64', dims: [batch, QUERIES] }, boxes: float(QUERIES, 4), scores: float(QUERIES) },
      );
    }
  }
}
