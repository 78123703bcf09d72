import type { ChannelScene, GraphicState, Point, TrackingFrame } from '../../../protocol/index.js';
import type { BrowserOverlay } from '../../browser.js';
import { find, say } from '../shared/dom.js';
import { fetchNewer, type StillPicture } from '../shared/still.js';
import { previewed, settled } from './desk.js';

/** Frames kept until their picture is there; more than this (a frozen preview) and the oldest fall off. */
const WAITING_MAX = 1500;
const STILL_EVERY_MS = 130;
const AFTER_FAILURE_MS = 1500;
/** As wide as the preview's graphics are drawn, pixels. */
const DRAWN_WIDTH = 960;

/**
 * The preview: the camera's picture with graphics drawn over it by this page, edits that are not on air included. Picture and positions are of the same
 * frame. It can be frozen.
 */
export class Preview {
  /** The frame that is shown. */
  frame: TrackingFrame | undefined;
  frozen = false;
  /** Media time of the newest frame that came, shown or not. */
  newestUs = 0;
  readonly #channel: string;
  readonly #image = find('#preview', HTMLImageElement);
  readonly #onShow: () => void;
  #waiting: TrackingFrame[] = [];
  #overlay: BrowserOverlay | undefined;
  #scene: ChannelScene | undefined;
  #graphics: readonly GraphicState[] = [];
  #picture: string | undefined;
  /** Frame of the picture that is shown. */
  #shownUs = Number.NaN;

  /** @param onShow called after every frame that is shown */
  constructor(channel: string, onShow: () => void) {
    this.#channel = channel;
    this.#onShow = onShow;
    void this.#run();
  }

  push(frame: TrackingFrame): void {
    if (frame.discontinuity) this.#waiting = [];
    this.#waiting.push(frame);
    this.newestUs = frame.mediaTimeUs;
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    // A picture that came, or was frozen, before any positions has none to be clicked on yet.
    if (!this.frame) this.#catchUp();
  }

  /** @param alsoOn graphics shown as if they were on air */
  setGraphics(scene: ChannelScene, graphics: readonly GraphicState[], alsoOn: readonly string[]): void {
    this.#graphics = previewed(graphics, alsoOn);
    const same = JSON.stringify(scene) === JSON.stringify(this.#scene);
    this.#scene = scene;
    if (!same) void this.#remake(scene);
    else this.#draw();
  }

  freeze(frozen: boolean): void {
    this.frozen = frozen;
    say(find('#freeze-state', HTMLElement), frozen ? 'Frozen' : 'Live');
    find('#freeze', HTMLButtonElement).setAttribute('aria-pressed', `${frozen}`);
    find('.monitor.preview', HTMLElement).dataset['frozen'] = `${frozen}`;
  }

  /** Where in the source picture a pointer is, continuous pixels; undefined while nothing is shown. */
  pixelAt(clientX: number, clientY: number): Point | undefined {
    const frame = this.frame;
    const box = find('#marks', HTMLCanvasElement).getBoundingClientRect();
    if (!frame || box.width === 0) return undefined;
    return { x: ((clientX - box.left) / box.width) * frame.width, y: ((clientY - box.top) / box.height) * frame.height };
  }

  async #remake(scene: ChannelScene): Promise<void> {
    const { createBrowserOverlay } = await import('../shared/overlay-chunk.js');
    if (this.#scene !== scene) return;
    const canvas = document.createElement('canvas');
    canvas.id = 'preview-graphics';
    canvas.setAttribute('aria-hidden', 'true');
    const width = Math.min(DRAWN_WIDTH, scene.width);
    const height = Math.round((scene.height * width) / scene.width);
    try {
      const made = await createBrowserOverlay(canvas, scene, { fontBase: '/assets/fonts/', width, height });
      if (this.#scene !== scene) {
        made.destroy();
        return;
      }
      this.#overlay?.destroy();
      this.#overlay = made;
      find('#preview-graphics', HTMLCanvasElement).replaceWith(canvas);
      this.#draw();
    } catch (error) {
      console.warn(`preview without graphics: ${String(error)}`);
    }
  }

  async #run(): Promise<void> {
    for (;;) {
      const start = performance.now();
      let pause = STILL_EVERY_MS;
      if (!document.hidden && !this.frozen) {
        try {
          // The same picture again is no work, unless positions of its frame came after it.
          const isDue = this.#waiting.some((frame) => frame.mediaTimeUs <= this.#shownUs);
          const still = await fetchNewer(this.#channel, isDue ? Number.NaN : this.#shownUs);
          if (still) await this.#take(still);
          else this.#image.dataset['state'] = 'live';
        } catch {
          this.#image.dataset['state'] = this.#image.dataset['state'] === 'live' ? 'late' : 'none';
          pause = AFTER_FAILURE_MS;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, pause - (performance.now() - start))));
    }
  }

  async #take(still: StillPicture): Promise<void> {
    const loader = new Image();
    loader.src = still.address;
    await loader.decode();
    if (!this.frozen) this.#show(still.address, still.mediaTimeUs);
    else URL.revokeObjectURL(still.address);
  }

  #show(address: string, mediaTimeUs: number): void {
    this.#image.src = address;
    this.#image.dataset['state'] = 'live';
    this.#shownUs = mediaTimeUs;
    if (this.#picture !== undefined) URL.revokeObjectURL(this.#picture);
    this.#picture = address;
    this.#catchUp();
  }

  /** Takes the positions of the picture that is shown. */
  #catchUp(): void {
    const due = this.#waiting.filter((f) => f.mediaTimeUs <= this.#shownUs);
    const next = due.at(-1);
    if (!next) return;
    this.#waiting = this.#waiting.filter((f) => f.mediaTimeUs > this.#shownUs);
    for (const frame of due.slice(0, -1)) this.#overlay?.observe(frame, this.#graphics);
    this.frame = next;
    find('#marks', HTMLCanvasElement).dataset['ready'] = 'true';
    this.#draw();
  }

  #draw(): void {
    const { frame, frozen } = this;
    // What is taken while a frame is frozen would not appear on it: for that frame it lies ahead.
    if (frame) this.#overlay?.render(frame, frozen ? settled(this.#graphics, frame.mediaTimeUs) : this.#graphics);
    this.#onShow();
  }
}
