import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/** A message of Chromium's that is longer than this is nobody's picture: the connection is given up. */
const MESSAGE_MAX_BYTES = 256 * 1024 * 1024;

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
  sessionId: z.string().optional(),
});

export type Params = Readonly<Record<string, unknown>>;
/** An event of the browser, or of the page with this session. */
export type EventListener = (method: string, params: Params, session: string | undefined) => void;

interface Waiting {
  readonly resolve: (result: Params) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Chromium's DevTools protocol over two pipes (`--remote-debugging-pipe`), JSON closed by a zero byte each: no port that anything else on the machine could
 * reach, and when the pipes close, with this process for whatever reason, Chromium ends.
 */
export class Cdp {
  readonly #out: Writable;
  readonly #onEvent: EventListener;
  readonly #waiting = new Map<number, Waiting>();
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #id = 0;
  #closed: Error | undefined;

  constructor(out: Writable, input: Readable, onEvent: EventListener) {
    this.#out = out;
    this.#onEvent = onEvent;
    input.on('data', (bytes: Buffer) => this.#read(bytes));
    // Pipes break when the browser ends: whoever started it knows more of that, and closes this.
    for (const stream of [out, input]) stream.on('error', () => {});
  }

  /** @param withinMs the answer's. @throws Error with one line: refused, late, or no browser. */
  send(method: string, params: Params, session: string | undefined, withinMs: number): Promise<Params> {
    if (this.#closed) return Promise.reject(this.#closed);
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`the browser does not answer ${method} within ${withinMs / 1000} s`));
      }, withinMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#out.write(`${JSON.stringify({ id, method, params, ...(session !== undefined && { sessionId: session }) })}\0`);
    });
  }

  close(why: Error): void {
    this.#closed ??= why;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#waiting.clear();
    this.#parts = [];
  }

  #read(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      this.#parts.push(bytes.subarray(from, end));
      from = end + 1;
      const text = Buffer.concat(this.#parts).toString();
      this.#parts = [];
      this.#partsBytes = 0;
      this.#take(text);
    }
    this.#parts.push(bytes.subarray(from));
    this.#partsBytes += bytes.length - from;
    if (this.#partsBytes > MESSAGE_MAX_BYTES) this.close(new Error('the browser sends too much'));
  }

  #take(text: string): void {
    if (this.#closed) return;
    const { id, method, params = {}, result = {}, error, sessionId } = Message.parse(JSON.parse(text));
    if (id === undefined) {
      if (method !== undefined) this.#onEvent(method, params, sessionId);
      return;
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(new Error(`the browser refuses: ${error.message.split('\n')[0]}`));
    else waiting.resolve(result);
  }
}
