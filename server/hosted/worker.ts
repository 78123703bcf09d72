import { setTimeout as sleep } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Bands } from './bands.js';
import { HostedBrowser } from './browser.js';
import { type Chromium, readyChromium } from './chromium.js';
import type { FromHosted, HostedStart, ToHosted } from './messages.js';

/** How often the page is asked whether it is well, and how long it may take to say so. */
const ASK_EVERY_MS = 200;
const WELL_WITHIN_MS = 1_000;
/** A page that did not answer for so long is given up, and the browser with it. */
const GIVE_UP_MS = 5_000;
/** A picture that nothing followed for so long is taken once more. */
const QUIET_MS = 120;
/** Pictures on their way to a channel: it composites, and need not have answered for one when the next comes. */
const UNDERWAY_MAX = 2;
const MEMORY_EVERY_MS = 5_000;
const MEMORY_MAX_BYTES = 1.5e9;
const BACK_OFF_MS = { first: 1_000, last: 30_000 };
/** A browser that ran this long is taken as healthy: the back-off starts anew. */
const HEALTHY_AFTER_MS = 60_000;

/** Entry of the thread that has a channel's browser: keeps it running, and hands its pictures on, the newest first. */
class HostedThread {
  readonly #port: MessagePort;
  readonly #start: HostedStart;
  #browser: HostedBrowser | null = null;
  #closed = false;
  #restarts = 0;
  #sandbox = process.getuid?.() !== 0;
  #bands: Bands | null = null;
  #newest: { png: Buffer; shownAtMs: number } | null = null;
  #superseded = 0;
  /** Pictures sent that the channel has not taken over yet. */
  #underway = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(port: MessagePort, start: HostedStart) {
    this.#port = port;
    this.#start = start;
    port.on('message', (message: ToHosted) => {
      if (message.type === 'close') void this.#close();
      else {
        this.#underway -= 1;
        this.#work();
      }
    });
  }

  async run(): Promise<void> {
    let chromium: Chromium;
    try {
      chromium = await readyChromium(this.#start.chromiumFolder);
    } catch (error) {
      this.#problem(lineOf(error));
      return;
    }
    if (!this.#sandbox) this.#sayUnboxed('this is root');
    let backOffMs = BACK_OFF_MS.first;
    while (!this.#closed) {
      const startedMs = performance.now();
      const why = await this.#runOnce(chromium);
      if (this.#closed) return;
      if (this.#sandbox && /sandbox/i.test(why)) {
        this.#sandbox = false;
        this.#sayUnboxed('this machine does not let it');
        continue;
      }
      if (performance.now() - startedMs > HEALTHY_AFTER_MS) backOffMs = BACK_OFF_MS.first;
      this.#restarts += 1;
      this.#problem(`${why}; another try in ${backOffMs / 1000} s`);
      await sleep(backOffMs);
      backOffMs = Math.min(2 * backOffMs, BACK_OFF_MS.last);
    }
  }

  /** @returns one line: why it is over. */
  async #runOnce(chromium: Chromium): Promise<string> {
    const { profileFolder, url, size, fps } = this.#start;
    this.#newest = null;
    this.#bands = null;
    try {
      const onPicture = (png: Buffer, shownAtMs: number): void => this.#take(png, shownAtMs);
      const browser = await HostedBrowser.open({ chromium, sandbox: this.#sandbox, profileFolder, url, size, fps, onPicture });
      this.#browser = browser;
      if (this.#closed) return '';
      this.#bands = new Bands(size, browser.isPremultiplied);
      this.#problem('');
      this.#work();
      return await Promise.race([browser.gone, this.#watch(browser)]);
    } catch (error) {
      return lineOf(error);
    } finally {
      clearTimeout(this.#quiet);
      await this.#browser?.close();
      this.#browser = null;
    }
  }

  /** @returns why the browser is to be given up. */
  async #watch(browser: HostedBrowser): Promise<string> {
    let wellAtMs = performance.now();
    let weighedAtMs = wellAtMs;
    while (performance.now() - wellAtMs < GIVE_UP_MS) {
      const isWell = await browser.isWell(WELL_WITHIN_MS).catch(() => false);
      if (isWell) {
        wellAtMs = performance.now();
        this.#say({ type: 'alive' });
      }
      if (isWell && wellAtMs - weighedAtMs > MEMORY_EVERY_MS) {
        weighedAtMs = wellAtMs;
        const bytes = await browser.memoryBytes(WELL_WITHIN_MS).catch(() => 0);
        if (bytes > MEMORY_MAX_BYTES) return `the browser takes ${Math.round(bytes / 1e6)} MB`;
      }
      await sleep(ASK_EVERY_MS);
    }
    return 'the browser’s page does not answer';
  }

  #take(png: Buffer, shownAtMs: number): void {
    if (this.#newest) this.#superseded += 1;
    this.#newest = { png, shownAtMs };
    // Those that came with it first: only the newest is looked at.
    setImmediate(() => this.#work());
  }

  #work(): void {
    const newest = this.#newest;
    if (this.#underway >= UNDERWAY_MAX || !newest || !this.#bands) return;
    this.#newest = null;
    const bands = this.#bands.take(newest.png);
    if (!bands) return;
    this.#underway += 1;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#browser?.refresh().catch(() => {}), QUIET_MS);
    const message: FromHosted = {
      type: 'picture',
      bands,
      superseded: this.#superseded,
      delayMs: Math.max(0, Date.now() - newest.shownAtMs),
    };
    this.#port.postMessage(
      message,
      bands.flatMap(({ rgba }) => (rgba ? [rgba.buffer] : [])),
    );
  }

  #sayUnboxed(why: string): void {
    console.error(`leaderline: others’ graphics run without Chromium’s own sandbox around them: ${why}`);
  }

  #problem(line: string): void {
    this.#say({ type: 'problem', line, restarts: this.#restarts });
  }

  #say(message: FromHosted): void {
    this.#port.postMessage(message);
  }

  async #close(): Promise<void> {
    this.#closed = true;
    await this.#browser?.close();
    process.exit();
  }
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

if (parentPort) await new HostedThread(parentPort, workerData as HostedStart).run();
