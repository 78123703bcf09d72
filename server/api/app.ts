import Router from '@koa/router';
import Koa from 'koa';
import type { Gate } from './access.js';
import { HttpFailure, type Route } from './route.js';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** The HTTP side: security headers, who may reach it, the routes, and failures as one line of JSON. */
export function createApp(routes: readonly Route[], gate: Gate, log: (line: string) => void): Koa {
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    });
    try {
      const refusal = gate.reach(ctx.req, ctx.method !== 'GET' && ctx.method !== 'HEAD');
      if (refusal) throw new HttpFailure(refusal.status, refusal.message);
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new HttpFailure(404, 'there is nothing at this address');
    } catch (error) {
      fail(ctx, error, log);
    }
  });
  const router = new Router({ sensitive: true });
  for (const route of routes) router[route.method](route.path, async (ctx) => await route.handle(ctx, ctx.params));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

function fail(ctx: Koa.Context, error: unknown, log: (line: string) => void): void {
  const known = error instanceof HttpFailure || (error instanceof URIError && new HttpFailure(400, 'the address is malformed'));
  const failure = error instanceof HttpFailure ? error : known instanceof HttpFailure ? known : new HttpFailure(500, 'internal error');
  if (failure.status >= 500)
    log(`${failure.status} ${ctx.method} ${ctx.path.slice(0, 200)}: ${error instanceof Error ? error.message : String(error)}`);
  if (failure.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
  if (failure.status === 413 || failure.status === 408) ctx.set('Connection', 'close');
  ctx.set('Cache-Control', 'no-store');
  ctx.status = failure.status;
  ctx.type = 'application/json';
  ctx.body = JSON.stringify({ error: failure.message });
}
