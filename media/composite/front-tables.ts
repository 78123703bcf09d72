/** Numbers that stay the same, for `front.as.ts`; what they mean besides is said there. */

/** Log odds are counted in so many parts. */
export const ODDS = 256;
/** Log odds from which somebody is seen rather than the ground, and over which a share goes from low to high. */
export const FROM = 0.6;
const SOFT = 0.3;
/** Steps of log odds for which shares are kept ready, and the odds the last of them stands for. */
const STEPS = 1024;
const WIDEST = 4;
/** Levels of luma over which a neighbour is taken to belong to something else. */
const ALIKE = 18;
/** Levels by which luma, and both chromas together, differ from frame to frame; in shadows less of chroma is left to differ. */
const LUMA_SPREAD = 5;
const CHROMA_SPREAD = 6;
const SHADED_CHROMA_SPREAD = 5;
/** How much likelier a colour can be on the ground that was seen there, lit and in a shadow together; how much at least; steps of one. */
const LIKELIEST = 30;
const OTHERWISE = 0.05;
const STEPS_OF_ONE = 32;

/** Gaussians over whole levels. */
export const LUMA_BELL = bell(LUMA_SPREAD);
export const CHROMA_BELL = bell(CHROMA_SPREAD);
export const SHADED_BELL = bell(SHADED_CHROMA_SPREAD);

/** Log odds, in {@link ODDS}, by how much likelier a colour is on this ground than anywhere, in steps. */
export const PAST_SAYS = Int16Array.from(
  { length: (LIKELIEST + 1) * STEPS_OF_ONE },
  (_, i) => -ODDS * Math.log(Math.max(OTHERWISE, i / STEPS_OF_ONE)),
);

/** How much a neighbour counts, by the difference of luma, from -255 on. */
export const WEIGHTS = Float32Array.from({ length: 511 }, (_, i) => Math.exp(-Math.abs(i - 255) / ALIKE));

/** The share somebody has of a pixel, of 255, by step of log odds. */
export const SHARES = Uint8Array.from({ length: STEPS + 1 }, (_, i) =>
  Math.round(255 / (1 + Math.exp((WIDEST - (2 * WIDEST * i) / STEPS + FROM) / SOFT))),
);

function bell(spread: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, off) => Math.exp(-0.5 * (off / spread) ** 2));
}
