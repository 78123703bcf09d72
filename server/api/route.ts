import type Koa from 'koa';

/** One address of the HTTP API: what it does, said once for the router and for `/openapi.json`. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As `@koa/router` reads it: `/api/channels/:id`, `/assets/*path`. */
  readonly path: string;
  readonly summary: string;
  /** Name of the component schema of the JSON body it takes. */
  readonly takes?: string;
  /** The body may be left out. */
  readonly takesOptionally?: boolean;
  /** Media types of a body that is not JSON alone. */
  readonly types?: readonly string[];
  /** It changes something: from other machines it needs the token. */
  readonly acts?: boolean;
  readonly answers: readonly Answer[];
  readonly handle: (context: Koa.Context, params: Readonly<Record<string, string>>) => Promise<void> | void;
}

export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Media type; absent: no body worth describing. */
  readonly type?: string;
  /** Name of a component schema. */
  readonly schema?: string;
}

/** A failure that the client is told about in one line; `status` is the HTTP status. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const JSON_TYPE = 'application/json';

export function sendJson(ctx: Koa.Context, status: number, body: object): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.type = JSON_TYPE;
  ctx.body = JSON.stringify(body);
}
