import { createBrowserOverlay } from '../browser.js';
import { on, raceFrame, raceScene, SMALL_HD } from './race.js';

/** Runs in a page, for tests: draws the race's frame 99 as `types` say, with the renderer asked for, on the page's canvas. */
async function drawRace(types: readonly string[], preference: 'webgl' | 'canvas', fontBase: string): Promise<string> {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const overlay = await createBrowserOverlay(canvas, raceScene(SMALL_HD), { preference, fontBase });
  const graphics = types.map((type) => on(type));
  for (let i = 0; i < 99; i++) overlay.observe(raceFrame(SMALL_HD, i), graphics);
  overlay.render(raceFrame(SMALL_HD, 99), graphics);
  return overlay.renderer;
}

Object.assign(globalThis, { drawRace });
