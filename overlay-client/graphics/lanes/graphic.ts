import { type Box, CourseGeometry, type TrackingFrame } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundSight } from '../ground-sight.js';
import { GroundTexts } from '../ground-text.js';
import type { Part } from '../part.js';
import { type Orientation, Reading } from '../reading.js';
import { whoIs } from '../roster.js';
import { LaneFlag } from './flag.js';
import type { LanesData } from './manifest.js';

/** A lane that somebody has. */
interface Lane {
  readonly lane: number;
  readonly rosterIndex: number;
  readonly flag: LaneFlag;
  readonly reading: Reading;
  /** Where the competitor is, metres from the start. */
  distanceM: number;
  lies: Orientation | undefined;
}

/** Names flat in the lanes, as television writes them on water and tartan. */
export class Lanes implements Graphic<LanesData> {
  readonly #env: GraphicEnvironment;
  readonly #sight = new GroundSight();
  readonly #texts: GroundTexts;
  readonly #course: CourseGeometry | null;
  readonly #lanes: readonly Lane[];

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#texts = new GroundTexts(env.text);
    const { course, roster } = env.scene;
    this.#course = course && new CourseGeometry(course);
    this.#lanes = Array.from({ length: course?.lanes ?? 0 }, (_, i) => i + 1).flatMap((lane) => {
      const rosterIndex = roster.findIndex((entry) => entry.lane === lane);
      if (rosterIndex < 0) return [];
      const flag = new LaneFlag(env, `${env.id}/${lane}`, this.#texts);
      return [{ lane, rosterIndex, flag, reading: new Reading(), distanceM: 0, lies: undefined }];
    });
  }

  advance({ frame, elapsedUs, data }: Moment<LanesData>): void {
    const view = this.#sight.step(frame, elapsedUs);
    const places = new Map(frame.standings.map(({ rosterIndex, distanceM }) => [rosterIndex, distanceM]));
    for (const lane of this.#lanes) {
      lane.distanceM = places.get(lane.rosterIndex) ?? lane.distanceM;
      const at = view && this.#at(lane, data);
      if (view && at) lane.lies = lane.reading.step(view, at.place, at.along) ?? lane.lies;
    }
  }

  /** Where a name begins, nearest to its competitor, and which way the lane runs there. */
  #at({ lane, distanceM }: Lane, data: LanesData) {
    const { course } = this.#env.scene;
    if (!course || !this.#course) return undefined;
    const fromM = data.place === 'fixed' ? data.distanceM : distanceM + (data.place === 'ahead' ? data.offsetM : -data.offsetM);
    const acrossM = this.#course.laneMiddleM(lane);
    const place = this.#course.pointAt(course.startM + fromM, acrossM);
    const ahead = this.#course.pointAt(course.startM + fromM + 0.5, acrossM);
    const length = Math.hypot(ahead.x - place.x, ahead.y - place.y) || 1;
    return { place, along: { x: (ahead.x - place.x) / length, y: (ahead.y - place.y) / length } };
  }

  draw({ frame, data, presence }: Moment<LanesData>): readonly Part[] {
    const opacity = this.#sight.opacity;
    const { view } = this.#sight;
    const { course } = this.#env.scene;
    if (!view || !course || opacity <= 0 || presence <= 0) return [];
    const heightM = (course.widthM / course.lanes) * data.size;
    const parts: Part[] = [];
    for (const lane of this.#lanes) {
      const at = this.#at(lane, data);
      if (!at || !lane.lies || !this.#isNear(frame, at.place)) continue;
      const who = whoIs(this.#env.scene, lane.rosterIndex, 0);
      const name = data.name === 'none' ? '' : this.#env.text.clean(data.name === 'full' ? who.name : who.shortName);
      const number = data.number === 'none' ? '' : data.number === 'bib' ? this.#env.text.clean(who.bib) : String(lane.lane);
      const forward = data.place !== 'behind';
      parts.push(
        ...lane.flag.draw({
          ...{ view, picture: frame, at: at.place, along: at.along, forward, lies: lane.lies, heightM },
          ...{ name, number, colour: who.colour, presence, opacity },
        }),
      );
    }
    this.#texts.endFrame();
    return parts;
  }

  /** Far outside the picture there is nothing to lay out. */
  #isNear(frame: TrackingFrame, place: { x: number; y: number }): boolean {
    const { view } = this.#sight;
    if (!view?.isVisible(place)) return false;
    const { x, y } = view.project(place);
    return x > -frame.width && x < 2 * frame.width && y > -frame.height && y < 2 * frame.height;
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    for (const { flag } of this.#lanes) flag.destroy();
  }
}
