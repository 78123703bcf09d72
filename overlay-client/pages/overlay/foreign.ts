import type { GraphicState, Size } from '../../../protocol/index.js';
import { HOSTED } from '../../graphics/registry.js';
import { type Answer, type Method, READY, readAnswer, THREW } from './foreign-calls.js';

/** A graphic that does not answer within this is said to hang; the others go on. */
const ANSWER_MS = 5_000;
/** As much time has a frame to come up. */
const READY_MS = 10_000;

/** Told how a hosted graphic fares: its id on the channel, and what is wrong in one line, '' once it works, null once it is gone. */
export type Report = (graphic: string, line: string | null) => void;

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
      this.#report(id, null);
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
  /** What went wrong and was not put right since, the newest last. */
  readonly #wrong = new Map<Asked | 'between calls', string>();
  #calls = 0;
  #closed = false;
  readonly #receive = (event: MessageEvent): void => {
    const answer = event.source === this.frame.contentWindow ? readAnswer(event.data) : undefined;
    if (!answer) return;
    if (answer.answers === THREW) this.#fails('between calls', answer.statusMessage);
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
    this.#loaded = this.#answer(READY, 'ready', READY_MS, 'it does not come up: is its package still there?')
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
    this.#closed = true;
    const answered = this.#ask('dispose', {});
    const late = new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    void Promise.race([answered, late]).finally(() => {
      removeEventListener('message', this.#receive);
      this.frame.remove();
    });
  }

  #call(method: Method, params: object): void {
    void this.#loaded.then((loaded) => loaded && !this.#closed && this.#ask(method, params));
  }

  async #ask(method: Method, params: object): Promise<boolean> {
    const id = ++this.#calls;
    const answered = this.#answer(id, method, ANSWER_MS, `${method}() gives no answer within ${ANSWER_MS / 1000} s`);
    this.frame.contentWindow?.postMessage({ id, method, params }, '*');
    return await answered;
  }

  /** Whether the call with this number was answered well. One that is late is told of; a load that is late still counts when it comes. */
  async #answer(id: number, asked: Asked, withinMs: number, silence: string): Promise<boolean> {
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => {
        this.#fails(asked, silence);
        if (asked === 'ready' || asked === 'load') return;
        this.#waiting.delete(id);
        resolve({ statusCode: 504, statusMessage: silence });
      }, withinMs);
      this.#waiting.set(id, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    const isWell = answer.statusCode < 300;
    if (isWell) this.#works(asked);
    else this.#fails(asked, answer.statusMessage || `${asked} answers ${answer.statusCode}`);
    return isWell;
  }

  #fails(asked: Asked | 'between calls', line: string): void {
    if (this.#closed) return;
    this.#wrong.delete(asked);
    this.#wrong.set(asked, line);
    this.#report(line);
  }

  /** A call that is answered well puts right what the same one spoilt, and one that plays the graphic what it did of itself before. */
  #works(asked: Asked): void {
    this.#wrong.delete(asked);
    if (asked === 'playAction') this.#wrong.delete('between calls');
    if (!this.#closed && asked !== 'ready') this.#report([...this.#wrong.values()].at(-1) ?? '');
  }
}

type Asked = Method | 'ready';
