import type { GraphicState, Size } from '../../../protocol/index.js';
import { HOSTED } from '../../graphics/registry.js';
import { type Answer, type Method, readAnswer } from './foreign-calls.js';

/** A graphic that does not answer within this is said to hang; the others go on. */
const ANSWER_MS = 5_000;
/** As much time has a frame to come up. */
const READY_MS = 10_000;

/** Told about a hosted graphic that fails: its id on the channel, and one line. */
export type Report = (graphic: string, line: string) => void;

/**
 * Others' OGraf graphics in the overlay, each in a sandboxed frame of its own over the canvas, in the order of the rundown. The channel's state is the
 * truth: what a graphic is told follows from how its state changed, and a page that reloads brings it to where it was, without animation.
 */
export class ForeignGraphics {
  readonly #container: HTMLElement;
  readonly #picture: Size;
  readonly #report: Report;
  readonly #live = new Map<string, Foreign>();

  constructor(container: HTMLElement, picture: Size, report: Report) {
    this.#container = container;
    this.#picture = picture;
    this.#report = report;
  }

  set(graphics: readonly GraphicState[]): void {
    const wanted = graphics.filter(({ type }) => type.startsWith(HOSTED));
    for (const [id, foreign] of this.#live) {
      if (wanted.some((state) => state.id === id && state.type === foreign.state.type)) continue;
      foreign.close();
      this.#live.delete(id);
    }
    for (const [order, state] of wanted.entries()) {
      let foreign = this.#live.get(state.id);
      if (foreign) foreign.follow(state);
      else {
        foreign = new Foreign(state, this.#picture, (line) => this.#report(state.id, line));
        this.#live.set(state.id, foreign);
        this.#container.append(foreign.frame);
      }
      foreign.frame.style.zIndex = `${order + 1}`;
    }
  }

  close(): void {
    for (const foreign of this.#live.values()) foreign.close();
    this.#live.clear();
  }
}

class Foreign {
  readonly frame = document.createElement('iframe');
  state: GraphicState;
  readonly #report: (line: string) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  /** Calls are made in order; a later one does not wait for the answer to an earlier one, but for the load. */
  readonly #loaded: Promise<boolean>;
  #calls = 0;
  readonly #receive = (event: MessageEvent): void => {
    const answer = event.source === this.frame.contentWindow ? readAnswer(event.data) : undefined;
    if (!answer) return;
    this.#waiting.get(answer.answers)?.(answer);
    this.#waiting.delete(answer.answers);
  };

  constructor(state: GraphicState, resolution: Size, report: (line: string) => void) {
    this.state = state;
    this.#report = report;
    this.frame.setAttribute('sandbox', 'allow-scripts');
    this.frame.setAttribute('aria-hidden', 'true');
    this.frame.tabIndex = -1;
    this.frame.src = `/ograf/run/${encodeURIComponent(state.type.slice(HOSTED.length))}`;
    addEventListener('message', this.#receive);
    const { data } = state;
    const renderCharacteristics = { resolution, accessToPublicInternet: false };
    this.#loaded = this.#answer(0, READY_MS, 'it does not come up')
      .then((ready) => ready && this.#ask('load', { data, renderType: 'realtime', renderCharacteristics }))
      .then((loaded) => {
        if (loaded && this.state.on) this.#call('playAction', { goto: this.state.step, skipAnimation: true });
        return loaded;
      });
  }

  follow(state: GraphicState): void {
    const before = this.state;
    this.state = state;
    if (JSON.stringify(before.data) !== JSON.stringify(state.data)) this.#call('updateAction', { data: state.data });
    if (state.on && (!before.on || before.step !== state.step)) this.#call('playAction', { goto: state.step });
    if (!state.on && before.on) this.#call('stopAction', {});
  }

  close(): void {
    void this.#ask('dispose', {}).finally(() => {
      removeEventListener('message', this.#receive);
      this.frame.remove();
    });
  }

  #call(method: Method, params: object): void {
    void this.#loaded.then((loaded) => loaded && this.#ask(method, params));
  }

  async #ask(method: Method, params: object): Promise<boolean> {
    const id = ++this.#calls;
    const answered = this.#answer(id, ANSWER_MS, `${method}() gives no answer within ${ANSWER_MS / 1000} s`);
    this.frame.contentWindow?.postMessage({ id, method, params }, '*');
    return await answered;
  }

  /** Whether the call with this number was answered well and in time; what went wrong is reported. */
  async #answer(id: number, withinMs: number, silence: string): Promise<boolean> {
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => resolve({ statusCode: 504, statusMessage: silence }), withinMs);
      this.#waiting.set(id, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    if (answer.statusCode < 300) return true;
    this.#report(answer.statusMessage || `it answers ${answer.statusCode}`);
    return false;
  }
}
