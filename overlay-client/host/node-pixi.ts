import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Canvas, createCanvas, DOMMatrix, GlobalFonts, loadImage } from '@napi-rs/canvas';
import type { ICanvas } from 'pixi.js';
import { FONT_SUBSETS, FONT_WEIGHTS, fontFamily, fontFile } from '../graphics/fonts.js';

let installed: Promise<void> | undefined;

/**
 * Makes PixiJS run in Node, drawing with Skia, and registers the bundled fonts. PixiJS looks at a few globals while it is being imported,
 * so import it (and whatever imports it) dynamically, after this has resolved.
 */
export function installNodePixi(): Promise<void> {
  installed ??= install();
  return installed;
}

async function install(): Promise<void> {
  defineMissing('navigator', { userAgent: 'node' });
  defineMissing('DOMMatrix', DOMMatrix);
  // The server's canvas passes as an OffscreenCanvas: unlike an HTMLCanvasElement, that needs no document around it.
  defineMissing('HTMLCanvasElement', class {});
  defineMissing('OffscreenCanvas', createCanvas(1, 1).constructor);
  const { DOMAdapter, Ticker } = await import('pixi.js');
  // A running ticker needs requestAnimationFrame and would keep the process alive; frames are drawn when asked for.
  Ticker.system.autoStart = false;
  Ticker.system.stop();
  DOMAdapter.set({
    ...DOMAdapter.get(),
    createCanvas: nodeCanvas,
    createImage: () => {
      throw new Error('overlay: graphics use no image files');
    },
    getNavigator: () => ({ userAgent: 'node', gpu: null }),
    getBaseUrl: () => 'file:///',
    getFontFaceSet: () => null,
  });
  registerFonts();
}

/** A Skia canvas, as PixiJS takes one. */
export function nodeCanvas(width = 1, height = 1): ICanvas {
  return forPixi(createCanvas(Math.max(1, Math.ceil(width)), Math.max(1, Math.ceil(height))));
}

/**
 * A decoded picture, on a canvas as PixiJS takes one.
 * @throws Error with one line when the bytes cannot be decoded.
 */
export async function decodeImage(bytes: Buffer): Promise<ICanvas> {
  const image = await loadImage(bytes).catch(() => {
    throw new Error('damaged: save it again as PNG');
  });
  const canvas = createCanvas(Math.max(1, image.width), Math.max(1, image.height));
  canvas.getContext('2d').drawImage(image, 0, 0);
  return forPixi(canvas);
}

function forPixi(canvas: Canvas): ICanvas {
  // Asked for a context it does not have, the package throws; PixiJS, which tries WebGL first, expects null as in a browser.
  const getContext = canvas.getContext.bind(canvas);
  Object.defineProperty(canvas, 'getContext', { value: (kind: string) => (kind === '2d' ? getContext('2d') : null) });
  if (!drawsLikeABrowser(canvas)) throw new Error('overlay: @napi-rs/canvas has no 2d context: reinstall the packages with npm ci');
  return canvas;
}

/** The two packages describe the same interface in types of their own. */
function drawsLikeABrowser(canvas: object): canvas is ICanvas {
  return 'getContext' in canvas && typeof canvas.getContext === 'function';
}

function defineMissing(name: string, value: unknown): void {
  if (name in globalThis) return;
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

function registerFonts(): void {
  const folder = fontFolder();
  for (const weight of FONT_WEIGHTS) {
    for (const subset of FONT_SUBSETS) {
      const path = join(folder, fontFile(subset, weight));
      if (!GlobalFonts.registerFromPath(path, fontFamily(subset, weight)))
        throw new Error(`overlay: the bundled font ${path} cannot be read: reinstall leaderline`);
    }
  }
}

/** `assets/fonts/` of the installed package. */
export function fontFolder(): string {
  return join(packageRoot(), 'assets', 'fonts');
}

/** Folder of the nearest package.json above this file, built or not. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('overlay: no package.json above the program: assets/fonts/ cannot be found');
    folder = above;
  }
  return folder;
}
