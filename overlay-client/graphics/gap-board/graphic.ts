import type { Box, MediaTimeUs, Standing, TrackingFrame } from '../../../protocol/index.js';
import { US_PER_SECOND } from '../../../protocol/index.js';
import { firstAtUs, secondsBehind } from '../gaps.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { easeInOut, PRESENCE_US } from '../motion.js';
import type { Part } from '../part.js';
import { formatRaceTime, formatTime, gapStep, hasStarted } from '../race-clock.js';
import type { Ranked } from '../ranking.js';
import { whoIs } from '../roster.js';
import { MOVE_US } from '../steady-order.js';
import { BoardHead } from './head.js';
import type { GapBoardData } from './manifest.js';
import { BOARD, BoardRow, gapWidth, type RowColumns, type RowContent } from './row.js';

/** Gaps larger than this mean nothing on a board. */
const GAP_MAX_S = 36_000;

export class GapBoard implements Graphic<GapBoardData> {
  readonly #env: GraphicEnvironment;
  readonly #head: BoardHead;
  readonly #rows = new Map<string, BoardRow>();
  #shown: readonly string[] = [];
  /** When the gaps were last taken. */
  #step = Number.NaN;
  #takenUs = Number.NEGATIVE_INFINITY;
  /** When the rows say what is so in the order they are sliding to. */
  #turnsAtUs = Number.NEGATIVE_INFINITY;
  #box: Box | undefined;
  /** The last intermediate mark that somebody has passed, and when; looked for at every step of the gaps. */
  #mark: { readonly distanceM: number; readonly firstAtUs: MediaTimeUs } | undefined;
  #markStep = Number.NaN;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#head = new BoardHead(env);
  }

  advance(moment: Moment<GapBoardData>): void {
    const { frame, data, presence } = moment;
    const now = frame.mediaTimeUs;
    this.#lookForMark(now);
    const ranked = this.#env.race.ranked;
    const isFirst = this.#shown.length === 0;
    const shown = ranked.slice(0, this.#rowsThatFit(data.rows));
    const before = new Map(this.#shown.map((key, i) => [key, i]));
    const isNew = shown.some(({ key }, i) => before.get(key) !== i) || before.size !== shown.length;
    // Who would have to slide across others is put to the new place instead.
    const isOther = shown.some(({ key }, i) => Math.abs((before.get(key) ?? i) - i) > 1);
    this.#shown = shown.map(({ key }) => key);
    const top = this.#env.theme.safe.y + this.#env.theme.px(BOARD.headHeight) + this.#env.theme.px(BOARD.rowGap);
    const pitch = this.#env.theme.px(BOARD.rowHeight) + this.#env.theme.px(BOARD.rowGap);
    for (const [i, { key }] of shown.entries()) {
      let row = this.#rows.get(key);
      if (!row) {
        row = new BoardRow(this.#env, key, now, !isFirst);
        this.#rows.set(key, row);
      }
      if (isOther && before.has(key)) row.put(top + i * pitch);
      else row.moveTo(top + i * pitch, now);
    }
    if (isNew) this.#turnsAtUs = isFirst || isOther ? now : now + MOVE_US / 2;
    // All at once, so that no row says something that was so before; of rows that slide, as they pass each other.
    const step = now >= this.#turnsAtUs ? gapStep(now) : this.#step;
    const turned = now >= this.#turnsAtUs && this.#takenUs < this.#turnsAtUs;
    if (turned || step !== this.#step || shown.some(({ key }) => !before.has(key))) {
      this.#takenUs = now;
      for (const [i, content] of this.#contents(shown, frame).entries()) this.#rows.get(shown[i]!.key)?.update(content);
    }
    this.#step = step;
    this.#forget();
    this.#box = presence > 0 && this.#shown.length > 0 ? this.#bounds(data, columnsOf(moment), pitch) : undefined;
  }

  #lookForMark(now: MediaTimeUs): void {
    const step = gapStep(now);
    if (step === this.#markStep) return;
    this.#markStep = step;
    const { race } = this.#env;
    this.#mark = undefined;
    for (const distanceM of race.marksM) {
      const at = distanceM < race.lengthM ? firstAtUs(race, distanceM) : undefined;
      if (at !== undefined) this.#mark = { distanceM, firstAtUs: at };
    }
  }

  /** Race time of the first at the last mark, everyone else's difference to it. */
  #split(key: string): string {
    const atUs = this.#mark && this.#env.race.get(key)?.timeAtUs(this.#mark.distanceM);
    if (!this.#mark || atUs === undefined) return '';
    const raceTime = this.#env.race.raceTimeS(atUs);
    if (atUs <= this.#mark.firstAtUs) return raceTime === undefined ? '–' : formatRaceTime(this.#env.race.clock, raceTime);
    return `+${formatTime((atUs - this.#mark.firstAtUs) / US_PER_SECOND, 2)}`;
  }

  /** What the rows say; behind whom is shown first, and never less than the row above. */
  #contents(shown: readonly Ranked[], frame: TrackingFrame): RowContent[] {
    const started = hasStarted(frame);
    const first = shown[0]?.standing;
    let [metres, seconds] = [0, 0];
    return shown.map((place): RowContent => {
      const { key, standing, rosterIndex, rank } = place;
      metres = Math.max(metres, (first?.distanceM ?? 0) - standing.distanceM);
      const gapS = secondsBehind(this.#env.race, shown[0], place, frame.mediaTimeUs);
      if (gapS !== null) seconds = Math.max(seconds, gapS);
      return {
        rank,
        who: whoIs(this.#env.scene, rosterIndex, standing.trackId),
        seconds: started ? this.#seconds(standing, rank, first, gapS === null ? null : seconds) : '',
        metres: !started || standing.finishedAtUs !== null || rank === 1 ? '' : `${metres.toFixed(1)} m`,
        split: this.#split(key),
        leader: rank === 1,
      };
    });
  }

  #seconds(standing: Standing, rank: number, first: Standing | undefined, gapS: number | null): string {
    if (standing.finishedAtUs !== null) {
      const raceTime = this.#env.race.raceTimeS(standing.finishedAtUs);
      if (raceTime !== undefined) return formatRaceTime(this.#env.race.clock, raceTime);
      const behind = (standing.finishedAtUs - (first?.finishedAtUs ?? standing.finishedAtUs)) / US_PER_SECOND;
      return behind > 0 ? `+${formatTime(behind, 2)}` : 'FINISH';
    }
    if (rank === 1) return 'LEADER';
    if (gapS === null || gapS > GAP_MAX_S) return '–';
    return `+${formatTime(gapS, 2)}`;
  }

  #rowsThatFit(wanted: number): number {
    const { theme } = this.#env;
    const room = theme.safe.height - theme.px(BOARD.headHeight);
    return Math.max(0, Math.min(wanted, Math.floor(room / (theme.px(BOARD.rowHeight) + theme.px(BOARD.rowGap)))));
  }

  #forget(): void {
    const shown = new Set(this.#shown);
    for (const [key, row] of this.#rows) {
      if (shown.has(key)) continue;
      row.destroy();
      this.#rows.delete(key);
    }
  }

  #bounds(data: GapBoardData, columns: RowColumns, pitch: number): Box {
    const { theme } = this.#env;
    const width = boardWidth(this.#env, columns);
    const x = data.place === 'left' ? theme.safe.x : theme.safe.x + theme.safe.width - width;
    const height = theme.px(BOARD.headHeight) + theme.px(BOARD.rowGap) + this.#shown.length * pitch;
    return { x, y: theme.safe.y, width, height };
  }

  draw(moment: Moment<GapBoardData>): readonly Part[] {
    const { frame, data, presence } = moment;
    const box = this.#box;
    if (!box || presence <= 0) return [];
    const now = frame.mediaTimeUs;
    // Comes in from its side of the picture.
    const away = Math.round((1 - presence) * this.#env.theme.px(40)) * (data.place === 'left' ? -1 : 1);
    const x = box.x + away;
    const title = data.title || this.#env.scene.title;
    const rows = this.#shown.map((key) => this.#rows.get(key)!).sort((a, b) => Number(a.isMovingUp(now)) - Number(b.isMovingUp(now)));
    const columns = columnsOf(moment);
    const parts = rows.flatMap((row) => row.draw(x, columns, now, presence));
    const mark = columns.split === 1 && this.#mark ? `${Math.round(this.#mark.distanceM * 10) / 10} m` : '';
    return [...parts, this.#head.draw(title, mark, { ...box, x }, presence)];
  }

  keepOut(): readonly Box[] {
    return this.#box ? [this.#box] : [];
  }

  destroy(): void {
    for (const row of this.#rows.values()) row.destroy();
    this.#head.destroy();
  }
}

function columnsOf({ data, step, stepElapsedUs }: Moment<GapBoardData>): RowColumns {
  const stepped = easeInOut(stepElapsedUs / PRESENCE_US);
  const split = data.splits ? 1 : step > 0 ? stepped : 1 - stepped;
  return { seconds: data.show !== 'metres', metres: data.show !== 'seconds', split };
}

function boardWidth(env: GraphicEnvironment, columns: RowColumns): number {
  const { px } = env.theme;
  return px(BOARD.rank) + px(BOARD.bar) + px(BOARD.name) + gapWidth(env.theme, columns);
}
