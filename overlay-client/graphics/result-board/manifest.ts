import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';

/** Of a board without a start list; further pages are not reached. */
export const PAGES_MAX = 25;

const Remark = z.strictObject({
  bib: z.string().min(1).max(8).meta({ title: 'Bib' }),
  text: z.string().min(1).max(12).meta({ title: 'Instead of a time' }),
});

export const ResultBoardData = z.strictObject({
  title: z.string().max(120).default('').meta({ title: "Title (the channel's own when empty)", gddType: 'single-line' }),
  rows: z.number().int().min(1).max(20).default(8).meta({ title: 'Rows a page' }),
  team: z.boolean().default(true).meta({ title: 'Teams' }),
  remarks: z
    .array(Remark)
    .max(500)
    .default([])
    .meta({ title: 'Out of the result', description: '[{"bib": "12", "text": "DQ"}]: stands at the end, with this instead of a time' }),
  place: placeField('right'),
});
export type ResultBoardData = z.infer<typeof ResultBoardData>;

export const resultBoard: GraphicDefinition<typeof ResultBoardData> = {
  data: ResultBoardData,
  steps: ({ rows }, competitors) => (competitors > 0 ? Math.min(PAGES_MAX, Math.ceil(competitors / rows)) : PAGES_MAX),
  manifest: ografManifest(
    'result-board',
    'Result board',
    'The order at the finish with times and gaps, page by page; who stands still on the course after the winner is in did not finish (DNF).',
    ResultBoardData,
    PAGES_MAX,
  ),
};
