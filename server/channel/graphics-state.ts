import type { ControlCommand, GraphicSetup, GraphicState, MediaTimeUs } from '../../protocol/index.js';

/** Checks and completes a graphic's data; throws one clear line. Injected so that this stays pure. */
export type ParseGraphicData = (type: string, data: unknown) => GraphicState['data'];

/** The graphics of a channel as its project sets them up. @throws Error naming the graphic whose type or data is not right. */
export function initialGraphics(setups: readonly GraphicSetup[], parse: ParseGraphicData): GraphicState[] {
  return setups.map((setup) => ({
    id: setup.id,
    type: setup.type,
    on: setup.on,
    changedAtUs: -1,
    data: naming(setup.id, () => parse(setup.type, setup.data)),
    step: 0,
    steppedAtUs: -1,
  }));
}

/**
 * The state after a command, as new objects where something changed. `atUs` is the media time of the next frame to be composited: in and
 * out animations start there.
 * @throws Error with one line when the graphic is not known or its data is not right.
 */
export function applyGraphicCommand(
  graphics: readonly GraphicState[],
  command: Extract<ControlCommand, { command: 'graphic.set' | 'graphics.allOff' }>,
  atUs: MediaTimeUs,
  parse: ParseGraphicData,
): GraphicState[] {
  if (command.command === 'graphics.allOff') return graphics.map((g) => switched(g, false, atUs));
  const target = graphics.find((g) => g.id === command.graphic);
  if (!target) {
    throw new Error(`graphic "${command.graphic}" is not on this channel; it has ${graphics.map((g) => g.id).join(', ') || 'none'}`);
  }
  const data = command.data ? naming(target.id, () => parse(target.type, { ...target.data, ...command.data })) : target.data;
  return graphics.map((g) => (g === target ? switched({ ...g, data }, command.on ?? g.on, atUs) : g));
}

function switched(graphic: GraphicState, on: boolean, atUs: MediaTimeUs): GraphicState {
  return graphic.on === on ? graphic : { ...graphic, on, changedAtUs: atUs };
}

function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`graphic "${id}": ${error instanceof Error ? error.message : String(error)}`);
  }
}
