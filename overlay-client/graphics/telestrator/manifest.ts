import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { choice, colour, ografManifest } from '../ograf.js';
import { ACCENT } from '../theme.js';

/** One thing drawn by hand. */
export const Stroke = z.strictObject({
  tool: choice('Tool', { pen: 'Pen', arrow: 'Arrow', circle: 'Circle', ring: 'Ring', spotlight: 'Spotlight' }).default('pen'),
  anchor: choice('Stuck to', { ground: 'The ground', subject: 'A subject', screen: 'The screen' }).default('ground'),
  /** Whom it goes with, where it is stuck to a subject. */
  trackId: z.number().int().min(0).max(0xffffffff).default(0).meta({ title: 'Track of the subject' }),
  /**
   * x, y, x, y, … On the ground: metres (pixels of the reference picture where nothing is calibrated). With a subject: the same, from where it
   * stands. On the screen: both in heights of the picture. Circle, ring and spotlight: middle, then a place on the edge.
   */
  points: z.array(z.number().min(-1_000_000).max(1_000_000)).max(400).default([]).meta({ title: 'Points: x, y, x, y, …' }),
  colour: colour('Colour').default(ACCENT),
  /** Width of the line at 1080 lines; on the ground it is seen in perspective. */
  width: z.number().min(1).max(40).default(9).meta({ title: 'Width' }),
  /** Media time it was drawn at, microseconds: it appears then, and fades from then on. 0: it was always there. */
  atUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).meta({ title: 'Drawn at (µs)' }),
});
export type Stroke = z.infer<typeof Stroke>;

export const TelestratorData = z.strictObject({
  strokes: z.array(Stroke).max(60).default([]).meta({ title: 'Strokes' }),
  fadeS: z.number().min(0).max(120).default(0).meta({ title: 'Each goes after (s), 0: stays' }),
});
export type TelestratorData = z.infer<typeof TelestratorData>;

export const telestrator: GraphicDefinition<typeof TelestratorData> = {
  data: TelestratorData,
  manifest: ografManifest(
    'telestrator',
    'Telestrator',
    'Pen, arrow, circle, ring and spotlight, drawn by hand, stuck to the ground, a subject or the screen.',
    TelestratorData,
  ),
};
