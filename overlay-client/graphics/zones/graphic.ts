import type { Box, Point, TrackingFrame } from '../../../protocol/index.js';
import { bandCorners } from '../bands.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { between, type GroundView } from '../ground.js';
import { GroundPaint, type Piece } from '../ground-paint.js';
import { GroundSight } from '../ground-sight.js';
import { LineCard, type Segment } from '../line-card.js';
import type { Part } from '../part.js';
import { subjectColour } from '../theme.js';
import type { ZonesData } from './manifest.js';
import { contains, labelPlace } from './polygon.js';

/** A count is believed once it has been the same for so long. */
const STEADY_US = 300_000;
/** Edges never look thinner, design units. */
const EDGE_MIN = 2.4;

interface Zone {
  readonly name: string;
  readonly colour: string;
  readonly polygon: readonly Point[];
  readonly middle: Point;
  readonly paint: GroundPaint;
  readonly card: LineCard;
  shown: number;
  seen: number;
  seenSinceUs: number;
}

export class Zones implements Graphic<ZonesData> {
  readonly #env: GraphicEnvironment;
  readonly #sight = new GroundSight();
  #zones: readonly Zone[] = [];
  #data: ZonesData | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
  }

  advance({ frame, elapsedUs, data }: Moment<ZonesData>): void {
    if (data !== this.#data) this.#make(data);
    const view = this.#sight.step(frame, elapsedUs);
    for (const zone of this.#zones) {
      count(zone, frame);
      const at = view && this.#cardPlace(view, zone, frame);
      zone.card.say(at ? this.#words(zone, data) : [], zone.colour);
      if (at) zone.card.standOver(at);
    }
  }

  #make(data: ZonesData): void {
    this.#data = data;
    this.#free();
    const floor = data.source === 'own' ? [] : (this.#env.scene.floor?.zones ?? []);
    const wanted = [
      ...floor.map(({ name, polygon }, i) => ({ name, colour: subjectColour(i), polygon: polygon.map(([x, y]) => ({ x, y })) })),
      ...(data.source === 'floor' ? [] : data.zones),
    ];
    this.#zones = wanted.map(({ name, colour, polygon }, i) => ({
      ...{ name: this.#env.text.clean(name), colour, polygon, middle: labelPlace(polygon) },
      ...{ paint: new GroundPaint(this.#env, `${this.#env.id}/${i}/ground`), card: new LineCard(this.#env, `${this.#env.id}/${i}/card`) },
      ...{ shown: 0, seen: 0, seenSinceUs: -STEADY_US },
    }));
  }

  #words(zone: Zone, data: ZonesData): Segment[] {
    const name: Segment[] =
      data.names && zone.name !== '' ? [{ kind: 'caption', text: zone.name, colour: this.#env.theme.colours.text }] : [];
    return data.count ? [...name, { kind: 'figures', text: String(zone.shown) }] : name;
  }

  /** Where the card hangs: over the zone's middle, while that is in the picture. */
  #cardPlace(view: GroundView, zone: Zone, frame: TrackingFrame): Point | undefined {
    if (!view.isVisible(zone.middle)) return undefined;
    const { x, y } = view.project(zone.middle);
    // The card hangs a little higher than its place.
    return x >= 0 && y >= 0 && x <= frame.width && y <= frame.height ? { x, y: y + 30 * this.#env.theme.unit } : undefined;
  }

  draw({ frame, data, presence }: Moment<ZonesData>): readonly Part[] {
    const { view } = this.#sight;
    const opacity = this.#sight.opacity * presence;
    if (!view || opacity <= 0) return [];
    const ground: Part[] = [];
    const cards: Part[] = [];
    for (const zone of this.#zones) {
      ground.push(...zone.paint.draw(this.#pieces(view, zone, data, opacity), frame));
      const card = zone.card.draw(opacity);
      if (card) cards.push(card);
    }
    return [...ground, ...cards];
  }

  #pieces(view: GroundView, { polygon, colour }: Zone, data: ZonesData, opacity: number): Piece[] {
    const outline = view.outline(polygon);
    const pieces: Piece[] = [{ polygon: outline, colour, alpha: data.fill * opacity }];
    if (data.edgeM === 0) return pieces;
    const { straight } = view;
    const halfMin = (EDGE_MIN / 2) * this.#env.theme.unit;
    const half = (at: Point): number => Math.max(halfMin, (straight.scaleAt(at) * data.edgeM) / 2);
    for (const [i, a] of polygon.entries()) {
      const b = polygon[(i + 1) % polygon.length]!;
      const seen = view.visibleShare(a, b);
      if (!seen) continue;
      const [from, to] = [between(a, b, seen.from), between(a, b, seen.to)];
      const band = view.bent({ a: straight.project(from), b: straight.project(to), halfA: half(from), halfB: half(to) });
      pieces.push({ polygon: bandCorners(band), colour, alpha: 0.9 * opacity });
    }
    return pieces;
  }

  keepOut(): readonly Box[] {
    return this.#sight.opacity > 0 ? this.#zones.flatMap(({ card }) => card.keepOut()) : [];
  }

  #free(): void {
    for (const { paint, card } of this.#zones) {
      paint.destroy();
      card.destroy();
    }
  }

  destroy(): void {
    this.#free();
  }
}

function count(zone: Zone, frame: TrackingFrame): void {
  const inside = frame.subjects.filter(({ state, ground }) => state !== 'outside' && contains(zone.polygon, ground)).length;
  if (inside !== zone.seen) {
    zone.seen = inside;
    zone.seenSinceUs = frame.mediaTimeUs;
  }
  if (frame.mediaTimeUs - zone.seenSinceUs >= STEADY_US) zone.shown = zone.seen;
}
