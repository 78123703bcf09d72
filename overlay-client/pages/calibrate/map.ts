import type { Model } from './model.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The ground from above: its lines, its places, the one that is to be clicked next. A place pressed here is chosen. */
export function drawMap(root: HTMLElement, model: Model, planAddress: string | undefined): void {
  const svg = element('svg', { role: 'img', 'aria-label': `${model.template.name}, from above` });
  const all = [...model.template.lines.flat(), ...model.marks.map((m) => m.ground)];
  root.hidden = all.length === 0;
  if (all.length === 0) return;
  const xs = all.map((p) => p[0]);
  const ys = all.map((p) => -p[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const unit = Math.max(x1 - x0, (y1 - y0) * 1.6, 0.1) / 100;
  const margin = 4 * unit;
  svg.setAttribute('viewBox', `${x0 - margin} ${y0 - margin} ${x1 - x0 + 2 * margin} ${y1 - y0 + 2 * margin}`);
  if (planAddress !== undefined)
    svg.append(element('image', { href: planAddress, x: x0, y: y0, width: x1 - x0, height: y1 - y0, preserveAspectRatio: 'none' }));
  for (const line of model.template.lines) {
    const points = line.map(([x, y]) => `${x},${-y}`).join(' ');
    svg.append(element('polyline', { points, fill: 'none', stroke: '#6f83ad', 'stroke-width': 0.4 * unit }));
  }
  for (const [index, { ground, image, name }] of model.marks.entries()) {
    const chosen = index === model.selected;
    const dot = element('circle', {
      cx: ground[0],
      cy: -ground[1],
      r: (chosen ? 2 : 1.2) * unit,
      fill: image ? '#43d98a' : chosen ? '#ffd21f' : '#0a0f1c',
      stroke: chosen ? '#ffffff' : '#ffd21f',
      'stroke-width': 0.4 * unit,
      class: 'place',
    });
    const title = element('title', {});
    title.textContent = name;
    dot.append(title);
    dot.addEventListener('click', (event) => {
      event.stopPropagation();
      model.select(index);
    });
    svg.append(dot);
  }
  root.replaceChildren(svg);
}

function element<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, `${value}`);
  return made;
}
