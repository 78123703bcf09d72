import type { GraphicState, MediaTimeUs } from '../../protocol/index.js';
import { PRESENCE_US } from '../graphics/motion.js';

/** OGraf's actions as changes of a graphic's state: pure, so that a schedule can be played from any moment. */

export type Data = GraphicState['data'];

export type Action =
  | {
      readonly type: 'play';
      readonly delta?: number | undefined;
      readonly goto?: number | undefined;
      readonly skipAnimation?: boolean | undefined;
    }
  | { readonly type: 'update'; readonly data: Data; readonly skipAnimation?: boolean | undefined }
  | { readonly type: 'stop'; readonly skipAnimation?: boolean | undefined };

/** A graphic that has been loaded and not played. */
export function loaded(type: string, data: Data): GraphicState {
  return { id: type, type, on: false, changedAtUs: -1, data, step: 0, steppedAtUs: -1 };
}

/**
 * The step a play action leads to: `goto`, else `delta` on from the current one, which is -1 before the first.
 * @returns undefined when that is past the last step: the graphic then ends. Without steps (fire and forget) it is 0.
 */
export function targetStep(state: GraphicState, action: Extract<Action, { type: 'play' }>, stepCount: number): number | undefined {
  const current = state.on ? state.step : -1;
  const target = Math.max(0, Math.floor(action.goto ?? current + (action.delta ?? 1)));
  if (stepCount === 0) return 0;
  return stepCount > 0 && target >= stepCount ? undefined : target;
}

/** The state after an action at a media time. Every action counts, whatever is still under way. */
export function act(state: GraphicState, action: Action, atUs: MediaTimeUs, stepCount: number): GraphicState {
  // An animation that is skipped is one that ended long ago; media time -1 is "always so".
  const at = action.skipAnimation ? -1 : atUs;
  switch (action.type) {
    case 'update':
      return { ...state, data: { ...state.data, ...action.data } };
    case 'stop':
      return switched(state, false, at);
    case 'play': {
      const step = targetStep(state, action, stepCount);
      if (step === undefined) return switched(state, false, at);
      const stepped = state.on && state.step === step ? state : { ...state, step, steppedAtUs: at };
      return switched(stepped, true, at);
    }
  }
}

function switched(state: GraphicState, on: boolean, at: MediaTimeUs): GraphicState {
  return state.on === on ? state : { ...state, on, changedAtUs: at };
}

export interface Scheduled {
  readonly atUs: MediaTimeUs;
  readonly action: Action;
}

/** The state at a media time, when these actions were taken since the graphic was loaded. Actions of one moment count in the order given. */
export function stateAt(start: GraphicState, schedule: readonly Scheduled[], atUs: MediaTimeUs, stepCount: number): GraphicState {
  return [...schedule]
    .sort((a, b) => a.atUs - b.atUs)
    .filter((entry) => entry.atUs <= atUs)
    .reduce((state, { action, atUs: at }) => act(state, action, at, stepCount), start);
}

/** Milliseconds an action's animation takes: when its promise resolves. */
export function animationMs(before: GraphicState, after: GraphicState, skipAnimation: boolean | undefined): number {
  return skipAnimation || (before.on === after.on && before.step === after.step) ? 0 : PRESENCE_US / 1000;
}
