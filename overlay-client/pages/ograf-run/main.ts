import { type Answer, type Call, isCall, READY, THREW } from '../overlay/foreign-calls.js';

/**
 * Runs one graphic of somebody else's, in a frame without an origin: it reaches nothing but its own files. Calls come from the overlay page as messages;
 * each is answered once, whatever the graphic does.
 */

const TELL_EVERY_MS = 1000;
const main = new URLSearchParams(location.search).get('main') ?? '';
let graphic: Promise<HTMLElement> | undefined;

async function create(): Promise<HTMLElement> {
  if (!main.startsWith('/ograf/packages/')) throw new Error('no graphic is named');
  const { default: Graphic } = await import(main);
  if (typeof Graphic !== 'function' || !(Graphic.prototype instanceof HTMLElement))
    throw new Error('its main module exports no class that extends HTMLElement as default');
  customElements.define('hosted-graphic', Graphic);
  const element = document.createElement('hosted-graphic');
  element.style.cssText = 'position:absolute;inset:0';
  document.body.append(element);
  return element;
}

/** A graphic may throw anything, even what cannot be put into words. */
function words(error: unknown): string {
  try {
    return String(error).slice(0, 500);
  } catch {
    return 'something without words';
  }
}

async function call({ method, params }: Call): Promise<Answer> {
  if (method === 'ping') return { statusCode: 200, statusMessage: '' };
  graphic ??= create();
  const element: object = await graphic;
  const action: unknown = Reflect.get(element, method);
  if (typeof action !== 'function') return { statusCode: 501, statusMessage: `the graphic has no ${method}()` };
  const answer: unknown = await Reflect.apply(action, element, [params]);
  if (typeof answer !== 'object' || answer === null) return { statusCode: 200, statusMessage: '' };
  const code: unknown = Reflect.get(answer, 'statusCode');
  const message: unknown = Reflect.get(answer, 'statusMessage');
  return { statusCode: typeof code === 'number' ? code : 200, statusMessage: typeof message === 'string' ? message.slice(0, 500) : '' };
}

addEventListener('message', (event) => {
  const { data, source } = event;
  if (source !== parent || !isCall(data)) return;
  call(data)
    .catch((error: unknown): Answer => ({ statusCode: 550, statusMessage: `${data.method}() threw: ${words(error)}` }))
    .then((answer) => parent.postMessage({ answers: data.id, ...answer }, '*'))
    .catch(() => {});
});
/** What a graphic throws from a timer or an event of its own. A loop that throws is told of once in a while. */
let toldAtMs = Number.NEGATIVE_INFINITY;
function threw(error: unknown): void {
  if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
  toldAtMs = performance.now();
  parent.postMessage(
    { answers: THREW, statusCode: 550, statusMessage: `threw: ${words(error)}` } satisfies Answer & { answers: number },
    '*',
  );
}
addEventListener('error', (event) => threw(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => threw(event.reason));
parent.postMessage({ answers: READY, statusCode: 200, statusMessage: 'ready' }, '*');
