import type { Feet } from './feet.js';

/** Shares of the picture's width that an arrow moves the cross by; with Shift the second. */
const STEP = 1 / 100;
const FINE_STEP = 1 / 1920;

/** The preview by keyboard, while clicks in it say what lies under the feet. */
export function listenToCross(sheet: HTMLCanvasElement, feet: Feet, repaint: () => void): void {
  sheet.addEventListener('focus', () => {
    // A click focuses as well, and shows where it is by itself.
    if (sheet.matches(':focus-visible')) feet.moveCross(0, 0);
    repaint();
  });
  sheet.addEventListener('blur', () => {
    feet.hideCross();
    repaint();
  });
  sheet.addEventListener('keydown', (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (feet.tool === 'none' || !(way || event.key === 'Enter' || event.key === ' ')) return;
    event.preventDefault();
    const [dx = 0, dy = 0] = way ?? [];
    const step = event.shiftKey ? FINE_STEP : STEP;
    if (way) feet.moveCross(dx * step, dy * step);
    else feet.clickCross();
    repaint();
  });
}
