import type { z } from 'zod';
import type { Box } from '../../protocol/index.js';
import { DistanceMarkers } from './distance-markers/graphic.js';
import { distanceMarkers } from './distance-markers/manifest.js';
import { GapBoard } from './gap-board/graphic.js';
import { gapBoard } from './gap-board/manifest.js';
import type { Graphic, GraphicDefinition, GraphicEnvironment, Moment } from './graphic.js';
import { GroundLogo } from './ground-logo/graphic.js';
import { groundLogo } from './ground-logo/manifest.js';
import { HeadToHead } from './head-to-head/graphic.js';
import { headToHead } from './head-to-head/manifest.js';
import { HeatMap } from './heat-map/graphic.js';
import { heatMap } from './heat-map/manifest.js';
import { Lanes } from './lanes/graphic.js';
import { lanes } from './lanes/manifest.js';
import { LeaderLine } from './leader-line/graphic.js';
import { leaderLine } from './leader-line/manifest.js';
import { LeaderMargin } from './leader-margin/graphic.js';
import { leaderMargin } from './leader-margin/manifest.js';
import { LowerThird } from './lower-third/graphic.js';
import { lowerThird } from './lower-third/manifest.js';
import { NameTags } from './name-tags/graphic.js';
import { nameTags } from './name-tags/manifest.js';
import type { Part } from './part.js';
import { Paths } from './paths/graphic.js';
import { paths } from './paths/manifest.js';
import { RaceClockCard } from './race-clock/graphic.js';
import { raceClock } from './race-clock/manifest.js';
import { RecordLine } from './record-line/graphic.js';
import { recordLine } from './record-line/manifest.js';
import { ReferenceLines } from './reference-lines/graphic.js';
import { referenceLines } from './reference-lines/manifest.js';
import type { GraphicType } from './registry.js';
import { ResultBoard } from './result-board/graphic.js';
import { resultBoard } from './result-board/manifest.js';
import { SpeedTrace } from './speed-trace/graphic.js';
import { speedTrace } from './speed-trace/manifest.js';
import { SyncMarker } from './sync-marker/graphic.js';
import { syncMarker } from './sync-marker/manifest.js';
import { Telestrator } from './telestrator/graphic.js';
import { telestrator } from './telestrator/manifest.js';
import { WhereWon } from './where-won/graphic.js';
import { whereWon } from './where-won/manifest.js';
import { Zones } from './zones/graphic.js';
import { zones } from './zones/manifest.js';

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

/** From this depth on graphics stand on the screen. */
export const SCREEN_DEPTH = 20;
/** From this depth on they move about with people, or are drawn by hand. */
export const TAGS_DEPTH = 22;

/** The drawing code of every kind of graphic. */
export const drawings: Readonly<Record<GraphicType, Drawing>> = {
  // On the ground, what covers most lies at the bottom.
  'heat-map': drawing(heatMap, 0, (env) => new HeatMap(env)),
  zones: drawing(zones, 1, (env) => new Zones(env)),
  'ground-logo': drawing(groundLogo, 2, (env) => new GroundLogo(env)),
  'distance-markers': drawing(distanceMarkers, 3, (env) => new DistanceMarkers(env)),
  paths: drawing(paths, 4, (env) => new Paths(env)),
  lanes: drawing(lanes, 5, (env) => new Lanes(env)),
  'reference-lines': drawing(referenceLines, 6, (env) => new ReferenceLines(env)),
  'record-line': drawing(recordLine, 7, (env) => new RecordLine(env)),
  'leader-line': drawing(leaderLine, 8, (env) => new LeaderLine(env)),
  // On the screen.
  'gap-board': drawing(gapBoard, SCREEN_DEPTH, (env) => new GapBoard(env)),
  // Cards make way for what is under them here, and for each other in the channel's order.
  'head-to-head': drawing(headToHead, 21, (env) => new HeadToHead(env)),
  'leader-margin': drawing(leaderMargin, 21, (env) => new LeaderMargin(env)),
  'lower-third': drawing(lowerThird, 21, (env) => new LowerThird(env)),
  'race-clock': drawing(raceClock, 21, (env) => new RaceClockCard(env)),
  'result-board': drawing(resultBoard, 21, (env) => new ResultBoard(env)),
  'speed-trace': drawing(speedTrace, 21, (env) => new SpeedTrace(env)),
  'where-won': drawing(whereWon, 21, (env) => new WhereWon(env)),
  'name-tags': drawing(nameTags, TAGS_DEPTH, (env) => new NameTags(env)),
  // Drawn by hand over what it points at.
  telestrator: drawing(telestrator, 30, (env) => new Telestrator(env)),
  // Over everything: it must be readable whatever else is on.
  'sync-marker': drawing(syncMarker, 40, (env) => new SyncMarker(env)),
};
