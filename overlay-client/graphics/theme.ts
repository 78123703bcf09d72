import type { Box, Look, Size } from '../../protocol/index.js';

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
  readonly colours: Palette;
}

/** What a look's colours are for; every graphic takes its colours from here. */
export interface Palette {
  /** Background of cards, and of a card's heading or chips. */
  readonly card: string;
  readonly cardSoft: string;
  /** Text on cards. */
  readonly text: string;
  readonly muted: string;
  /** The look's one strong colour as a surface; what is written on it; and the same hue as text on a card. */
  readonly accent: string;
  readonly onAccent: string;
  readonly accentText: string;
}

/** The same in every look: what lies on the picture itself. */
export const INK = '#0b1020';
export const PAPER = '#ffffff';
export const SHADOW = '#000000';
export const ACCENT = '#ffd21f';
export const ACCENT_DEEP = '#ff7a1a';

const DARK = { card: INK, cardSoft: '#1a2440', text: PAPER, muted: '#aab6d3' } as const;
const LIGHT = { card: '#f7f9fd', cardSoft: '#dfe6f3', text: INK, muted: '#4d5a78' } as const;
/** Contrast that large text needs (WCAG 2.2, 1.4.3). */
const READABLE = 3;
/** Contrast at which an edge is seen at all. */
const SEEN = 1.3;

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

/** Dark or light text, whichever stands out from a background. */
export function readableOn(background: string): string {
  return luminance(background) > 0.28 ? INK : PAPER;
}

/** Relative luminance of `#rrggbb` (WCAG 2.2), 0 to 1. */
function luminance(colour: string): number {
  const channel = (at: number): number => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Contrast of two colours (WCAG 2.2), 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** A competitor's colour as a line on a card: moved towards the card's text colour until it stands out. */
export function visibleOn(colour: string, colours: Pick<Palette, 'card' | 'text'>): string {
  return standingOut(colour, colours, READABLE);
}

/** A competitor's colour as a bar or chip: as it is, but for white on white and black on black. */
export function surfaceOn(colour: string, colours: Pick<Palette, 'card' | 'text'>): string {
  return standingOut(colour, colours, SEEN);
}

function standingOut(colour: string, { card, text }: Pick<Palette, 'card' | 'text'>, needed: number): string {
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = mix(colour, text, share);
    if (contrast(mixed, card) >= needed) return mixed;
  }
  return text;
}

/** @param share of the second colour, 0 to 1. */
export function mix(a: string, b: string, share: number): string {
  const channel = (at: number): string => {
    const [from, to] = [a, b].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(from! + (to! - from!) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

function paletteFor({ mode, accent = ACCENT }: Look): Palette {
  const base = mode === 'light' ? LIGHT : DARK;
  const accentText = contrast(accent, base.card) >= READABLE ? accent : base.text;
  return { ...base, accent, onAccent: readableOn(accent), accentText };
}

/** @param look dark cards with the usual accent where it is not told. */
export function themeFor(picture: Size, look: Look = { mode: 'dark' }): Theme {
  const unit = Math.max(picture.height / 1080, UNIT_MIN);
  const x = Math.round(picture.width * SAFE_SHARE);
  const y = Math.round(picture.height * SAFE_SHARE);
  return {
    picture,
    unit,
    px: (designUnits) => Math.max(1, Math.round(designUnits * unit)),
    safe: { x, y, width: Math.max(1, picture.width - 2 * x), height: Math.max(1, picture.height - 2 * y) },
    colours: paletteFor(look),
  };
}
