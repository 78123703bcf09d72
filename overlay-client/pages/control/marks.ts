import { find } from '../shared/dom.js';
import { listenToCross } from './cross.js';
import type { Draw } from './draw.js';
import type { Feet } from './feet.js';
import type { Preview } from './monitors.js';
import type { Subjects } from './subjects.js';

/** The sheet over the preview: who is chosen, what is being drawn or pointed out, and the pointer that does it. */
export function listenToPicture(preview: Preview, subjects: Subjects, draw: Draw, feet: Feet, mode: () => string): { show(): void } {
  const canvas = find('#marks', HTMLCanvasElement);
  const show = (): void => paint(canvas, preview, subjects, draw, feet, mode());
  listenToCross(canvas, feet, show);
  canvas.addEventListener('pointerdown', (event) => {
    const at = preview.pixelAt(event.clientX, event.clientY);
    if (!at || !preview.frame || event.button !== 0) return;
    if (mode() === 'draw') {
      canvas.setPointerCapture(event.pointerId);
      draw.start(at);
      event.preventDefault();
    } else if (feet.tool !== 'none') feet.click(at);
    else subjects.click(at, preview.frame, event.shiftKey || event.ctrlKey || event.metaKey);
    show();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (draw.path.length === 0) return;
    for (const one of event.getCoalescedEvents().length > 0 ? event.getCoalescedEvents() : [event]) {
      const at = preview.pixelAt(one.clientX, one.clientY);
      if (at) draw.go(at);
    }
    show();
  });
  canvas.addEventListener('pointerup', () => {
    if (draw.path.length > 0) draw.end();
    show();
  });
  canvas.addEventListener('pointercancel', () => {
    draw.path = [];
    show();
  });
  return { show };
}

function paint(canvas: HTMLCanvasElement, { frame }: Preview, subjects: Subjects, draw: Draw, feet: Feet, mode: string): void {
  const context = canvas.getContext('2d');
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (!context || !frame || width === 0) return;
  [canvas.width, canvas.height] = [width, height];
  // A sheet that is only emptied Chromium may go on showing as it was: something must be drawn, be it nothing that is seen.
  context.fillStyle = 'rgba(0, 0, 0, 0.004)';
  context.fillRect(0, 0, 1, 1);
  const scale = width / frame.width;
  const thin = Math.max(1, devicePixelRatio);
  if (mode === 'subjects') {
    context.font = `700 ${13 * thin}px system-ui, sans-serif`;
    for (const subject of frame.subjects) {
      if (subject.state === 'outside') continue;
      const chosen = subjects.chosen.includes(subject.trackId);
      const { x, y, width: w, height: h } = subject.box;
      context.lineWidth = chosen ? 3 * thin : thin;
      context.strokeStyle = chosen ? '#ffd21f' : 'rgba(255, 255, 255, 0.75)';
      context.strokeRect(x * scale, y * scale, w * scale, h * scale);
      if (!chosen) continue;
      const name = subjects.nameOf(subject);
      const wide = context.measureText(name).width + 10 * thin;
      context.fillStyle = '#ffd21f';
      context.fillRect(x * scale, y * scale - 19 * thin, wide, 18 * thin);
      context.fillStyle = '#141004';
      context.fillText(name, x * scale + 5 * thin, y * scale - 5.5 * thin);
    }
  }
  if (mode === 'setup') feet.paint(context, frame, scale, thin);
  const { path, pencil } = draw;
  const [start] = path;
  const end = path.at(-1);
  if (!start || !end) return;
  context.strokeStyle = pencil.colour;
  context.lineWidth = Math.max(2, (pencil.width * frame.height * scale) / 1080);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  if (pencil.tool === 'pen' || pencil.tool === 'arrow') for (const p of path) context.lineTo(p.x * scale, p.y * scale);
  else context.arc(start.x * scale, start.y * scale, Math.hypot(end.x - start.x, end.y - start.y) * scale, 0, 2 * Math.PI);
  context.stroke();
}
