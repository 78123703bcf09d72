import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compositor } from '../../media/index.js';
import { createHeadlessOverlay, type GraphicType, graphicTypes } from '../../overlay-client/index.js';
import { Channel, type GraphicState, type OverlayRegion, type TrackingFrame } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { catalogue } from '../channel/catalogue.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { FrontOf } from '../front.js';
import { LOGO, logo } from '../gallery/logo.js';
import { strokes } from '../gallery/shots.js';
import { median } from './child.js';

/** Frames measured, in the middle of the race. */
const FROM_S = 5;
const FRAMES = Number(process.env.LEADERLINE_BENCH_FRAMES ?? 90);
const SIZE = '1920x1080';
/** What a race usually shows at once. */
const SET: readonly GraphicType[] = ['leader-line', 'record-line', 'name-tags', 'gap-board', 'race-clock'];
const GOAL_MS = 12;

/** So that something of every type is in the picture while it is measured; telestration points at people, who are known then. */
const DATA: Readonly<Partial<Record<GraphicType, GraphicState['data']>>> = {
  'record-line': { label: 'WR', name: 'A. Lindqvist', totalS: 10.6 },
  'reference-lines': { lines: [25, 35, 45, 55, 65, 75].map((distanceM) => ({ kind: 'distance', distanceM })) },
  zones: { zones: [20, 35, 50, 65].map((x) => ({ name: `From ${x} m`, polygon: corners(x, x + 10, 0, 9.76) })) },
  'ground-logo': { image: LOGO, place: 'course', distanceM: 45, acrossM: -2, widthM: 7 },
  'name-tags': { speed: true },
  'gap-board': { splits: true },
  'lower-third': { subject: 'leader', line: 'Season best 10.31' },
  'leader-margin': { lastM: 100 },
};
const STEPS: Readonly<Partial<Record<GraphicType, number>>> = { 'gap-board': 1, 'lower-third': 1 };

/** What a frame of one set of graphics costs: drawing and reading back, then compositing; milliseconds on their own thread, medians over frames on which it is in the picture. */
interface Cost {
  readonly frames: number;
  readonly drawMs: number;
  readonly blendMs: number;
}

/** `leaderline bench graphics`: every graphic alone and a typical set together, on `sim:sprint` at 1080p with eight competitors. */
export async function benchGraphics(folder: string): Promise<BenchResult> {
  const url = `sim:sprint?size=${SIZE}&fps=30`;
  const setup = createScene(url).setup;
  const sets: (readonly GraphicType[])[] = [...graphicTypes.map((type) => [type]), SET];
  const channel = Channel.parse({ id: 'bench', title: 'bench', source: { url }, outputs: [], replay: 'off', ...setup });
  writeFileSync(join(folder, LOGO), logo());
  const costs = await costsOf(channel, sets, folder);
  const lines = [
    `milliseconds a frame at ${SIZE} (medians, the drawing thread alone), camera moving, 8 competitors, frames of ${FRAMES} on which there is something; blend copies the picture first`,
    `${''.padEnd(22)}   draw  blend  frames`,
  ];
  const figures: Record<string, number> = {};
  for (const [i, set] of sets.entries()) {
    const { drawMs = 0, blendMs = 0, frames = 0 } = costs[i] ?? {};
    const name = set.length === 1 ? (set[0] ?? '') : 'typical set';
    if (frames === 0) {
      lines.push(`${name.padEnd(22)} nothing in the picture`);
      continue;
    }
    lines.push(`${name.padEnd(22)} ${drawMs.toFixed(2).padStart(6)} ${blendMs.toFixed(2).padStart(6)} ${String(frames).padStart(7)}`);
    figures[`${name} drawMs`] = drawMs;
    figures[`${name} blendMs`] = blendMs;
  }
  const last = costs.at(-1);
  lines.push(`the set (${SET.join(', ')}) together: ${((last?.drawMs ?? 0) + (last?.blendMs ?? 0)).toFixed(1)} ms, goal ${GOAL_MS} ms`);
  return { name: 'graphics', lines, figures };
}

async function costsOf(channel: Channel, sets: readonly (readonly GraphicType[])[], imagesDir: string): Promise<Cost[]> {
  let states = sets.map((set) => set.map((type) => stateOf(type)));
  const spent = sets.map(() => ({ draw: [] as number[], blend: [] as number[] }));
  let measured = 0;
  const abort = new AbortController();
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: '.', signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    draw: () => ({ render: () => [], observe: () => {}, warnings: () => [], setScene: () => {}, close: () => {} }),
    onHealth: () => {},
    events: {
      onComposited: (frame, picture) => {
        if (measured >= FRAMES) return;
        const counts = frame.mediaTimeUs >= FROM_S * 1e6;
        if (counts && measured === 0) states = sets.map((set) => set.map((type) => stateOf(type, frame)));
        for (const [i, overlay] of overlays.entries()) {
          if (!counts) {
            overlay.observe(frame, states[i] ?? []);
            continue;
          }
          const native = picture.native.clone();
          const cost = spent[i];
          if (!native || !cost) continue;
          const start = performance.now();
          const regions = overlay.render(frame, states[i] ?? []);
          const drawn = performance.now();
          compositors[i]?.blend({ native }, regions, fronts[i]?.next(frame));
          const blended = performance.now();
          native.free();
          if (!isSeen(regions)) continue;
          cost.draw.push(drawn - start);
          cost.blend.push(blended - drawn);
        }
        if (counts && ++measured >= FRAMES) abort.abort();
      },
    },
  });
  const compositors = sets.map(() => new Compositor(opened.source.info));
  const fronts = sets.map(() => new FrontOf());
  const overlays = await Promise.all(sets.map(() => createHeadlessOverlay(opened.scene, { imagesDir })));
  try {
    await opened.runner.run();
  } finally {
    for (const overlay of overlays) overlay.close();
    for (const compositor of compositors) compositor.close();
    await opened.close();
  }
  return spent.map(({ draw, blend }) => ({ frames: draw.length, drawMs: median(draw), blendMs: median(blend) }));
}

/** Whether a pixel of it is more than see-through. */
function isSeen(regions: readonly OverlayRegion[]): boolean {
  return regions.some(({ rgba }) => rgba.some((level, i) => i % 4 === 3 && level > 0));
}

/** @param frame with the people that telestration points at. */
function stateOf(type: GraphicType, frame?: TrackingFrame): GraphicState {
  const given = type === 'telestrator' && frame ? strokes(frame) : (DATA[type] ?? {});
  return { id: type, type, on: true, changedAtUs: -1, data: catalogue.parse(type, given), step: STEPS[type] ?? 0, steppedAtUs: -1 };
}

function corners(x0: number, x1: number, y0: number, y1: number): { x: number; y: number }[] {
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
}
