import { z } from 'zod';
import type { GraphicState } from '../../protocol/index.js';
import { distanceMarkers } from './distance-markers/manifest.js';
import { gapBoard } from './gap-board/manifest.js';
import type { GraphicDefinition } from './graphic.js';
import { groundLogo } from './ground-logo/manifest.js';
import { headToHead } from './head-to-head/manifest.js';
import { heatMap } from './heat-map/manifest.js';
import { lanes } from './lanes/manifest.js';
import { leaderLine } from './leader-line/manifest.js';
import { leaderMargin } from './leader-margin/manifest.js';
import { lowerThird } from './lower-third/manifest.js';
import { nameTags } from './name-tags/manifest.js';
import type { Manifest } from './ograf.js';
import { paths } from './paths/manifest.js';
import { raceClock } from './race-clock/manifest.js';
import { recordLine } from './record-line/manifest.js';
import { referenceLines } from './reference-lines/manifest.js';
import { resultBoard } from './result-board/manifest.js';
import { speedTrace } from './speed-trace/manifest.js';
import { syncMarker } from './sync-marker/manifest.js';
import { telestrator } from './telestrator/manifest.js';
import { whereWon } from './where-won/manifest.js';
import { zones } from './zones/manifest.js';

/** Every kind of graphic there is, by type. Its drawing code is registered in `drawing.ts`, which alone needs PixiJS. */
export const definitions = {
  paths,
  'leader-line': leaderLine,
  'name-tags': nameTags,
  'gap-board': gapBoard,
  'head-to-head': headToHead,
  'leader-margin': leaderMargin,
  'lower-third': lowerThird,
  'race-clock': raceClock,
  'result-board': resultBoard,
  'speed-trace': speedTrace,
  'where-won': whereWon,
  'record-line': recordLine,
  'reference-lines': referenceLines,
  lanes,
  'distance-markers': distanceMarkers,
  zones,
  'ground-logo': groundLogo,
  'heat-map': heatMap,
  telestrator,
  'sync-marker': syncMarker,
} as const;

export type GraphicType = keyof typeof definitions;

export const graphicTypes: readonly GraphicType[] = Object.keys(definitions).filter(isGraphicType);

export function isGraphicType(type: string): type is GraphicType {
  return Object.hasOwn(definitions, type);
}

/** @returns the graphic's OGraf manifest, or undefined for an unknown type. */
export function manifest(type: string): Manifest | undefined {
  return isGraphicType(type) ? definitions[type].manifest : undefined;
}

/**
 * How many steps a graphic has: OGraf's count, negative where the graphic alone knows.
 * @param competitors how many are on the start list.
 */
export function stepsOf(type: GraphicType, data: unknown, competitors: number): number {
  const definition: GraphicDefinition = definitions[type];
  const parsed = definition.steps && definition.data.safeParse(data);
  return parsed?.success && definition.steps ? definition.steps(parsed.data, competitors) : definition.manifest.stepCount;
}

/** Types that begin so are others' OGraf graphics, which check their data themselves. */
export const HOSTED = 'ograf:';
/** As text, bytes. */
const HOSTED_DATA_MAX = 32 * 1024;

function parseHostedData(type: string, data: unknown): ParsedData {
  const parsed = z.record(z.string(), z.json()).safeParse(data);
  if (!parsed.success) return { ok: false, error: `${type}: data must be an object` };
  const length = JSON.stringify(parsed.data).length;
  return length <= HOSTED_DATA_MAX
    ? { ok: true, data: parsed.data }
    : { ok: false, error: `${type}: data takes ${length} bytes, at most ${HOSTED_DATA_MAX} are allowed` };
}

export type ParsedData = { readonly ok: true; readonly data: GraphicData } | { readonly ok: false; readonly error: string };
export type GraphicData = GraphicState['data'];

/**
 * Checks a graphic's data and fills in what is missing.
 * @returns the whole data, or one line for a person: which field, what is wrong with it, what is allowed.
 */
export function parseGraphicData(type: string, data: unknown): ParsedData {
  if (type.startsWith(HOSTED)) return parseHostedData(type, data);
  if (!isGraphicType(type)) return { ok: false, error: `unknown graphic type "${type}": there are ${graphicTypes.join(', ')}` };
  const definition: GraphicDefinition = definitions[type];
  const parsed = definition.data.safeParse(data);
  if (parsed.success) return { ok: true, data: z.record(z.string(), z.json()).parse(parsed.data) };
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length > 0 ? `${type}.${issue.path.join('.')}` : type;
  return { ok: false, error: `${where}: ${issue.message}` };
}
