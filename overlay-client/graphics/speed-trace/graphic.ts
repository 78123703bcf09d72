import type { Box, MediaTimeUs } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { Part } from '../part.js';
import { niceCeil, plotStep } from '../plot.js';
import { gapStep, hasStarted } from '../race-clock.js';
import { displayKey, whoIs } from '../roster.js';
import { Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import { type Chosen, chooseSubject } from '../subject-choice.js';
import type { SpeedTraceData } from './manifest.js';
import { drawFigures, drawPlots, type Figures, factorOf, figuresPart, type Traces, traceSize } from './picture.js';
import { RecentSpeed, trace, WINDOW_S } from './trace.js';

/** More grey curves than this hide the one that counts. */
const OTHERS_MAX = 24;
/** Nobody goes faster by more than this from the end of the curve to now. */
const PLAUSIBLE = 1.1;

export class SpeedTrace implements Graphic<SpeedTraceData> {
  readonly #env: GraphicEnvironment;
  readonly #recent = new RecentSpeed();
  readonly #spot: Spot;
  readonly #figures: Sheet;
  readonly #plots: Sheet;
  #data: SpeedTraceData | undefined;
  #key = '';
  #speedMps: number | undefined;
  #traces: Traces | undefined;
  #step = Number.NaN;
  #grown = Number.NaN;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#figures = new Sheet(env, 'now');
    this.#plots = new Sheet(env, 'plot');
  }

  advance(moment: Moment<SpeedTraceData>): void {
    const { data, frame, presence } = moment;
    const now = frame.mediaTimeUs;
    const chosen = this.#choose(moment);
    const isOther = data !== this.#data || (chosen?.key ?? '') !== this.#key;
    this.#data = data;
    this.#key = chosen?.key ?? '';
    const subject = frame.subjects.find((one) => displayKey(one) === chosen?.key);
    // Without metres a speed would be one of pixels.
    const hasCourse = this.#env.race.lengthM > 0;
    if (!hasCourse) this.#recent.observe(this.#key, frame.pose.unit === 'm' ? subject : undefined, now);
    const step = gapStep(now);
    if (step !== this.#step || isOther) this.#speedMps = hasCourse ? chosen?.place?.standing.speedMps : this.#recent.latestMps;
    this.#step = step;
    const grown = plotStep(now, this.#env.id);
    if (!chosen) this.#traces = undefined;
    else if (presence > 0 && (grown !== this.#grown || isOther || !this.#traces)) {
      this.#grown = grown;
      this.#traces = hasCourse ? this.#alongCourse(chosen, data) : this.#recently(chosen, now);
    }
    this.#spot.advance(traceSize(this.#env.theme, data.show), data.place, this.#traces ? moment : { ...moment, presence: 0 });
  }

  /** Who is meant. One curve is one person's: whoever was the leader when the card came on stays on it until it goes, or they are gone. */
  #choose({ data, presence, frame }: Moment<SpeedTraceData>): Chosen | undefined {
    const { scene, race } = this.#env;
    const isHeld = presence > 0 && data.subject === this.#data?.subject && hasStarted(frame);
    const place = isHeld && race.ranked.find(({ key }) => key === this.#key);
    if (place) return { key: place.key, rosterIndex: place.rosterIndex, trackId: place.standing.trackId, place };
    return chooseSubject(data.subject, scene, race.ranked);
  }

  /** The whole race so far, from what is remembered of it: complete whenever the card comes on. */
  #alongCourse({ key, rosterIndex, trackId }: Chosen, data: SpeedTraceData): Traces | undefined {
    const { race, scene, theme } = this.#env;
    const record = race.get(key);
    if (!record) return undefined;
    const width = traceSize(theme, data.show).width - figuresPart(theme);
    const own = trace(race, record, width);
    const rivals = data.others ? race.records().filter((other) => other !== record) : [];
    const others = rivals.slice(0, OTHERS_MAX).map((other) => trace(race, other, width));
    const longestS = Math.max(5, ...[own, ...others].map((points) => points.at(-1)?.timeS ?? 0));
    const end = data.axis === 'distance' ? Math.max(1, race.lengthM) : niceCeil(longestS);
    const written = data.axis === 'distance' ? `${Math.round(end)} m` : `${end} s`;
    return { who: whoIs(scene, rosterIndex, trackId), own, others, axis: data.axis, range: [0, end], ends: ['0', written] };
  }

  /** The last seconds of one who runs no course; the others are not remembered. */
  #recently({ rosterIndex, trackId }: Chosen, nowUs: MediaTimeUs): Traces | undefined {
    const own = this.#recent.points(nowUs);
    if (own.length === 0) return undefined;
    const who = whoIs(this.#env.scene, rosterIndex, trackId);
    return { who, own, others: [], axis: 'time', range: [-WINDOW_S, 0], ends: [`−${WINDOW_S} s`, '0'] };
  }

  #written({ own }: Traces, unit: SpeedTraceData['unit']): Figures {
    const speed = (mps: number): string => (Math.max(0, mps) * factorOf(unit)).toFixed(1);
    const now = this.#speedMps;
    const topMps = Math.max(...own.map(({ speedMps }) => speedMps));
    // The curve ends a little way back; a speed now that it does not lead to is a place found again, not a peak.
    const isPeak = now !== undefined && now > topMps && now < PLAUSIBLE * (own.at(-1)?.speedMps ?? 0);
    const last = own.findLast(({ accelerationMps2 }) => !Number.isNaN(accelerationMps2))?.accelerationMps2;
    return {
      speed: now === undefined ? '–' : speed(now),
      top: own.length > 1 ? speed(isPeak ? now : topMps) : '–',
      acceleration: last === undefined ? '–' : signed(last),
    };
  }

  draw({ frame, data, presence }: Moment<SpeedTraceData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    const traces = this.#traces;
    if (!box || !traces || presence <= 0) return [];
    const at = entering(box, presence, this.#env.theme);
    const figures = this.#written(traces, data.unit);
    const { who, own, others, axis, range } = traces;
    const split = figuresPart(this.#env.theme);
    const look = [who.name, who.colour, data.show, data.unit].join('\n');
    // A race grows at its end only: how far everyone has come tells it apart.
    const grown = [own, ...others].map((points) => `${points.length} ${points.at(-1)?.distanceM ?? ''} ${points.at(-1)?.speedMps ?? ''}`);
    const plots = [look, axis, ...range, ...grown].join('\n');
    return [
      this.#plots.draw({ ...at, x: at.x + split, width: at.width - split }, plots, presence, (pen, size) =>
        drawPlots(pen, size, traces, data),
      ),
      this.#figures.draw({ ...at, width: split }, `${look}\n${Object.values(figures).join('\n')}`, presence, (pen, size) =>
        drawFigures(pen, size, who, figures, data),
      ),
    ];
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#figures.destroy();
    this.#plots.destroy();
  }
}

/** To a tenth, with its sign; nothing has none. */
function signed(value: number): string {
  const size = Math.abs(value).toFixed(1);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
