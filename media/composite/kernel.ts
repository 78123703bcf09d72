import { readFileSync } from 'node:fs';

const PAGE = 65_536;
/** Kernels read and write up to a block beyond the end. */
const SLACK = 64;

/** What `planes.as.ts` exports. Addresses are bytes in its memory. */
interface Calls {
  firstFree(): number;
  setDepth(depth: number): void;
  setWeight(index: number, value: number): void;
  place(rgba: number, w: number, h: number, left: number, top: number, to: number, width: number, height: number): void;
  luma(rgba: number, width: number, height: number, keep: number, add: number, blocks: number): void;
  chromaHalf(rgba: number, width: number, height: number, rows: number, keep: number, addU: number, addV: number, blocks: number): void;
  chromaFull(rgba: number, width: number, height: number, addU: number, addV: number): void;
  findSpans(blocks: number, perRow: number, rows: number, step: number, gap: number, out: number): number;
  blendSpans(
    samples: number,
    isWide: boolean,
    step: number,
    shift: number,
    spans: number,
    count: number,
    keep: number,
    add: number,
    shares: number,
  ): void;
  halveShares(shares: number, width: number, height: number, rows: number, to: number): void;
  fixedAdd(keep: number, value: number, count: number, addTo: number): void;
}

const NAMES: readonly (keyof Calls)[] = [
  ...(['firstFree', 'setDepth', 'setWeight', 'place', 'luma', 'chromaHalf', 'chromaFull', 'findSpans'] as const),
  ...(['blendSpans', 'halveShares', 'fixedAdd'] as const),
];

/** A stretch of the kernel's memory. */
export interface Stretch {
  readonly at: number;
  readonly bytes: number;
}

let compiled: WebAssembly.Module | undefined;

/** A compositor's WebAssembly kernel and its memory: converted layers stay there, rows of pictures pass through it. */
export class Kernel {
  readonly calls: Calls;
  readonly #memory: WebAssembly.Memory;
  readonly #idle = new Map<number, number[]>();
  #end: number;
  /** The whole memory. Another view after each {@link take}. */
  bytes: Uint8Array;
  words: Uint16Array;
  ints: Int32Array;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./planes.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, {});
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory) || !isCalls(exports))
      throw new Error('planes.wasm is not the kernel this version was built with');
    this.calls = exports;
    this.#end = Math.ceil(exports.firstFree() / 16) * 16;
    this.#memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint16Array(memory.buffer);
    this.ints = new Int32Array(memory.buffer);
  }

  /** At least so many bytes, on a 16-byte boundary, undefined. */
  take(bytes: number): Stretch {
    // Few sizes, so that what one layer gave back fits another: at most a quarter too large.
    const unit = 2 ** Math.max(10, Math.floor(Math.log2(bytes + SLACK)) - 2);
    const size = Math.ceil((bytes + SLACK) / unit) * unit;
    const idle = this.#idle.get(size)?.pop();
    if (idle !== undefined) return { at: idle, bytes: size };
    const at = this.#end;
    this.#end += size;
    if (this.#memory.buffer.byteLength < this.#end) {
      this.#memory.grow(Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE));
      this.bytes = new Uint8Array(this.#memory.buffer);
      this.words = new Uint16Array(this.#memory.buffer);
      this.ints = new Int32Array(this.#memory.buffer);
    }
    return { at, bytes: size };
  }

  /** A stretch of at least so many bytes in place of another, which may be the same. */
  retake(former: Stretch | undefined, bytes: number): Stretch {
    if (former && former.bytes >= bytes + SLACK && former.bytes <= 2 * (bytes + 4 * PAGE)) return former;
    if (former) this.give(former);
    return this.take(bytes);
  }

  /** Gives memory back to be taken again. */
  give({ at, bytes }: Stretch): void {
    const idle = this.#idle.get(bytes);
    if (idle) idle.push(at);
    else this.#idle.set(bytes, [at]);
  }
}

function isCalls(exports: WebAssembly.Exports): exports is WebAssembly.Exports & Calls {
  return NAMES.every((name) => typeof exports[name] === 'function');
}
