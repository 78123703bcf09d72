#!/usr/bin/env node
// Builds dist/: types checked and emitted, WebAssembly kernels compiled, pages bundled. About two seconds; no network.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['protocol', 'media', 'tracking', 'overlay-client', 'simulation', 'server', 'test', 'tools'];

/** Every file under the source folders whose name ends so. */
function sources(ending) {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith(ending)) found.push(path);
    }
  };
  for (const name of SOURCES) if (existsSync(join(root, name))) walk(join(root, name));
  return found;
}

/** True when dist/ is older than any source. */
export function isStale() {
  const stamp = join(root, 'dist', '.built');
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const watched = [...sources(''), join(root, 'package-lock.json'), join(root, 'tsconfig.json')];
  return watched.some((path) => existsSync(path) && statSync(path).mtimeMs > built);
}

/** @returns true when everything was built. */
export async function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  return (await compileKernels()) && compileTypes() && (await bundlePages()) && (await packOgraf()) && stamp();
}

/** `x.as.ts` (AssemblyScript) → `dist/…/x.wasm`. */
async function compileKernels() {
  for (const file of sources('.as.ts')) {
    const { default: asc } = await import('assemblyscript/asc');
    const out = join(root, 'dist', relative(root, file).replace(/\.as\.ts$/, '.wasm'));
    mkdirSync(dirname(out), { recursive: true });
    const args = [
      relative(root, file),
      '--outFile',
      relative(root, out),
      '--optimizeLevel',
      '3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--baseDir',
      root,
    ];
    const { error, stderr } = await asc.main(args);
    if (error) {
      console.error(`${relative(root, file)}: ${error.message}\n${stderr.toString()}`);
      return false;
    }
  }
  return true;
}

function compileTypes() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  return spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' }).status === 0;
}

/** overlay-client/pages/NAME/main.ts → dist/public/NAME.js, with the pages' HTML, styles and assets beside them. */
async function bundlePages() {
  const pages = join(root, 'overlay-client', 'pages');
  if (!existsSync(pages)) return true;
  const { build: bundle } = await import('esbuild');
  const names = readdirSync(pages).filter((name) => existsSync(join(pages, name, 'main.ts')));
  const out = join(root, 'dist', 'public');
  await bundle({
    entryPoints: names.map((name) => ({ in: join(pages, name, 'main.ts'), out: name })),
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const name of readdirSync(pages, { recursive: true })) {
    const path = String(name);
    if (/\.(html|css|svg|png)$/.test(path)) cpSync(join(pages, path), join(out, path.split(/[\\/]/).at(-1)));
  }
  return true;
}

/** The OGraf package: one shared module and the fonts; a main module and a manifest for each graphic → dist/ograf/. */
async function packOgraf() {
  const entry = join(root, 'overlay-client', 'ograf', 'package.ts');
  const { build: bundle } = await import('esbuild');
  const out = join(root, 'dist', 'ograf');
  await bundle({
    entryPoints: { leaderline: entry },
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  });
  const { graphicTypes } = await import(pathToFileURL(join(root, 'dist/overlay-client/graphics/registry.js')).href);
  const { packageManifest } = await import(pathToFileURL(join(root, 'dist/overlay-client/ograf/manifest.js')).href);
  for (const type of graphicTypes) {
    writeFileSync(join(out, `${type}.ograf.json`), `${JSON.stringify(packageManifest(type), null, 2)}\n`);
    writeFileSync(join(out, `${type}.mjs`), `import { ografGraphic } from './leaderline.mjs';\nexport default ografGraphic('${type}');\n`);
  }
  cpSync(join(root, 'assets', 'fonts'), join(out, 'fonts'), { recursive: true });
  return true;
}

function stamp() {
  writeFileSync(join(root, 'dist', '.built'), '');
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = (await build()) ? 0 : 1;
