import { DOMAdapter, Texture } from 'pixi.js';

/** Texture pixels along the whole line. */
export const RAMP_LENGTH = 256;
const HEIGHT = 4;
/** Share of the line over which it fades at either end. */
const FADE = 0.06;
/** From here to as far from the other end, the line has its plain colour. */
const PLAIN = 0.24;
/** Cuts are rounded to whole pixels: so far into the ramp nobody sees its colour change. */
const ROUNDED = 0.02;

/** Where the ramp changes its course, as shares of the line. */
export const RAMP_CORNERS = [FADE, PLAIN, 1 - PLAIN, 1 - FADE] as const;

/** True where the ramp has one colour, between two shares of the line's length: it is then not needed. */
export function isPlain(a: number, b: number): boolean {
  return Math.min(a, b) >= PLAIN - ROUNDED && Math.max(a, b) <= 1 - PLAIN + ROUNDED;
}

/** The line's colour along its length: the brand colour in the middle, deeper towards the ends, nothing at the very ends. */
export function rampTexture(colour: string, endColour: string): Texture {
  const canvas = DOMAdapter.get().createCanvas(RAMP_LENGTH, HEIGHT);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('overlay: this canvas has no 2d context to draw the leader line with');
  const gradient = context.createLinearGradient(0, 0, RAMP_LENGTH, 0);
  gradient.addColorStop(0, `${endColour}00`);
  gradient.addColorStop(FADE * 0.5, `${endColour}90`);
  gradient.addColorStop(FADE, endColour);
  gradient.addColorStop(PLAIN, colour);
  gradient.addColorStop(1 - PLAIN, colour);
  gradient.addColorStop(1 - FADE, endColour);
  gradient.addColorStop(1 - FADE * 0.5, `${endColour}90`);
  gradient.addColorStop(1, `${endColour}00`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, RAMP_LENGTH, HEIGHT);
  return Texture.from({ resource: canvas, addressMode: 'repeat' }, true);
}
