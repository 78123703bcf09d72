import type { GraphicState, Size } from '../../../protocol/index.js';
import { HOSTED } from '../../graphics/registry.js';
import { type Answer, type Method, READY, readAnswer, THREW } from './foreign-calls.js';

/** A graphic that does not answer within this is said to hang; the others go on. */
const ANSWER_MS = 5_000;
/** As much time has a frame to come up. */
const READY_MS = 10_000;
/** A frame is asked so often whether it is there; one that was silent for so long is hidden, and after a few times that begun anew. */
const PING_EVERY_MS = 500;
const SILENT_MS = 1_500;
const GIVE_UP_MS = 5_000;
/** When there is reason to doubt it. */
const CHECK_MS = 300;
const BACK_OFF_MS = { first: 2_000, last: 60_000 };
/** A frame that was well for so long is begun anew soon again. */
const HEALTHY_AFTER_MS = 60_000;
const SILENCE = 'it does not answer any more: its script hangs or has crashed';

/** What is wrong in one line, '' once it works. */
export type Report = (line: string) => void;
type Asked = Method | 'ready';

/** One hosted graphic in its frame, kept as its state says. */
export class ForeignFrame {
  state: GraphicState;
  readonly #container: HTMLElement;
  readonly #resolution: Size;
  readonly #report: Report;
  #order: number;
  #frame: HTMLIFrameElement;
  #waiting = new Map<number, (answer: Answer) => void>();
  /** Calls are made in order; a later one does not wait for the answer to an earlier one, but for the load. */
  #loaded: Promise<boolean>;
  /** What went wrong and was not put right since, the newest last. */
  readonly #wrong = new Map<Asked | 'between calls', string>();
  #calls = 0;
  #closed = false;
  #watch: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #startedAtMs = 0;
  #backOffMs = BACK_OFF_MS.first;
  readonly #receive = (event: MessageEvent): void => {
    const answer = event.source !== null && event.source === this.#frame.contentWindow ? readAnswer(event.data) : undefined;
    if (!answer) return;
    if (answer.answers === THREW) this.#fails('between calls', answer.statusMessage);
    this.#waiting.get(answer.answers)?.(answer);
    this.#waiting.delete(answer.answers);
  };

  /** @param order the higher, the nearer */
  constructor(container: HTMLElement, state: GraphicState, order: number, resolution: Size, report: Report) {
    this.state = state;
    this.#container = container;
    this.#order = order;
    this.#resolution = resolution;
    this.#report = report;
    addEventListener('message', this.#receive);
    this.#frame = this.#show();
    this.#loaded = this.#load();
  }

  follow(state: GraphicState, order: number): void {
    const before = this.state;
    this.state = state;
    this.#order = order;
    this.#frame.style.zIndex = `${order}`;
    if (JSON.stringify(before.data) !== JSON.stringify(state.data)) this.#call('updateAction', { data: state.data });
    if (state.on && (!before.on || before.step !== state.step)) this.#call('playAction', { goto: state.step });
    if (!state.on && before.on) this.#call('stopAction', {});
  }

  /** Hides the frame unless it answers at once. */
  async check(): Promise<void> {
    if (this.#watch === undefined) return;
    let late: ReturnType<typeof setTimeout> | undefined;
    const silent = new Promise<boolean>((resolve) => {
      late = setTimeout(resolve, CHECK_MS, false);
    });
    if (!(await Promise.race([this.#ask('ping', {}), silent]))) this.#frame.style.visibility = 'hidden';
    clearTimeout(late);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    clearTimeout(this.#again);
    const answered = this.#ask('dispose', {});
    const late = new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    void Promise.race([answered, late]).finally(() => {
      removeEventListener('message', this.#receive);
      this.#frame.remove();
    });
  }

  #show(): HTMLIFrameElement {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.setAttribute('aria-hidden', 'true');
    frame.tabIndex = -1;
    frame.style.zIndex = `${this.#order}`;
    frame.style.visibility = 'hidden';
    frame.src = `/ograf/run/${encodeURIComponent(this.state.type.slice(HOSTED.length))}`;
    this.#container.append(frame);
    return frame;
  }

  async #load(): Promise<boolean> {
    this.#startedAtMs = performance.now();
    const { data } = this.state;
    const renderCharacteristics = { resolution: this.#resolution, accessToPublicInternet: false };
    if (!(await this.#answer(READY, 'ready', READY_MS, 'it does not come up: is its package still there?'))) return false;
    if (!this.#closed) this.#stayInTouch();
    const loaded = await this.#ask('load', { data, renderType: 'realtime', renderCharacteristics });
    if (loaded && this.state.on) this.#call('playAction', { goto: this.state.step, skipAnimation: true });
    return loaded;
  }

  /** What a frame that hangs shows last would stay on air, and what a browser paints in place of a crashed one would go there. */
  #stayInTouch(): void {
    const frame = this.#frame;
    frame.style.visibility = 'visible';
    let isSilent = false;
    let heardAtMs = performance.now();
    let askedAtMs = heardAtMs;
    const heard = (isThere: boolean): void => {
      if (!isThere || frame !== this.#frame) return;
      heardAtMs = performance.now();
      isSilent = false;
      frame.style.visibility = 'visible';
    };
    this.#watch = setInterval(() => {
      const nowMs = performance.now();
      // A page that was itself kept from running has heard nobody.
      if (nowMs - askedAtMs > 2 * PING_EVERY_MS) heardAtMs += nowMs - askedAtMs;
      askedAtMs = nowMs;
      if (!isSilent && nowMs - heardAtMs > SILENT_MS) {
        isSilent = true;
        frame.style.visibility = 'hidden';
        this.#fails('ping', SILENCE);
      }
      if (nowMs - heardAtMs > GIVE_UP_MS) this.#beginAnew();
      else void this.#ask('ping', {}).then(heard);
    }, PING_EVERY_MS);
  }

  /** Takes the frame away, which ends its script, and puts another in its place after a while. */
  #beginAnew(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#frame.remove();
    this.#waiting = new Map();
    this.#wrong.clear();
    this.#wrong.set('ping', SILENCE);
    if (performance.now() - this.#startedAtMs > HEALTHY_AFTER_MS) this.#backOffMs = BACK_OFF_MS.first;
    this.#loaded = Promise.resolve(false);
    this.#again = setTimeout(() => {
      this.#frame = this.#show();
      this.#loaded = this.#load();
    }, this.#backOffMs);
    this.#backOffMs = Math.min(2 * this.#backOffMs, BACK_OFF_MS.last);
  }

  #call(method: Method, params: object): void {
    void this.#loaded.then((loaded) => loaded && !this.#closed && this.#ask(method, params));
  }

  async #ask(method: Method, params: object): Promise<boolean> {
    const id = ++this.#calls;
    const answered = this.#answer(
      id,
      method,
      ANSWER_MS,
      method === 'ping' ? SILENCE : `${method}() gives no answer within ${ANSWER_MS / 1000} s`,
    );
    this.#frame.contentWindow?.postMessage({ id, method, params }, '*');
    return await answered;
  }

  /** Whether the call with this number was answered well. One that is late is told of; a load that is late still counts when it comes. */
  async #answer(id: number, asked: Asked, withinMs: number, silence: string): Promise<boolean> {
    const waiting = this.#waiting;
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => {
        // Of a frame that is no more nothing is awaited.
        if (waiting === this.#waiting) this.#fails(asked, silence);
        if (asked === 'ready' || asked === 'load') return;
        waiting.delete(id);
        resolve({ statusCode: 504, statusMessage: silence });
      }, withinMs);
      waiting.set(id, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    if (waiting !== this.#waiting) return false;
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
    const wasWrong = this.#wrong.delete(asked);
    if (asked === 'playAction') this.#wrong.delete('between calls');
    if (asked === 'ready' || (asked === 'ping' && !wasWrong)) return;
    if (!this.#closed) this.#report([...this.#wrong.values()].at(-1) ?? '');
  }
}
