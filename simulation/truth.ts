import { apply, type Mat3, type SubjectTruth } from '../protocol/index.js';
import type { Figure } from './people/figure.js';

/** What a scene knows about a subject besides what its figure tells. */
export type Known = Omit<SubjectTruth, 'box' | 'foot' | 'groundM'>;

/** A subject's truth in one frame: its figure gives box, ground position and, through the homography, the foot point. */
export function subjectTruth(toImage: Mat3, figure: Figure, known: Known): SubjectTruth {
  return { ...known, box: figure.box, foot: apply(toImage, figure.ground), groundM: figure.ground };
}
