import { isGraphicType, manifest, parseGraphicData, stepsOf } from '../../overlay-client/index.js';
import type { GraphicCatalogue } from './desk/index.js';

/** The kinds of graphics that come with Leaderline. */
export const catalogue: GraphicCatalogue = {
  parse: (type, data) => {
    const parsed = parseGraphicData(type, data);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.data;
  },
  // OGraf: a negative count is one that the graphic alone knows, as others' graphics do; 0 plays once, which is one step to us.
  steps: ({ type, data }, competitors) => {
    if (!isGraphicType(type)) return Number.POSITIVE_INFINITY;
    const count = stepsOf(type, data, competitors);
    return count < 0 ? Number.POSITIVE_INFINITY : Math.max(1, count);
  },
  name: (type) => manifest(type)?.name ?? type,
};
