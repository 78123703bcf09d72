import { type Graphics, Graphics as PixiGraphics } from 'pixi.js';
import { type Box, type Size, type TrackingFrame, US_PER_SECOND } from '../../../protocol/index.js';
import { clipPolygon } from '../bands.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { clamp, easeInOut, Fader } from '../motion.js';
import { type Part, PartPool } from '../part.js';
import { takeGraphics } from '../pool.js';
import { slices } from '../slices.js';
import { placeOf } from './anchor.js';
import type { Stroke, TelestratorData } from './manifest.js';
import { type Piece, shapeOf } from './shapes.js';

const APPEAR_US = 350_000;
const GO_US = 500_000;
const POSE_FADE_US = 300_000;

/** What was drawn by hand. Lines draw themselves when they come, and go the same way: they are never see-through. */
export class Telestrator implements Graphic<TelestratorData> {
  readonly #env: GraphicEnvironment;
  readonly #onGround: PartPool;
  readonly #inAir: PartPool;
  readonly #pose = new Fader(POSE_FADE_US);
  #first = true;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#onGround = new PartPool(`${env.id}/ground`, (part) => part.view.addChild(takeGraphics()), { onGround: true });
    this.#inAir = new PartPool(`${env.id}/air`, (part) => part.view.addChild(takeGraphics()));
  }

  advance({ frame, elapsedUs }: Moment<TelestratorData>): void {
    const held = frame.pose.state !== 'lost';
    if (this.#first && held) this.#pose.value = 1;
    this.#first = false;
    this.#pose.step(held, elapsedUs);
  }

  draw({ frame, data, presence }: Moment<TelestratorData>): readonly Part[] {
    if (presence <= 0) return [];
    const { unit, picture } = this.#env.theme;
    const ground: Part[] = [];
    const air: Part[] = [];
    for (const stroke of data.strokes) {
      const place = placeOf(stroke, frame);
      const onScreen = stroke.anchor === 'screen';
      const share = presence * (onScreen ? 1 : this.#pose.value) * shareAt(stroke, data.fadeS, frame);
      if (!place || share <= 0) continue;
      const subject = stroke.anchor === 'subject' ? frame.subjects.find((s) => s.trackId === stroke.trackId) : undefined;
      const drawn = shapeOf(stroke, place, share, unit, subject);
      const flat = place && fill(onScreen ? this.#inAir.at(air.length) : this.#onGround.at(ground.length), drawn.flat, picture);
      if (flat) (onScreen ? air : ground).push(flat);
      const beam = fill(this.#inAir.at(air.length), drawn.air, picture);
      if (beam) air.push(beam);
    }
    return [...ground, ...air];
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    this.#onGround.destroy();
    this.#inAir.destroy();
  }
}

/** How much of a stroke is drawn at a frame, from its own age. */
function shareAt({ atUs }: Stroke, fadeS: number, { mediaTimeUs }: TrackingFrame): number {
  if (atUs === 0) return 1;
  const age = mediaTimeUs - atUs;
  // A stroke from before a recording began again is as old as can be told.
  const come = age < 0 ? 1 : easeInOut(age / APPEAR_US);
  const goes = fadeS > 0 && age >= 0 ? easeInOut(1 - (age - fadeS * US_PER_SECOND) / GO_US) : 1;
  return Math.min(come, goes);
}

/** Draws pieces into a part that just holds them; undefined where none lies in the picture. */
function fill(part: Part, pieces: readonly Piece[], picture: Size): Part | undefined {
  const bounds = boundsOf(pieces, picture);
  const g = part.view.children[0];
  if (!bounds || !(g instanceof PixiGraphics)) return undefined;
  part.place(bounds.x, bounds.y, bounds.width, bounds.height);
  const signature = pieces.flatMap(({ polygon, colour, alpha }) => [
    Number.parseInt(colour.slice(1), 16),
    Math.round(alpha * 512),
    ...polygon.map((v, i) => Math.round((v - (i % 2 === 0 ? bounds.x : bounds.y)) * 16)),
  ]);
  if (!part.changed(signature)) return part;
  g.clear();
  const outlines: number[][] = [];
  let run: Piece | undefined;
  for (const piece of pieces) {
    const local = clipPolygon(
      piece.polygon.map((v, i) => v - (i % 2 === 0 ? bounds.x : bounds.y)),
      bounds.width,
      bounds.height,
    );
    if (local.length < 6) continue;
    outlines.push(local);
    // Pieces of one opaque colour in a row are one path.
    if (run && (run.colour !== piece.colour || piece.alpha < 1 || run.alpha < 1)) paint(g, run);
    g.poly(local);
    run = piece;
  }
  if (run) paint(g, run);
  part.tight = slices(outlines, bounds);
  return part;
}

function paint(g: Graphics, { colour, alpha }: Piece): void {
  g.fill({ color: colour, alpha });
}

/** Whole pixels around all pieces, inside the picture. */
function boundsOf(pieces: readonly Piece[], picture: Size): Box | undefined {
  let [left, top, right, bottom] = [picture.width, picture.height, 0, 0];
  for (const { polygon } of pieces) {
    for (let i = 0; i < polygon.length; i += 2) {
      left = Math.min(left, polygon[i]!);
      right = Math.max(right, polygon[i]!);
      top = Math.min(top, polygon[i + 1]!);
      bottom = Math.max(bottom, polygon[i + 1]!);
    }
  }
  const x = clamp(Math.floor(left - 1), 0, picture.width);
  const y = clamp(Math.floor(top - 1), 0, picture.height);
  const width = clamp(Math.ceil(right + 1), 0, picture.width) - x;
  const height = clamp(Math.ceil(bottom + 1), 0, picture.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
