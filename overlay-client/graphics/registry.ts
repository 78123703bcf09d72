import { z } from 'zod';
import type { GraphicState } from '../../protocol/index.js';
import { gapBoard } from './gap-board/manifest.js';
import type { GraphicDefinition } from './graphic.js';
import { leaderLine } from './leader-line/manifest.js';
import { nameTags } from './name-tags/manifest.js';
import type { Manifest } from './ograf.js';
import { paths } from './paths/manifest.js';
import { syncMarker } from './sync-marker/manifest.js';
import { telestrator } from './telestrator/manifest.js';

/** Every kind of graphic there is, by type. Its drawing code is registered in `drawing.ts`, which alone needs PixiJS. */
export const definitions = {
  paths,
  'leader-line': leaderLine,
  'name-tags': nameTags,
  'gap-board': gapBoard,
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

export type ParsedData = { readonly ok: true; readonly data: GraphicData } | { readonly ok: false; readonly error: string };
export type GraphicData = GraphicState['data'];

/**
 * Checks a graphic's data and fills in what is missing.
 * @returns the whole data, or one line for a person: which field, what is wrong with it, what is allowed.
 */
export function parseGraphicData(type: string, data: unknown): ParsedData {
  if (!isGraphicType(type)) return { ok: false, error: `unknown graphic type "${type}": there are ${graphicTypes.join(', ')}` };
  const definition: GraphicDefinition = definitions[type];
  const parsed = definition.data.safeParse(data);
  if (parsed.success) return { ok: true, data: z.record(z.string(), z.json()).parse(parsed.data) };
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length > 0 ? `${type}.${issue.path.join('.')}` : type;
  return { ok: false, error: `${where}: ${issue.message}` };
}
