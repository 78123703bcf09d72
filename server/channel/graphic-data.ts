import { parseGraphicData as parse } from '../../overlay-client/index.js';
import type { ParseGraphicData } from './graphics-state.js';

/** Checks a graphic's data against its own schema and fills in defaults. @throws Error with one line. */
export const parseGraphicData: ParseGraphicData = (type, data) => {
  const parsed = parse(type, data);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.data;
};
