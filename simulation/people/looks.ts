import { between, pick, type Random } from '../random.js';
import type { Colour } from '../raster/raster.js';
import type { Looks } from './body.js';

const SKINS: readonly Colour[] = [
  [244, 200, 172],
  [228, 178, 146],
  [198, 142, 108],
  [150, 98, 68],
  [112, 72, 50],
  [86, 56, 40],
];
const HAIRS: readonly Colour[] = [
  [38, 30, 26],
  [62, 44, 32],
  [98, 68, 44],
  [150, 112, 70],
  [24, 22, 24],
  [128, 124, 120],
];
/** Colours people wear. */
export const STREET_COLOURS: readonly Colour[] = [
  [206, 72, 62],
  [52, 98, 168],
  [236, 232, 222],
  [60, 64, 72],
  [78, 138, 96],
  [226, 178, 66],
  [148, 92, 140],
  [110, 150, 188],
  [186, 120, 86],
];
const TROUSERS: readonly Colour[] = [
  [44, 52, 74],
  [40, 40, 44],
  [104, 96, 84],
  [70, 86, 116],
  [150, 138, 116],
];

export function hexColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function athlete(next: Random, colour: Colour, trim: Colour): Looks {
  return {
    heightM: between(next, 1.74, 1.9),
    build: between(next, 0.97, 1.05),
    skin: pick(next, SKINS),
    hair: pick(next, HAIRS.slice(0, 5)),
    longHair: false,
    shirt: colour,
    trim,
    shorts: next() < 0.5 ? colour : [34, 36, 44],
    shoes: pick<Colour>(next, [
      [240, 240, 232],
      [240, 86, 60],
      [190, 230, 60],
    ]),
    sleeve: 0,
    trouser: 0.26,
    bib: [238, 238, 234],
  };
}

export function passerBy(next: Random, shirt: Colour = pick(next, STREET_COLOURS)): Looks {
  return {
    heightM: between(next, 1.58, 1.88),
    build: between(next, 0.98, 1.16),
    skin: pick(next, SKINS),
    hair: pick(next, HAIRS),
    longHair: next() < 0.45,
    shirt,
    trim: shirt,
    shorts: pick(next, TROUSERS),
    shoes: pick<Colour>(next, [
      [50, 46, 44],
      [210, 206, 200],
      [96, 70, 52],
    ]),
    sleeve: next() < 0.5 ? 0.5 : 1,
    trouser: next() < 0.2 ? 0.3 : 1,
  };
}

/** Officials: white shirt, dark trousers. */
export function official(next: Random): Looks {
  return { ...passerBy(next), shirt: [232, 232, 226], trim: [232, 232, 226], shorts: [46, 52, 66], sleeve: 0.5, trouser: 1 };
}
