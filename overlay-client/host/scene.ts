import { type Box, type ChannelScene, type GraphicState, samePeople, type TrackingFrame } from '../../protocol/index.js';
import { type BoundGraphic, drawings, SCREEN_DEPTH, TAGS_DEPTH } from '../graphics/drawing.js';
import type { Moment } from '../graphics/graphic.js';
import type { GroundShapes } from '../graphics/ground-shapes.js';
import { type Images, NO_IMAGES } from '../graphics/images.js';
import { presence } from '../graphics/motion.js';
import type { Part } from '../graphics/part.js';
import { RaceLog } from '../graphics/race-log.js';
import { isGraphicType } from '../graphics/registry.js';
import type { TextPainter } from '../graphics/text.js';
import { type Theme, themeFor } from '../graphics/theme.js';

interface Live {
  readonly type: string;
  readonly graphic: BoundGraphic;
}

/** A pause in media time longer than this is a cut: histories start again. */
const GAP_MAX_US = 2_000_000;

/**
 * All graphics of a channel, as a pure function of the channel's scene, the graphics' states and the frames up to a media time. Both
 * hosts hold one: it knows nothing of canvases, and no clock but the frames' own.
 */
export class SceneModel {
  #scene: ChannelScene;
  #theme: Theme;
  readonly #text: TextPainter;
  readonly #groundShapes: () => GroundShapes;
  readonly #images: Images;
  readonly #live = new Map<string, Live>();
  #states: readonly GraphicState[] = [];
  #frame: TrackingFrame | undefined;
  #race: RaceLog;

  constructor(scene: ChannelScene, text: TextPainter, groundShapes: () => GroundShapes, images: Images = NO_IMAGES) {
    this.#scene = scene;
    this.#images = images;
    this.#theme = themeFor(scene, scene.look);
    this.#race = new RaceLog(scene.course);
    this.#text = text;
    this.#groundShapes = groundShapes;
  }

  /** Another roster, course or look of the same picture: every graphic is made anew. What happened in the race stays known where it is the same one. */
  setScene(scene: ChannelScene): void {
    const isSameRace = JSON.stringify(scene.course) === JSON.stringify(this.#scene.course) && samePeople(this.#scene.roster, scene.roster);
    this.#scene = scene;
    this.#theme = themeFor(scene, scene.look);
    this.#destroyGraphics();
    if (!isSameRace) this.#race = new RaceLog(scene.course);
  }

  /** Takes in a frame that will not be drawn. Every frame of the channel must come through here or {@link compose}, in order. */
  observe(frame: TrackingFrame, states: readonly GraphicState[] = this.#states): void {
    const before = this.#frame;
    if (before && before.mediaTimeUs === frame.mediaTimeUs && !frame.discontinuity && states === this.#states) return;
    const isSame = before?.mediaTimeUs === frame.mediaTimeUs;
    if (
      frame.discontinuity
        ? !isSame
        : before && (frame.mediaTimeUs < before.mediaTimeUs || frame.mediaTimeUs > before.mediaTimeUs + GAP_MAX_US)
    )
      this.#reset();
    const elapsedUs = before && this.#frame ? frame.mediaTimeUs - before.mediaTimeUs : 0;
    this.#frame = frame;
    this.#race.observe(frame);
    this.#states = states;
    this.#bind(states);
    for (const { state, graphic, moment } of this.#ordered(frame, elapsedUs)) {
      if (isGraphicType(state.type)) graphic.advance(moment());
    }
  }

  /** @returns the parts to show on this frame, the first at the bottom. Valid until the next call. */
  compose(frame: TrackingFrame, states: readonly GraphicState[]): Part[] {
    this.observe(frame, states);
    const parts: Part[] = [];
    for (const { graphic, moment } of this.#ordered(frame, 0)) parts.push(...graphic.draw(moment()));
    // Whatever lies on the ground lies under every card, whose graphic it may be.
    return [...parts.filter(({ onGround }) => onGround), ...parts.filter(({ onGround }) => !onGround)];
  }

  /** Graphics from the ground up; each sees the room taken by those under it. */
  #ordered(frame: TrackingFrame, elapsedUs: number) {
    const list: { state: GraphicState; graphic: BoundGraphic; moment: () => Moment<unknown> }[] = [];
    for (const state of this.#states) {
      const live = this.#live.get(state.id);
      if (!live) continue;
      const shown = presence(state.on, state.changedAtUs, frame.mediaTimeUs);
      list.push({
        state,
        graphic: live.graphic,
        moment: () => ({
          ...{ frame, elapsedUs, data: state.data, presence: shown, step: state.step },
          stepElapsedUs: state.steppedAtUs < 0 ? Number.POSITIVE_INFINITY : Math.max(0, frame.mediaTimeUs - state.steppedAtUs),
          keepOut: this.#keepOut(list, live.graphic),
          cards: this.#takenBefore(list, live.graphic, SCREEN_DEPTH),
        }),
      });
    }
    return list.sort((a, b) => a.graphic.depth - b.graphic.depth);
  }

  /** The ground's labels make way for cards as they stood on the frame before: they come first, and cards stand still. */
  #keepOut(list: readonly { state: GraphicState; graphic: BoundGraphic }[], graphic: BoundGraphic): Box[] {
    const before = this.#takenBefore(list, graphic, 0);
    if (graphic.depth >= SCREEN_DEPTH) return before;
    const cards = list.filter(({ state, graphic: { depth } }) => state.on && depth >= SCREEN_DEPTH && depth < TAGS_DEPTH);
    return [...before, ...cards.flatMap((card) => card.graphic.keepOut())];
  }

  #takenBefore(list: readonly { state: GraphicState; graphic: BoundGraphic }[], graphic: BoundGraphic, fromDepth: number): Box[] {
    const boxes: Box[] = [];
    for (const other of list) {
      if (other.graphic === graphic) break;
      if (other.state.on && other.graphic.depth >= fromDepth) boxes.push(...other.graphic.keepOut());
    }
    return boxes;
  }

  #bind(states: readonly GraphicState[]): void {
    const ids = new Map(states.map((state) => [state.id, state.type]));
    for (const [id, live] of this.#live) {
      if (ids.get(id) === live.type) continue;
      live.graphic.destroy();
      this.#live.delete(id);
    }
    for (const { id, type } of states) {
      if (this.#live.has(id) || !isGraphicType(type)) continue;
      const graphic = drawings[type].bind({
        ...{ id, scene: this.#scene, theme: this.#theme, text: this.#text, images: this.#images, race: this.#race },
        groundShapes: this.#groundShapes,
      });
      this.#live.set(id, { type, graphic });
    }
  }

  #destroyGraphics(): void {
    for (const { graphic } of this.#live.values()) graphic.destroy();
    this.#live.clear();
  }

  #reset(): void {
    this.#destroyGraphics();
    this.#race = new RaceLog(this.#scene.course);
    this.#frame = undefined;
  }

  destroy(): void {
    this.#reset();
  }
}
