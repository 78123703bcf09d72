import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type Koa from 'koa';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  map: 'application/json',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  ttf: 'font/ttf',
  otf: 'font/otf',
  woff: 'font/woff',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
  m3u8: 'application/vnd.apple.mpegurl',
  ts: 'video/mp2t',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  vtt: 'text/vtt; charset=utf-8',
};

/**
 * Sends one file of a folder. Every part of the path must be a plain name that does not start with a dot, so none can leave the folder;
 * endings that are not in the list are not served.
 * @returns false (nothing sent) when there is no such file.
 */
export async function sendFile(context: Koa.Context, folder: string, path: string, cacheControl: string): Promise<boolean> {
  const parts = path.split('/');
  if (parts.length > 6 || !parts.every((part) => /^[\w-][\w.-]{0,120}$/.test(part))) return false;
  return await sendPath(context, join(folder, ...parts), cacheControl);
}

/**
 * Sends a file that may be sent, whatever it is called; endings that are not in the list are not served.
 * @returns false (nothing sent) when there is no such file.
 */
export async function sendPath(context: Koa.Context, path: string, cacheControl: string): Promise<boolean> {
  const type = TYPES[/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (type === undefined) return false;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return false;
  }
  const tag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`;
  context.set('Cache-Control', cacheControl);
  context.set('ETag', tag);
  context.type = type;
  if (context.get('If-None-Match') === tag) {
    await file.close();
    context.status = 304;
    return true;
  }
  context.length = stat.size;
  context.body = stat.size === 0 ? Buffer.alloc(0) : file.createReadStream({ end: stat.size - 1 });
  if (stat.size === 0) await file.close();
  return true;
}
