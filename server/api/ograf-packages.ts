import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { PackageStore } from '../ograf/index.js';
import { UsageError } from '../usage-error.js';
import type { Gate } from './access.js';
import { readBytes } from './body.js';
import { HttpFailure, type Route } from './route.js';
import { sendFile, sendPath } from './static-file.js';

const ZIP_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * A hosted graphic's page runs without an origin and reaches nothing but its own files. `'self'` is this server, whose answers to such a page cannot be
 * read but for those files.
 */
const RUN_POLICY = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

export interface OgrafOptions {
  readonly packages: PackageStore;
  readonly gate: Gate;
  readonly publicDir: string;
  /** The built package of our own graphics. */
  readonly ownPackageDir: string;
}

/** Upload of others' OGraf packages, their files, the page that runs one, and our own graphics as a package to take elsewhere. */
export function ografPackageRoutes(o: OgrafOptions): Route[] {
  let own: Buffer | undefined;
  return [
    {
      method: 'post',
      path: '/api/ograf/packages',
      summary: 'Take in a zipped OGraf package (application/zip, at most 32 MB); its graphics can then be put on channels',
      answers: [
        { status: 200, description: 'The ids of its graphics', type: 'application/json' },
        { status: 400, description: 'Not a package, with the reason', type: 'application/json', schema: 'ErrorReply' },
        { status: 401, description: 'The token is missing or wrong', type: 'application/json', schema: 'ErrorReply' },
      ],
      handle: async (ctx) => {
        const refusal = o.gate.control(ctx.req, 'upload of an OGraf package');
        if (refusal) throw new HttpFailure(refusal.status, refusal.message);
        const zip = await readBytes(ctx.req, ['application/zip'], ZIP_LIMIT_BYTES);
        try {
          ctx.body = { graphics: o.packages.add(zip).map(({ manifest }) => manifest.id) };
        } catch (error) {
          if (error instanceof UsageError) throw new HttpFailure(400, error.message);
          throw error;
        }
      },
    },
    {
      method: 'get',
      path: '/ograf/packages/:name/*path',
      summary: 'A file of a hosted OGraf package',
      answers: [
        { status: 200, description: 'The file' },
        { status: 404, description: 'No such file', type: 'application/json', schema: 'ErrorReply' },
      ],
      handle: async (ctx, { name = '', path = '' }) => {
        const file = o.packages.file(name, path);
        // A page without an origin has to be let in expressly.
        ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
        if (file === undefined || !(await sendPath(ctx, file, 'no-cache'))) throw new HttpFailure(404, 'no such file');
      },
    },
    {
      method: 'get',
      path: '/ograf/run/:id',
      summary: 'The sandboxed page in which a hosted graphic runs, for the overlay page',
      answers: [
        { status: 200, description: 'The page', type: 'text/html' },
        { status: 302, description: 'To the page, with the address of the graphic’s main module' },
        { status: 404, description: 'No such graphic', type: 'application/json', schema: 'ErrorReply' },
      ],
      handle: async (ctx, { id = '' }) => {
        const graphic = o.packages.get(id);
        if (!graphic) throw new HttpFailure(404, `there is no OGraf graphic "${id.slice(0, 50)}" here`);
        const main = `/ograf/packages/${graphic.package}/${graphic.main.split('/').map(encodeURIComponent).join('/')}`;
        if (ctx.query['main'] !== main) {
          ctx.redirect(`/ograf/run/${encodeURIComponent(id)}?main=${encodeURIComponent(main)}`);
          return;
        }
        ctx.set({ 'Content-Security-Policy': RUN_POLICY, 'Cross-Origin-Opener-Policy': 'unsafe-none' });
        if (!(await sendFile(ctx, o.publicDir, 'ograf-run.html', 'no-cache')))
          throw new HttpFailure(500, 'the page is not built: run npm run build');
      },
    },
    {
      method: 'get',
      path: '/ograf/leaderline.zip',
      summary: 'Our graphics as an OGraf package, for other hosts',
      answers: [{ status: 200, description: 'The package', type: 'application/zip' }],
      handle: (ctx) => {
        own ??= Buffer.from(zipSync(Object.fromEntries(filesOf(o.ownPackageDir))));
        ctx.set('Content-Disposition', 'attachment; filename="leaderline-ograf.zip"');
        ctx.type = 'application/zip';
        ctx.body = own;
      },
    },
  ];
}

function filesOf(folder: string): [string, Uint8Array][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]);
}
