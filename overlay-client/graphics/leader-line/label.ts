import type { Box } from '../../../protocol/index.js';
import type { Band } from '../bands.js';
import { secondsBehind } from '../gaps.js';
import type { GraphicEnvironment, Moment } from '../graphic.js';
import { LineCard, type Segment } from '../line-card.js';
import type { Part } from '../part.js';
import { formatTime, gapStep, hasStarted, type RaceClock } from '../race-clock.js';
import type { RaceLog } from '../race-log.js';
import type { LeaderLineData } from './manifest.js';

/** A small card at one end of the line: the lead, or the race time. */
export class LineLabel {
  readonly #card: LineCard;
  #said = false;
  #step = Number.NaN;

  constructor(private readonly env: GraphicEnvironment) {
    this.#card = new LineCard(env, `${env.id}/label`);
  }

  advance(moment: Moment<LeaderLineData>, band: Band, clock: RaceClock): void {
    const step = gapStep(moment.frame.mediaTimeUs);
    const held = moment.data.label === 'gap' && this.#said && step === this.#step;
    if (!held) {
      const segments = labelText(moment, clock, this.env.race);
      this.#said = segments.length > 0;
      this.#card.say(segments, moment.data.colour);
    }
    this.#step = step;
    this.#card.follow(band, 'near');
  }

  draw(opacity: number): Part | undefined {
    return this.#card.draw(opacity);
  }

  keepOut(): readonly Box[] {
    return this.#card.keepOut();
  }

  destroy(): void {
    this.#card.destroy();
  }
}

function labelText({ frame, data }: Moment<LeaderLineData>, clock: RaceClock, race: RaceLog): Segment[] {
  const [first, second] = race.ranked;
  const leader = first?.standing;
  if (!leader) return [];
  if (data.label === 'time') {
    const seconds = clock.raceTimeS(leader.finishedAtUs ?? frame.mediaTimeUs);
    if (seconds === undefined) return [];
    return [{ kind: 'figures', text: formatTime(seconds, leader.finishedAtUs === null || !clock.isExact ? 1 : 2) }];
  }
  if (data.reference === 'fixed') return captioned('TO GO', `${Math.max(0, data.distanceM - leader.distanceM).toFixed(1)} m`);
  if (!second || !hasStarted(frame)) return [];
  const gapS = secondsBehind(race, first, second, frame.mediaTimeUs);
  const gapM = Math.max(0, leader.distanceM - second.standing.distanceM);
  return captioned('LEAD', gapS !== null ? `${gapS.toFixed(2)} s` : `${gapM.toFixed(1)} m`);
}

function captioned(caption: string, figures: string): Segment[] {
  return [
    { kind: 'caption', text: caption },
    { kind: 'figures', text: figures },
  ];
}
