import type { Mat3, RosterEntry, SceneTruth } from '../protocol/index.js';
import type { View } from './camera.js';
import { type Figure, occlusion } from './people/figure.js';
import { places, type Run } from './race.js';
import { subjectTruth } from './truth.js';

/** One moment of a race, as drawn. */
export interface RaceMoment {
  readonly timeS: number;
  readonly view: View;
  readonly toImage: Mat3;
  /** In order of lanes. */
  readonly subjects: readonly { readonly figure: Figure; readonly speedMps: number }[];
  readonly others: readonly Figure[];
}

/** What is true of a race in lanes at a moment: everybody's place in the picture and in the order. */
export function raceTruth(
  at: Pick<SceneTruth, 'frameIndex' | 'mediaTimeUs'>,
  { timeS, view, toImage, subjects, others }: RaceMoment,
  race: { readonly runs: readonly Run[]; readonly finishM: number; readonly roster: readonly RosterEntry[] },
): SceneTruth {
  const everyone = [...subjects.map((s) => s.figure), ...others];
  const standing = places(race.runs, timeS, race.finishM);
  return {
    ...at,
    groundToImage: toImage,
    subjects: subjects.map(({ figure, speedMps }, i) =>
      subjectTruth(toImage, figure, {
        id: i + 1,
        name: race.roster[i]?.name ?? '',
        lane: i + 1,
        speedMps,
        occlusion: occlusion(figure, everyone, view),
        ...(standing[i] as (typeof standing)[number]),
      }),
    ),
  };
}
