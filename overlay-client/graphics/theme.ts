import type { Box, Size } from '../../protocol/index.js';

/**
 * One look for all graphics. Designed at 1080 lines; every length is given in design units and scaled by the picture's height, so that
 * a graphic looks the same at 720p and 2160p.
 */
export interface Theme {
  readonly picture: Size;
  /** Picture pixels of one design unit (1 at 1080p, never under a half). */
  readonly unit: number;
  /** Design units as whole picture pixels, at least 1. */
  px(designUnits: number): number;
  /** Where titles may stand: 5 % in from every edge, whole pixels. */
  readonly safe: Box;
}

export const COLOURS = {
  ink: '#0b1020',
  inkSoft: '#1a2440',
  paper: '#ffffff',
  muted: '#aab6d3',
  accent: '#ffd21f',
  accentDeep: '#ff7a1a',
  shadow: '#000000',
} as const;

/** Opacity of card backgrounds: the picture stays felt behind them, the text stays readable on white kit and on snow. */
export const CARD_ALPHA = 0.9;

/** Told apart from each other, and from grass, tartan, water and snow. Used where the roster names no colour. */
const SUBJECT_COLOURS = ['#3ea6ff', '#ff5a5f', '#34d17b', '#ffb020', '#b07cff', '#18d3d3', '#ff7ac8', '#d7e04b'] as const;

export function subjectColour(seed: number): string {
  return SUBJECT_COLOURS[((seed % SUBJECT_COLOURS.length) + SUBJECT_COLOURS.length) % SUBJECT_COLOURS.length]!;
}

const SAFE_SHARE = 0.05;
/** Under 540 lines graphics stay as large as there: smaller text would not be read. */
const UNIT_MIN = 0.5;

export function themeFor(picture: Size): Theme {
  const unit = Math.max(picture.height / 1080, UNIT_MIN);
  const x = Math.round(picture.width * SAFE_SHARE);
  const y = Math.round(picture.height * SAFE_SHARE);
  return {
    picture,
    unit,
    px: (designUnits) => Math.max(1, Math.round(designUnits * unit)),
    safe: { x, y, width: Math.max(1, picture.width - 2 * x), height: Math.max(1, picture.height - 2 * y) },
  };
}
