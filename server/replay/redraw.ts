import type { ReplayReader } from '../../media/index.js';
import { createHeadlessOverlay, type HeadlessOverlay } from '../../overlay-client/index.js';
import type { GraphicState, OverlayRegion } from '../../protocol/index.js';

/** Which graphics are drawn: as recorded, none, or these. */
export type DrawnGraphics = 'recorded' | 'none' | readonly GraphicState[];

/** Frames taken in at a stretch before others in this process get their turn. */
const STRETCH = 200;

/**
 * Graphics of a recording, drawn again from its TrackingFrames. Any frame can be asked for; what graphics remember (the race so far, paths) is taken
 * in from the recording's beginning, as it was live.
 */
export class Redraw {
  private next = 0;
  private firstUs = -1;

  private constructor(
    private readonly reader: ReplayReader,
    private readonly graphics: DrawnGraphics,
    private readonly overlay: HeadlessOverlay | null,
  ) {}

  /** @throws Error where the drawing library cannot be loaded, MediaError while nothing is recorded. */
  static async open(reader: ReplayReader, graphics: DrawnGraphics): Promise<Redraw> {
    return new Redraw(reader, graphics, graphics === 'none' ? null : await createHeadlessOverlay(reader.scene));
  }

  /** @param index place in the reader's frames. @returns regions, valid until the next call. */
  async regions(index: number): Promise<readonly OverlayRegion[]> {
    const { overlay, reader } = this;
    const frame = reader.frames[index];
    if (!overlay || !frame) return [];
    // The buffer's oldest frames roll away, and with them every place moves down.
    const firstUs = reader.frames[0]?.mediaTimeUs ?? 0;
    if (firstUs !== this.firstUs) this.next = this.firstUs < 0 ? 0 : Math.max(0, reader.at(this.lastUs) + 1);
    this.firstUs = firstUs;
    if (index < this.next - 1) this.next = 0;
    for (; this.next < index; this.next++) {
      const passed = reader.frames[this.next]!;
      overlay.observe(passed.tracking, this.states(passed.graphics));
      if (this.next % STRETCH === STRETCH - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    this.next = index + 1;
    this.lastUs = frame.mediaTimeUs;
    return overlay.render(frame.tracking, this.states(frame.graphics));
  }

  private lastUs = -1;

  close(): void {
    this.overlay?.close();
  }

  private states(recorded: readonly GraphicState[]): readonly GraphicState[] {
    return this.graphics === 'recorded' || this.graphics === 'none' ? recorded : this.graphics;
  }
}
