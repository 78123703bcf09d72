import { type Box, CourseGeometry, type MediaTimeUs, type TrackingFrame, US_PER_SECOND } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundPaint } from '../ground-paint.js';
import { GroundSight } from '../ground-sight.js';
import { type LineInPicture, projectLine } from '../line.js';
import { LineCard, type Segment } from '../line-card.js';
import { type Dashes, linePieces } from '../line-pieces.js';
import { clamp } from '../motion.js';
import type { Part } from '../part.js';
import { gapStep, isAtStart } from '../race-clock.js';
import type { RecordLineData } from './manifest.js';
import { Pacer } from './pacer.js';
import { comparison } from './words.js';

const DASHES: Dashes = { dashM: 0.75, gapM: 0.4, slant: 0.9 };
/** Courses wider than this many dashes get longer ones. */
const DASHES_ACROSS = 40;
/** Room for the name, design units. */
const NAME_WIDTH = 240;

/** A line that runs along the course as somebody who is not there once did. Dashed, where the leader's is whole. */
export class RecordLine implements Graphic<RecordLineData> {
  readonly #env: GraphicEnvironment;
  readonly #paint: GroundPaint;
  readonly #sight = new GroundSight();
  readonly #card: LineCard;
  readonly #course: CourseGeometry | null;
  #data: RecordLineData | undefined;
  #pacer: Pacer | undefined;
  #line: LineInPicture | undefined;
  #saidAt = '';

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#paint = new GroundPaint(env, `${env.id}/line`);
    this.#card = new LineCard(env, `${env.id}/card`);
    this.#course = env.scene.course && new CourseGeometry(env.scene.course);
  }

  advance({ frame, elapsedUs, data, keepOut }: Moment<RecordLineData>): void {
    if (data !== this.#data) {
      this.#data = data;
      this.#pacer = Pacer.of(data.splits, data.totalS, this.#env.race.lengthM);
      this.#saidAt = '';
    }
    const timeS = this.#timeS(frame, data);
    const pacer = this.#pacer;
    const view = this.#sight.step(frame, elapsedUs, pacer !== undefined && timeS !== undefined);
    if (!view || !pacer || timeS === undefined || !this.#course) return;
    const { course } = this.#course;
    const [a, b] = this.#course.lineAcross(course.startM + clamp(pacer.distanceAtM(timeS), 0, this.#env.race.lengthM));
    this.#line = projectLine(view, a, b, data.widthM, frame, this.#env.theme.unit);
    if (!this.#line) return;
    this.#say(frame, data, pacer, timeS);
    // The leader's card hangs at the near end.
    this.#card.follow(this.#line.band, 'far');
    this.#card.settle(keepOut);
  }

  #startedAtUs(data: RecordLineData): MediaTimeUs | undefined {
    return data.startAtS >= 0 ? data.startAtS * US_PER_SECOND : this.#env.race.clock.startedAtUs;
  }

  /** Seconds of the run on this frame; undefined where nobody can tell, because the start was not seen. */
  #timeS(frame: TrackingFrame, data: RecordLineData): number | undefined {
    const startedAtUs = this.#startedAtUs(data);
    if (startedAtUs === undefined) return isAtStart(frame) ? 0 : undefined;
    const sinceS = (frame.mediaTimeUs - startedAtUs) / US_PER_SECOND;
    return sinceS < 0 ? 0 : Math.max(0, sinceS + data.headStartS);
  }

  #say(frame: TrackingFrame, data: RecordLineData, pacer: Pacer, timeS: number): void {
    const [leader] = frame.standings;
    const finished = leader?.finishedAtUs ?? null;
    const saidAt = `${gapStep(frame.mediaTimeUs)} ${finished}`;
    if (saidAt === this.#saidAt) return;
    this.#saidAt = saidAt;
    const { lengthM } = this.#env.race;
    const startedAtUs = this.#startedAtUs(data);
    const over = finished !== null && startedAtUs !== undefined;
    const leaderS = over ? (finished - startedAtUs) / US_PER_SECOND + data.headStartS : timeS;
    const leaderM =
      startedAtUs === undefined || frame.mediaTimeUs < startedAtUs || !leader
        ? undefined
        : clamp(over ? lengthM : leader.distanceM, 0, lengthM);
    const light = this.#env.scene.look.mode === 'light';
    const words = comparison(pacer, lengthM, leaderM === undefined ? undefined : { timeS: leaderS, distanceM: leaderM }, data.show, light);
    const label = this.#env.text.clean(data.label);
    const name = leaderM === undefined && data.show !== 'none' ? this.#name(data) : [];
    this.#card.say(
      data.show === 'none' ? [] : [...(label === '' ? [] : [{ kind: 'chip', text: label } as const]), ...name, ...words],
      data.colour,
    );
  }

  #name(data: RecordLineData): Segment[] {
    const { text, theme } = this.#env;
    const style = { weight: 700, sizePx: theme.px(17), colour: theme.colours.muted, spacingPx: theme.px(1) } as const;
    const name = text.fit(text.clean(data.name), style, theme.px(NAME_WIDTH));
    return name === '' ? [] : [{ kind: 'caption', text: name }];
  }

  draw({ frame, data, presence }: Moment<RecordLineData>): readonly Part[] {
    const opacity = this.#sight.opacity * presence;
    const line = this.#line;
    if (!line || opacity <= 0) return [];
    const widthM = this.#env.scene.course?.widthM ?? 0;
    const scale = Math.max(1, widthM / DASHES_ACROSS / (DASHES.dashM + DASHES.gapM));
    const dashes = { ...DASHES, dashM: DASHES.dashM * scale, gapM: DASHES.gapM * scale };
    const parts = this.#paint.draw(linePieces(line, data.colour, opacity, widthM, dashes), frame);
    const card = this.#card.draw(opacity);
    return card ? [...parts, card] : parts;
  }

  keepOut(): readonly Box[] {
    return this.#sight.opacity > 0 && this.#line ? this.#card.keepOut() : [];
  }

  destroy(): void {
    this.#paint.destroy();
    this.#card.destroy();
  }
}
