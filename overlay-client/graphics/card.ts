import type { Graphics } from 'pixi.js';
import { CARD_ALPHA, SHADOW, type Theme } from './theme.js';

/** Room a card's soft shadow takes on every side, whole pixels. */
export function shadowRoom(theme: Theme): number {
  return theme.px(4);
}

export interface CardLook {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Colour bar at the left edge. */
  readonly bar?: string;
  readonly barWidth?: number;
  readonly alpha?: number;
  /** Background, the theme's card unless told. */
  readonly fill?: string;
  /** Without it where cards stand close together. */
  readonly shadow?: boolean;
  /** Without rounded corners: for pieces of one card. */
  readonly square?: boolean;
}

/** The one card of the theme: translucent, crisp edges, a colour bar, a thin shadow that holds it off a bright picture. */
export function drawCard(g: Graphics, theme: Theme, look: CardLook): void {
  const { x, y, width, height } = look;
  const radius = look.square ? 0 : theme.px(3);
  if (look.shadow !== false) {
    const room = shadowRoom(theme);
    for (let i = 1; i <= 3; i++) {
      const by = (room * i) / 3 - 0.5;
      g.roundRect(x - by, y - by, width + 2 * by, height + 2 * by, radius + by).fill({ color: SHADOW, alpha: 0.07 });
    }
  }
  g.roundRect(x, y, width, height, radius).fill({ color: look.fill ?? theme.colours.card, alpha: look.alpha ?? CARD_ALPHA });
  if (look.bar) g.rect(x, y, look.barWidth ?? theme.px(6), height).fill({ color: look.bar });
}
