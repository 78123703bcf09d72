import type { Box } from '../../../protocol/index.js';
import { US_PER_SECOND } from '../../../protocol/index.js';
import { finishMarginS, passedAtUs } from '../gaps.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { Part } from '../part.js';
import { plotStep } from '../plot.js';
import type { Ranked } from '../ranking.js';
import { whoIs } from '../roster.js';
import { Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import { type Chosen, chooseSubject } from '../subject-choice.js';
import type { WhereWonData } from './manifest.js';
import { type Duel, drawDuel, duelSize, plotWidth } from './picture.js';
import { recordTimeS, tell } from './sectors.js';

export class WhereWon implements Graphic<WhereWonData> {
  readonly #env: GraphicEnvironment;
  readonly #spot: Spot;
  readonly #sheet: Sheet;
  #duel: Duel | undefined;
  #told = '';
  #data: WhereWonData | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#sheet = new Sheet(env, 'story');
  }

  advance(moment: Moment<WhereWonData>): void {
    const { data, frame, presence } = moment;
    const ranked = this.#env.race.ranked;
    const subject = chooseSubject(data.subject, this.#env.scene, ranked);
    const against = subject && data.record.length === 0 ? this.#against(data, ranked, subject) : undefined;
    const isComplete = subject !== undefined && (data.record.length > 0 || against !== undefined);
    const told = `${plotStep(frame.mediaTimeUs, this.#env.id)} ${subject?.key} ${against?.key}`;
    if (!isComplete) this.#duel = undefined;
    else if (presence > 0 && (told !== this.#told || data !== this.#data)) this.#duel = this.#tell(data, subject, against);
    if (presence > 0) this.#told = told;
    this.#data = data;
    this.#spot.advance(duelSize(this.#env.theme), data.place, this.#duel ? moment : { ...moment, presence: 0 });
  }

  /** Nobody is set against themselves: the winner meets the second, everyone else the winner. */
  #against(data: WhereWonData, ranked: readonly Ranked[], subject: Chosen): Chosen | undefined {
    const wanted = chooseSubject(data.against, this.#env.scene, ranked);
    if (wanted && wanted.key !== subject.key) return wanted;
    const other = ranked.find(({ key }) => key !== subject.key);
    return other && { key: other.key, rosterIndex: other.rosterIndex, trackId: other.standing.trackId, place: other };
  }

  #tell(data: WhereWonData, subject: Chosen, against: Chosen | undefined): Duel {
    const { race, scene, theme } = this.#env;
    const own = race.get(subject.key);
    const other = against && race.get(against.key);
    const startedAtUs = race.clock.startedAtUs;
    const record = [...data.record].sort((a, b) => a.distanceM - b.distanceM);
    const aheadAtS = (distanceM: number): number | undefined => {
      // Everyone starts level, whether that was seen or not.
      if (distanceM <= 0) return 0;
      const at = own && passedAtUs(race, own, distanceM);
      if (at === undefined) return undefined;
      if (against) {
        const finishes = [own?.finishedAtUs, other?.finishedAtUs];
        if (distanceM >= race.lengthM && finishes[0] && finishes[1]) return finishMarginS(race, finishes[0], finishes[1]);
        const otherAt = other && passedAtUs(race, other, distanceM);
        return otherAt === undefined ? undefined : (otherAt - at) / US_PER_SECOND;
      }
      const recordS = recordTimeS(record, distanceM);
      return recordS === undefined || startedAtUs === undefined ? undefined : recordS - (at - startedAtUs) / US_PER_SECOND;
    };
    const who = whoIs(scene, subject.rosterIndex, subject.trackId);
    const rival = against && whoIs(scene, against.rosterIndex, against.trackId);
    return {
      ...{ title: data.title, name: who.name, colour: who.colour, lengthM: race.lengthM, marksM: race.marksM },
      ...{ rival: rival?.name ?? data.recordName, rivalColour: rival?.colour ?? theme.colours.muted },
      story: tell(race.lengthM, data.sectors, plotWidth(theme), aheadAtS),
    };
  }

  draw({ frame, presence }: Moment<WhereWonData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    const duel = this.#duel;
    if (!box || !duel || presence <= 0) return [];
    return [
      this.#sheet.draw(entering(box, presence, this.#env.theme), JSON.stringify(duel), presence, (pen, size) => drawDuel(pen, size, duel)),
    ];
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#sheet.destroy();
  }
}
