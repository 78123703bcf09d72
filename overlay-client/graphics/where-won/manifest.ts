import { z } from 'zod';
import type { GraphicDefinition } from '../graphic.js';
import { ografManifest } from '../ograf.js';
import { placeField } from '../spot.js';
import { subjectField } from '../subject-choice.js';

const Split = z.strictObject({
  distanceM: z.number().positive().max(1_000_000).meta({ title: 'Metres from the start' }),
  timeS: z.number().positive().max(864_000).meta({ title: 'Seconds from the start' }),
});

export const WhereWonData = z.strictObject({
  title: z.string().max(120).default('Where it was won').meta({ title: 'Title', gddType: 'single-line' }),
  subject: subjectField('Competitor').default('leader'),
  against: subjectField('Against (the leader; for the leader, the second)').default('leader'),
  record: z
    .array(Split)
    .max(1000)
    .default([])
    .meta({ title: 'Against this record instead', description: '[{"distanceM": 50, "timeS": 5.47}, {"distanceM": 100, "timeS": 9.58}]' }),
  recordName: z.string().max(80).default('Record').meta({ title: "The record's name", gddType: 'single-line' }),
  sectors: z.number().int().min(4).max(50).default(20).meta({ title: 'Mini-sectors' }),
  place: placeField('bottom'),
});
export type WhereWonData = z.infer<typeof WhereWonData>;

export const whereWon: GraphicDefinition<typeof WhereWonData> = {
  data: WhereWonData,
  manifest: ografManifest(
    'where-won',
    'Where it was won',
    'The time gained or lost along the course, as a curve and sector by sector; the sectors that decided it are marked.',
    WhereWonData,
  ),
};
