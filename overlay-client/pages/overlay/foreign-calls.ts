/** What passes between the overlay page and the frame a hosted graphic runs in. */

/** `ping` is answered by the frame itself: whether its graphic leaves it time to. */
export type Method = 'load' | 'playAction' | 'updateAction' | 'stopAction' | 'dispose' | 'ping';
const METHODS: readonly string[] = ['load', 'playAction', 'updateAction', 'stopAction', 'dispose', 'ping'] satisfies Method[];

export interface Call {
  /** From 1; the answer carries it. */
  readonly id: number;
  readonly method: Method;
  readonly params: object;
}

/** As OGraf's return payload; 550: the graphic threw. */
export interface Answer {
  readonly statusCode: number;
  readonly statusMessage: string;
}

export function isCall(data: unknown): data is Call {
  if (typeof data !== 'object' || data === null) return false;
  const method: unknown = Reflect.get(data, 'method');
  return (
    typeof Reflect.get(data, 'id') === 'number' &&
    typeof method === 'string' &&
    METHODS.includes(method) &&
    typeof Reflect.get(data, 'params') === 'object'
  );
}

/** Numbers of answers that no call asked for: the frame is ready; its graphic threw between calls. */
export const READY = 0;
export const THREW = -1;

/** The answer to a call, with the call's id, {@link READY} or {@link THREW}. */
export function readAnswer(data: unknown): (Answer & { readonly answers: number }) | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const answers: unknown = Reflect.get(data, 'answers');
  const statusCode: unknown = Reflect.get(data, 'statusCode');
  const statusMessage: unknown = Reflect.get(data, 'statusMessage');
  if (typeof answers !== 'number' || typeof statusCode !== 'number' || typeof statusMessage !== 'string') return undefined;
  return { answers, statusCode, statusMessage };
}
