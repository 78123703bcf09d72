import type { ChannelScene, Standing } from '../../../protocol/index.js';
import { make, say } from '../shared/dom.js';
import type { Moment } from './interpolate.js';
import { colourOf } from './moving.js';

const ROWS = 10;

/** Shows the order of a race: rank, colour, name, gap to the leader. Rows stay in place; only their text changes. */
export function showBoard(board: HTMLElement, scene: ChannelScene, { standings, subjects }: Moment): void {
  const shown = standings.slice(0, ROWS);
  while (board.children.length > shown.length) board.lastElementChild?.remove();
  while (board.children.length < shown.length) {
    const parts = ['rank', 'chip', 'name', 'gap'].map((name) => make('span', { class: name }));
    board.append(make('li', {}, ...parts));
  }
  for (const [i, standing] of shown.entries()) {
    const [rank, chip, name, gap] = board.children[i]?.children ?? [];
    if (!rank || !(chip instanceof HTMLElement) || !name || !gap) continue;
    const rosterIndex = subjects.find((s) => s.trackId === standing.trackId)?.rosterIndex ?? -1;
    const entry = scene.roster[rosterIndex];
    chip.style.background = colourOf(scene, { trackId: standing.trackId, rosterIndex });
    say(rank, `${standing.rank}`);
    say(name, entry?.shortName ?? entry?.name ?? `Runner ${standing.trackId}`);
    say(gap, standing.rank === 1 ? `${Math.max(0, standing.distanceM).toFixed(0)} m` : gapWords(standing));
  }
}

function gapWords({ gapS, gapM }: Standing): string {
  return gapS === null ? `+${gapM.toFixed(1)} m` : `+${gapS.toFixed(2)} s`;
}
