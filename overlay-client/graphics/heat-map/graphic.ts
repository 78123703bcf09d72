import { type Box, CourseGeometry, type MediaTimeUs, US_PER_SECOND } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundPaint } from '../ground-paint.js';
import { picturePieces } from '../ground-picture.js';
import { GroundSight } from '../ground-sight.js';
import type { Part } from '../part.js';
import { boxAround } from '../rects.js';
import { HeatGrid } from './grid.js';
import type { HeatMapData } from './manifest.js';
import { type HeatPicture, heatPicture } from './picture.js';

/** The map is drawn afresh so often: between, a camera that stands still costs nothing. */
const EVERY_US = 250_000;
/** A place is not called warm before somebody has been there this long, seconds in a cell. */
const WARM_MIN_S = 0.15;
/** Metres around the course that still count. */
const BESIDE_M = 1;

/** Where subjects have been, as soft colours on the ground. */
export class HeatMap implements Graphic<HeatMapData> {
  readonly #sight = new GroundSight();
  readonly #paint: GroundPaint;
  readonly #area: Box | undefined;
  #grid: HeatGrid | undefined;
  #cellM = 0;
  #picture: HeatPicture | undefined;
  #drawnAtUs: MediaTimeUs | undefined;
  #isOn = false;
  /** What the warmest colour means now, seconds. */
  #fullS = WARM_MIN_S;

  constructor(env: GraphicEnvironment) {
    this.#paint = new GroundPaint(env, `${env.id}/map`);
    this.#area = areaOf(env);
  }

  advance({ frame, elapsedUs, data, presence }: Moment<HeatMapData>): void {
    this.#sight.step(frame, elapsedUs);
    if (!this.#area || frame.pose.unit !== 'm') return;
    if (!this.#grid || data.cellM !== this.#cellM) {
      this.#grid = new HeatGrid(this.#area, data.cellM);
      this.#cellM = data.cellM;
    }
    for (const { state, ground, rosterIndex } of frame.subjects) {
      if (state === 'visible' && (data.show === 'all' || rosterIndex >= 0)) this.#grid.add(ground, elapsedUs / US_PER_SECOND);
    }
    const since = this.#drawnAtUs === undefined ? Number.POSITIVE_INFINITY : frame.mediaTimeUs - this.#drawnAtUs;
    const isDue = since >= EVERY_US;
    if (isDue) {
      if (data.memory === 'decaying' && Number.isFinite(since)) this.#grid.fade(0.5 ** (since / US_PER_SECOND / data.halfLifeS));
      this.#drawnAtUs = frame.mediaTimeUs;
    }
    // Taken to air it does not wait for its turn: it would miss its own coming in.
    const comes = presence > 0 && !this.#isOn;
    this.#isOn = presence > 0;
    if (this.#isOn && (isDue || comes)) this.#redraw(this.#grid, data, comes);
  }

  #redraw(grid: HeatGrid, data: HeatMapData, comes: boolean): void {
    const heat = grid.smooth();
    const warmest = heat.reduce((most, value) => Math.max(most, value), WARM_MIN_S);
    // Eased, so that the whole map does not change colour with every step of one person.
    const eased = this.#fullS + (warmest - this.#fullS) * (warmest > this.#fullS ? 0.5 : 0.1);
    this.#fullS = data.fullS > 0 ? data.fullS : comes ? warmest : eased;
    this.#picture = heatPicture(grid, heat, this.#fullS);
  }

  draw({ frame, data, presence }: Moment<HeatMapData>): readonly Part[] {
    const { view } = this.#sight;
    const opacity = this.#sight.opacity * presence * data.opacity;
    if (!view || !this.#grid || !this.#picture || opacity <= 0) return [];
    const { x, y, width, height } = this.#grid.covers;
    const quad = { corner: { x, y }, right: { x: width, y: 0 }, up: { x: 0, y: height } };
    return this.#paint.draw(picturePieces(view, frame, this.#picture.picture, quad, opacity, this.#picture.isBlank), frame);
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    this.#paint.destroy();
  }
}

/** The ground there is: a floor, else the course. */
function areaOf({ scene }: GraphicEnvironment): Box | undefined {
  if (scene.floor) return boxAround(scene.floor.outline.flat());
  if (!scene.course) return undefined;
  const geometry = new CourseGeometry(scene.course);
  const { startM, finishM, widthM } = scene.course;
  const edges: number[] = [];
  for (let i = 0; i <= 200; i++) {
    for (const side of [-1, 1]) {
      const { x, y } = geometry.pointAt(startM + ((finishM - startM) * i) / 200, side * (widthM / 2 + BESIDE_M));
      edges.push(x, y);
    }
  }
  return boxAround(edges);
}
