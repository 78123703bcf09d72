import type { z } from 'zod';
import type { Box } from '../../protocol/index.js';
import { GapBoard } from './gap-board/graphic.js';
import { gapBoard } from './gap-board/manifest.js';
import type { Graphic, GraphicDefinition, GraphicEnvironment, Moment } from './graphic.js';
import { LeaderLine } from './leader-line/graphic.js';
import { leaderLine } from './leader-line/manifest.js';
import { NameTags } from './name-tags/graphic.js';
import { nameTags } from './name-tags/manifest.js';
import type { Part } from './part.js';
import { Paths } from './paths/graphic.js';
import { paths } from './paths/manifest.js';
import type { GraphicType } from './registry.js';
import { SyncMarker } from './sync-marker/graphic.js';
import { syncMarker } from './sync-marker/manifest.js';
import { Telestrator } from './telestrator/graphic.js';
import { telestrator } from './telestrator/manifest.js';

/** A graphic whose data comes in as it is stored, and is checked when it changes. */
export interface BoundGraphic {
  /** Order of drawing, lowest first, whatever the order on the channel: the ground lies under the screen. */
  readonly depth: number;
  advance(moment: Moment<unknown>): void;
  draw(moment: Moment<unknown>): readonly Part[];
  keepOut(): readonly Box[];
  destroy(): void;
}

interface Drawing {
  bind(env: GraphicEnvironment): BoundGraphic;
}

function drawing<Schema extends z.ZodType>(
  definition: GraphicDefinition<Schema>,
  depth: number,
  make: (env: GraphicEnvironment) => Graphic<z.output<Schema>>,
): Drawing {
  const bind = (env: GraphicEnvironment): BoundGraphic => {
    const graphic = make(env);
    let raw: unknown;
    // What does not fit the schema is drawn with the defaults: the server refuses it long before.
    let data = definition.data.parse({});
    const withData = (moment: Moment<unknown>): Moment<z.output<Schema>> => {
      if (moment.data !== raw) {
        raw = moment.data;
        const parsed = definition.data.safeParse(raw);
        if (parsed.success) data = parsed.data;
      }
      return { ...moment, data };
    };
    return {
      depth,
      advance: (moment) => graphic.advance(withData(moment)),
      draw: (moment) => graphic.draw(withData(moment)),
      keepOut: () => graphic.keepOut(),
      destroy: () => graphic.destroy(),
    };
  };
  return { bind };
}

/** The drawing code of every kind of graphic. */
export const drawings: Readonly<Record<GraphicType, Drawing>> = {
  paths: drawing(paths, 0, (env) => new Paths(env)),
  'leader-line': drawing(leaderLine, 1, (env) => new LeaderLine(env)),
  'gap-board': drawing(gapBoard, 2, (env) => new GapBoard(env)),
  'name-tags': drawing(nameTags, 3, (env) => new NameTags(env)),
  telestrator: drawing(telestrator, 3.5, (env) => new Telestrator(env)),
  // Over everything: it must be readable whatever else is on.
  'sync-marker': drawing(syncMarker, 4, (env) => new SyncMarker(env)),
};
