import type { GraphicState, MediaTimeUs } from '../../../protocol/index.js';
import type { RundownItem } from './desk.js';

/**
 * The rundown with the media times that animations start at.
 * @param before as it was on air
 * @param atUs media time of the next frame to be composited; -1: no animation, it was so from the beginning
 */
export function stamped(before: readonly GraphicState[], rundown: readonly RundownItem[], atUs: MediaTimeUs): GraphicState[] {
  const was = new Map(before.map((g) => [g.id, g]));
  return rundown.map((item) => {
    const old = was.get(item.id);
    if (!old || old.type !== item.type) return { ...item, changedAtUs: item.on ? atUs : -1, steppedAtUs: -1 };
    const switched = old.on !== item.on;
    // One that comes in does so on its step: there is no other to come from.
    const steppedAtUs = switched && item.on ? -1 : old.step === item.step ? old.steppedAtUs : atUs;
    return { ...item, changedAtUs: switched ? atUs : old.changedAtUs, steppedAtUs };
  });
}
