import type { GraphicState } from '../../../protocol/index.js';

/** What the desk needs to know of the kinds of graphics; injected, so that the desk stays pure. */
export interface GraphicCatalogue {
  /** Checks a graphic's data against its own schema and fills in defaults. @throws Error with one line. */
  parse(type: string, data: unknown): GraphicState['data'];
  /** How many steps a graphic has with its data and so many on the start list, at least 1; Infinity where it does not say. */
  steps(graphic: Pick<GraphicState, 'type' | 'data'>, competitors: number): number;
  /** Its name for people. */
  name(type: string): string;
}

/** @throws Error that says which graphic. */
export function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`graphic "${id}": ${error instanceof Error ? error.message : String(error)}`);
  }
}
