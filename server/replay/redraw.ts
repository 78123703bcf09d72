import type { Compositor, Front, ReplayReader, VideoFrame } from '../../media/index.js';
import { createHeadlessOverlay, type HeadlessOverlay } from '../../overlay-client/index.js';
import type { ChannelScene, GraphicState, TrackingFrame, UnderFeet } from '../../protocol/index.js';
import { FrontOf } from '../front.js';

/** What is drawn on a recording, if anything. */
export type Drawn =
  | 'none'
  | {
      /** As recorded, or these. */
      readonly graphics: 'recorded' | readonly GraphicState[];
      /** As it is known now: a start list or course that came after the recording began belongs to all of it. */
      readonly scene: ChannelScene;
      /** What the operator has pointed out of the ground. */
      readonly underFeet: UnderFeet;
    };

/** Frames taken in at a stretch before others in this process get their turn. */
const STRETCH = 200;

/**
 * Graphics of a recording, drawn again from its TrackingFrames. Any frame can be asked for; what graphics remember (the race so far, paths) is taken
 * in from the recording's beginning, as it was live.
 */
export class Redraw {
  private next = 0;
  private firstUs = -1;
  private front = new FrontOf();

  private constructor(
    private readonly reader: ReplayReader,
    private readonly drawn: Drawn,
    private readonly overlay: HeadlessOverlay | null,
  ) {}

  /** @throws Error where the drawing library cannot be loaded, MediaError while nothing is recorded. */
  static async open(reader: ReplayReader, drawn: Drawn): Promise<Redraw> {
    return new Redraw(reader, drawn, drawn === 'none' ? null : await createHeadlessOverlay(sceneOf(reader.scene, drawn.scene)));
  }

  /** Draws over a picture what belongs on it; ground graphics run under people as they did live. @param index place in the reader's frames. */
  async over(picture: Pick<VideoFrame, 'native'>, compositor: Compositor, index: number): Promise<void> {
    const { overlay, reader } = this;
    const frame = reader.frames[index];
    if (!overlay || !frame) return;
    // The buffer's oldest frames roll away, and with them every place moves down.
    const firstUs = reader.frames[0]?.mediaTimeUs ?? 0;
    if (firstUs !== this.firstUs) this.next = this.firstUs < 0 ? 0 : Math.max(0, reader.at(this.lastUs) + 1);
    this.firstUs = firstUs;
    if (index < this.next - 1) this.next = 0;
    if (this.next === 0) this.front = new FrontOf();
    for (; this.next < index; this.next++) {
      const passed = reader.frames[this.next]!;
      overlay.observe(passed.tracking, this.states(passed.graphics));
      this.frontOf(passed.tracking);
      if (this.next % STRETCH === STRETCH - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    this.next = index + 1;
    this.lastUs = frame.mediaTimeUs;
    compositor.blend(picture, overlay.render(frame.tracking, this.states(frame.graphics)), this.frontOf(frame.tracking));
  }

  private frontOf(tracking: TrackingFrame): Front {
    return this.front.next(tracking, this.drawn === 'none' ? undefined : this.drawn.underFeet);
  }

  private lastUs = -1;

  close(): void {
    this.overlay?.close();
  }

  private states(recorded: readonly GraphicState[]): readonly GraphicState[] {
    return this.drawn === 'none' || this.drawn.graphics === 'recorded' ? recorded : this.drawn.graphics;
  }
}

/** What is known of the channel now, in pictures of the size that was recorded. */
function sceneOf({ width, height, fps }: ChannelScene, now: ChannelScene): ChannelScene {
  return { ...now, width, height, fps };
}
