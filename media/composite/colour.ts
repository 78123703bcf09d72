import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { Colour } from '../frame.js';

/**
 * R'G'B' (0–255, full range) → one Y'CbCr sample in a picture's own code values: `r·R + g·G + b·B + base`.
 */
export interface SampleWeights {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly base: number;
}

export interface ColourWeights {
  readonly y: SampleWeights;
  readonly u: SampleWeights;
  readonly v: SampleWeights;
  /** Code values of black, of white, and of no colour. */
  readonly black: number;
  readonly white: number;
  readonly neutral: number;
}

/** Luma weights of red and blue: ITU-R BT.601-7, BT.709-6, BT.2020-2 (non-constant luminance). */
const LUMA: Readonly<Record<Colour['matrix'], { readonly red: number; readonly blue: number }>> = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
};

/** Weights for a matrix, range and bit depth, quantised as the recommendations say (limited: 16–235, 16–240 in 8 bits, times 2^(depth−8)). */
export function colourWeights(colour: Pick<Colour, 'matrix' | 'range'>, format: Pick<PictureFormat, 'depth'>): ColourWeights {
  const { red, blue } = LUMA[colour.matrix];
  const green = 1 - red - blue;
  const unit = 2 ** (format.depth - 8);
  const full = colour.range === 'full';
  const top = 2 ** format.depth - 1;
  const black = full ? 0 : 16 * unit;
  const white = full ? top : 235 * unit;
  const neutral = 128 * unit;
  const yScale = (white - black) / 255;
  const cScale = (full ? top : 224 * unit) / 255;
  const u = cScale / (2 * (1 - blue));
  const v = cScale / (2 * (1 - red));
  return {
    y: { r: red * yScale, g: green * yScale, b: blue * yScale, base: black },
    u: { r: -red * u, g: -green * u, b: (1 - blue) * u, base: neutral },
    v: { r: (1 - red) * v, g: -green * v, b: -blue * v, base: neutral },
    black,
    white,
    neutral,
  };
}

/** An 8-bit Y'CbCr sample → R'G'B': what {@link colourWeights} does, turned round. Numbers as `warpPicture` in `pictures.as.ts` takes them. */
export function rgbWeights(colour: Pick<Colour, 'matrix' | 'range'>): readonly [number, number, number, number, number, number, number] {
  const { red, blue } = LUMA[colour.matrix];
  const green = 1 - red - blue;
  const full = colour.range === 'full';
  const chroma = full ? 1 : 255 / 224;
  const v = 2 * (1 - red) * chroma;
  const u = 2 * (1 - blue) * chroma;
  return [full ? 0 : 16, full ? 1 : 255 / 219, v, (-u * blue) / green, (-v * red) / green, u, 128];
}
