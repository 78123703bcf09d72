import type { GraphicState } from '../../protocol/index.js';
import { createBrowserOverlay } from '../browser.js';
import { raceFrame, raceScene, SMALL_HD } from './race.js';

/** Runs in a page, for tests: draws the race's frame 99 with these graphics, with the renderer asked for, on the page's canvas. */
async function drawRace(graphics: readonly GraphicState[], preference: 'webgl' | 'canvas', fontBase: string): Promise<string> {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const overlay = await createBrowserOverlay(canvas, raceScene(SMALL_HD), { preference, fontBase });
  for (let i = 0; i < 99; i++) overlay.observe(raceFrame(SMALL_HD, i), graphics);
  overlay.render(raceFrame(SMALL_HD, 99), graphics);
  return overlay.renderer;
}

Object.assign(globalThis, { drawRace });
