import { Ramp } from '../ramp.js';

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
export function lineRamp(colour: string, endColour: string): Ramp {
  return new Ramp([
    { at: 0, colour: `${endColour}00` },
    { at: FADE * 0.5, colour: `${endColour}90` },
    { at: FADE, colour: endColour },
    { at: PLAIN, colour },
    { at: 1 - PLAIN, colour },
    { at: 1 - FADE, colour: endColour },
    { at: 1 - FADE * 0.5, colour: `${endColour}90` },
    { at: 1, colour: `${endColour}00` },
  ]);
}
