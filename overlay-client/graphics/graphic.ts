import type { z } from 'zod';
import type { Box, ChannelScene, TrackingFrame } from '../../protocol/index.js';
import type { GroundShapes } from './ground-shapes.js';
import type { Images } from './images.js';
import type { Manifest } from './ograf.js';
import type { Part } from './part.js';
import type { RaceLog } from './race-log.js';
import type { TextPainter } from './text.js';
import type { Theme } from './theme.js';

/** What a graphic is made with; fixed for its life. */
export interface GraphicEnvironment {
  /** The graphic's id on the channel: the first part of every region's key. */
  readonly id: string;
  readonly scene: ChannelScene;
  readonly theme: Theme;
  readonly text: TextPainter;
  readonly images: Images;
  /** Makes what draws polygons on the ground, as the host does it best. */
  readonly groundShapes: () => GroundShapes;
  /** What happened in the race so far: up to date when a graphic is called. */
  readonly race: RaceLog;
}

/** One frame, as a graphic sees it. */
export interface Moment<Data> {
  readonly frame: TrackingFrame;
  /** Media time since the frame before, 0 on the first one. */
  readonly elapsedUs: number;
  readonly data: Data;
  /** 0 (gone) to 1: the in and out animation. */
  readonly presence: number;
  /** Which of its steps a graphic that has several shows, from 0, and for how long it has; Infinity: always. */
  readonly step: number;
  readonly stepElapsedUs: number;
  /** Rectangles of graphics that were laid out earlier and must not be covered, picture pixels; for the ground also cards as they stood before. */
  readonly keepOut: readonly Box[];
  /** Those of them that stand on the screen: ground graphics and their labels move about with the picture. */
  readonly cards: readonly Box[];
}

/**
 * A drawn graphic. `advance` is called once for every frame in order, drawn or not, and alone may change histories; `draw` may be called
 * any number of times after it. After a discontinuity a new graphic is made.
 */
export interface Graphic<Data> {
  advance(moment: Moment<Data>): void;
  /** @returns parts in drawing order, the first at the bottom; none while nothing shows. Valid until the next call. */
  draw(moment: Moment<Data>): readonly Part[];
  /** Picture rectangles other graphics should leave free. */
  keepOut(): readonly Box[];
  destroy(): void;
}

/** A kind of graphic, without its drawing code: what a server needs to check and describe it. */
export interface GraphicDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly manifest: Manifest;
  readonly data: Schema;
  /** How many steps it has with this data and so many on the start list (0: there is none), where the manifest can only say how many at most. */
  readonly steps?: (data: z.output<Schema>, competitors: number) => number;
}
