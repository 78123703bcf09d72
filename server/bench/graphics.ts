import { Compositor } from '../../media/index.js';
import { createHeadlessOverlay, type GraphicType } from '../../overlay-client/index.js';
import { Channel, type GraphicState } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { catalogue } from '../channel/catalogue.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { FrontOf } from '../front.js';
import { SHOTS } from '../gallery/shots.js';
import { median } from './child.js';

/** Frames measured, in the middle of the race. */
const FROM_S = 5;
const FRAMES = Number(process.env.LEADERLINE_BENCH_FRAMES ?? 90);
const SIZE = '1920x1080';
/** What a race usually shows at once. */
const SET: readonly GraphicType[] = ['leader-line', 'record-line', 'name-tags', 'gap-board', 'race-clock'];
const GOAL_MS = 12;

/** What a frame of one set of graphics costs: drawing and reading back, then compositing; milliseconds on their own thread, medians over frames. */
interface Cost {
  readonly drawMs: number;
  readonly blendMs: number;
}

/** `leaderline bench graphics`: every graphic alone and a typical set together, on `sim:sprint` at 1080p with eight competitors. */
export async function benchGraphics(): Promise<BenchResult> {
  const url = `sim:sprint?size=${SIZE}&fps=30`;
  const setup = createScene(url).setup;
  const types = [...new Set(SHOTS.filter((shot) => shot.scene === 'sprint').map((shot) => shot.type))];
  const sets: (readonly GraphicType[])[] = [...types.map((type) => [type]), SET];
  const costs = await costsOf(Channel.parse({ id: 'bench', title: 'bench', source: { url }, outputs: [], replay: 'off', ...setup }), sets);
  const lines = [
    `milliseconds a frame at ${SIZE} (medians, the drawing thread alone), camera moving, 8 competitors, ${FRAMES} frames; blend copies the picture first`,
    `${''.padEnd(22)}   draw  blend`,
  ];
  const figures: Record<string, number> = {};
  for (const [i, set] of sets.entries()) {
    const { drawMs = 0, blendMs = 0 } = costs[i] ?? {};
    const name = set.length === 1 ? (set[0] ?? '') : 'typical set';
    lines.push(`${name.padEnd(22)} ${drawMs.toFixed(2).padStart(6)} ${blendMs.toFixed(2).padStart(6)}`);
    figures[`${name} drawMs`] = drawMs;
    figures[`${name} blendMs`] = blendMs;
  }
  const last = costs.at(-1);
  lines.push(`the set (${SET.join(', ')}) together: ${((last?.drawMs ?? 0) + (last?.blendMs ?? 0)).toFixed(1)} ms, goal ${GOAL_MS} ms`);
  return { name: 'graphics', lines, figures };
}

async function costsOf(channel: Channel, sets: readonly (readonly GraphicType[])[]): Promise<Cost[]> {
  const states = sets.map((set) => set.map(stateOf));
  const spent = sets.map(() => ({ draw: [] as number[], blend: [] as number[] }));
  let measured = 0;
  const abort = new AbortController();
  const opened = await openChannel({
    ...{ channel, mode: 'offline', baseDir: '.', signal: abort.signal, outputs: [], hlsDirectory: null, graphics: null },
    draw: () => ({ render: () => [], observe: () => {}, warnings: () => [], setScene: () => {}, close: () => {} }),
    onHealth: () => {},
    events: {
      onComposited: (frame, picture) => {
        const counts = frame.mediaTimeUs >= FROM_S * 1e6;
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
          cost.draw.push(drawn - start);
          cost.blend.push(performance.now() - drawn);
          native.free();
        }
        if (counts && ++measured >= FRAMES) abort.abort();
      },
    },
  });
  const compositors = sets.map(() => new Compositor(opened.source.info));
  const fronts = sets.map(() => new FrontOf());
  const overlays = await Promise.all(sets.map(() => createHeadlessOverlay(opened.scene)));
  try {
    await opened.runner.run();
  } finally {
    for (const overlay of overlays) overlay.close();
    for (const compositor of compositors) compositor.close();
    await opened.close();
  }
  return spent.map(({ draw, blend }) => ({ drawMs: median(draw), blendMs: median(blend) }));
}

function stateOf(type: GraphicType): GraphicState {
  const shot = SHOTS.find((one) => one.type === type && one.scene === 'sprint');
  const data = catalogue.parse(type, shot?.data ?? {});
  return { id: type, type, on: true, changedAtUs: -1, data, step: shot?.step ?? 0, steppedAtUs: -1 };
}
