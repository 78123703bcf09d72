import type { ChannelScene, Point } from '../../../protocol/index.js';
import type { Moment, Shown } from './interpolate.js';
import type { PlanView } from './plan.js';

/** Told apart from each other on the dark plan. */
const COLOURS = ['#ff6b6b', '#ffd21f', '#43d98a', '#59a8ff', '#c79bff', '#2fd6d6', '#ff8fd0', '#d6e04b'];

/** A subject's colour: the roster's, or by its lane in the roster, or by its track. */
export function colourOf(scene: ChannelScene, s: { readonly trackId: number; readonly rosterIndex: number }): string {
  return scene.roster[s.rosterIndex]?.colour ?? COLOURS[(s.rosterIndex >= 0 ? s.rosterIndex : s.trackId) % COLOURS.length] ?? '#ffffff';
}

/** Draws paths and dots. On a floor nobody has a name or a number. */
export function drawMoving(c: CanvasRenderingContext2D, scene: ChannelScene, moment: Moment, view: PlanView): void {
  c.clearRect(0, 0, view.width, view.height);
  const radius = Math.max(8, Math.min(view.width, view.height) * 0.016);
  for (const s of moment.subjects) drawPath(c, s, colourOf(scene, s), view, radius);
  for (const s of moment.subjects) drawDot(c, s, colourOf(scene, s), view.toScreen(s.ground), radius, scene);
}

/** The path fades towards its past: a few strokes of growing opacity, not one a segment. */
function drawPath(c: CanvasRenderingContext2D, { path, certainty }: Shown, colour: string, view: PlanView, radius: number): void {
  const STEPS = 8;
  const points = path.map(view.toScreen);
  c.strokeStyle = colour;
  c.lineCap = 'round';
  c.lineJoin = 'round';
  for (let step = 0; step < STEPS; step++) {
    const from = Math.floor((points.length - 1) * (step / STEPS));
    const to = Math.floor((points.length - 1) * ((step + 1) / STEPS));
    if (to <= from) continue;
    const share = (step + 1) / STEPS;
    c.globalAlpha = 0.75 * share ** 1.6 * certainty;
    c.lineWidth = radius * (0.3 + 0.5 * share);
    c.lineCap = step === STEPS - 1 ? 'round' : 'butt';
    c.beginPath();
    for (let i = from; i <= to; i++) {
      const p = points[i];
      if (p) c.lineTo(p.x, p.y);
    }
    c.stroke();
  }
  c.globalAlpha = 1;
}

function drawDot(c: CanvasRenderingContext2D, s: Shown, colour: string, at: Point, radius: number, scene: ChannelScene): void {
  c.globalAlpha = s.certainty;
  c.beginPath();
  c.arc(at.x, at.y, radius * 1.9, 0, 2 * Math.PI);
  c.fillStyle = `color-mix(in srgb, ${colour} 22%, transparent)`;
  c.fill();
  const entry = scene.floor ? undefined : scene.roster[s.rosterIndex];
  const bib = entry?.bib ?? '';
  const size = bib === '' ? radius : radius * 1.45;
  c.beginPath();
  c.arc(at.x, at.y, size, 0, 2 * Math.PI);
  c.fillStyle = colour;
  c.fill();
  c.lineWidth = Math.max(2, radius * 0.22);
  c.strokeStyle = '#0a0f1c';
  c.stroke();
  if (bib !== '') {
    c.font = `700 ${size * (bib.length > 2 ? 0.9 : 1.25)}px "Sofia Sans Condensed", "Arial Narrow", system-ui, sans-serif`;
    c.textAlign = 'center';
    c.textBaseline = 'middle';
    c.fillStyle = '#0a0f1c';
    c.fillText(bib, at.x, at.y + size * 0.06);
  }
  c.globalAlpha = 1;
}
