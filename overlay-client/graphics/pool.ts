import { Graphics } from 'pixi.js';

/**
 * Graphics are reused, never destroyed: PixiJS 8.22's canvas renderer holds on to every one it has drawn once, so that a channel that
 * makes new ones for each visitor or each cut would grow without end.
 */
const free: Graphics[] = [];

export function takeGraphics(): Graphics {
  return free.pop() ?? new Graphics();
}

/** @param graphics must not be used again by who gives it back. */
export function releaseGraphics(graphics: Graphics): void {
  graphics.removeFromParent();
  graphics.clear();
  graphics.position.set(0, 0);
  graphics.alpha = 1;
  free.push(graphics);
}
