import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { Size } from '../../protocol/index.js';
import { Cdp, type Params } from './cdp.js';
import type { Chromium } from './chromium.js';
import { decodePng, isRgbaPng } from './png.js';

const ANSWER_MS = 10_000;
/** For one picture of what is looked at before the page. */
const LOOK_MS = 1_000;
/** Until the page shows the channel's state. */
const READY_MS = 20_000;
const CLOSE_MS = 1_000;
/** Of what the browser says on its standard error. */
const WORDS_MAX = 4_000;
/** As long its last words may take after its end. */
const WORDS_MS = 50;
/** A frame that is put out of the picture is out of it so much later, at the latest. */
const SETTLE_MS = 150;
const PAGE_BYTES = 4096;
/** Less of the processor than the channel by so much: a third of what is left when there is not enough for both. */
const NICER = 5;

/**
 * Transparent pictures cost a third less put together by the processor than by a GPU that is none; WebGL works all the same. Every graphic gets a process of
 * its own, so that one that hangs or crashes is alone. Nothing is reached but our own server: everything else goes to a proxy that is not there.
 */
const flags = (origin: string): string[] => [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--mute-audio',
  '--hide-scrollbars',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-crash-reporter',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-quic',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-gpu-compositing',
  '--in-process-gpu',
  '--ignore-gpu-blocklist',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--site-per-process',
  '--enable-features=IsolateSandboxedIframes:grouping/per-document',
  '--proxy-server=http://127.0.0.1:9',
  `--proxy-bypass-list=<-loopback>;${new URL(origin).host}`,
  `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(origin).hostname.replace(/^\[|\]$/g, '')}`,
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
];

export interface BrowserOptions {
  readonly chromium: Chromium;
  /** With Chromium's own sandbox around what runs in its pages; root and some containers cannot have it. */
  readonly sandbox: boolean;
  readonly profileFolder: string;
  readonly url: string;
  readonly size: Size;
  /** Pictures a second at most. */
  readonly fps: number;
  /** A picture of the page changed: PNG, 8-bit RGBA, of the size asked for. */
  readonly onPicture: (png: Buffer, shownAtMs: number) => void;
}

/** A headless Chromium that shows one page on a transparent ground and tells of every picture that is new. */
export class HostedBrowser {
  readonly #o: BrowserOptions;
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #cdp: Cdp;
  #session: string | undefined;
  #page = '';
  #words = '';
  /** A graphic's process has crashed: what the browser paints in its place is not for the air. */
  #suspects = 0;
  #ackDueMs = 0;
  #onCast: (png: Buffer, shownAtMs: number) => void = () => {};
  /** Resolves with one line when the browser is gone. */
  readonly gone: Promise<string>;
  /** Colours in the pictures are premultiplied by their coverage. */
  isPremultiplied = true;

  /** @throws Error with one line when it does not come up; nothing is left behind then. */
  static async open(options: BrowserOptions): Promise<HostedBrowser> {
    const browser = new HostedBrowser(options);
    try {
      await browser.#setUp();
      return browser;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  private constructor(options: BrowserOptions) {
    this.#o = options;
    const { chromium, sandbox, profileFolder, url } = options;
    rmSync(profileFolder, { recursive: true, force: true });
    mkdirSync(profileFolder, { recursive: true });
    this.#profile = mkdtempSync(join(profileFolder, 'profile-'));
    const outside = sandbox ? [] : ['--no-sandbox', '--no-zygote'];
    this.#child = spawn(chromium.program, [...flags(url), ...outside, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...chromium.env },
    });
    // The live picture comes first.
    if (this.#child.pid !== undefined) lowerPriority(this.#child.pid);
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#words = (this.#words + bytes.toString()).slice(-WORDS_MAX);
    });
    const [out, input] = [this.#child.stdio[3], this.#child.stdio[4]];
    if (!(out instanceof Writable && input instanceof Readable)) throw new Error('the browser has no pipes');
    this.#cdp = new Cdp(out, input, (method, params, session) => this.#receive(method, params, session));
    this.gone = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`the browser does not start: ${error.message}`));
      this.#child.once('exit', (code, signal) => {
        const tell = (): void => resolve(`the browser ended (${signal ?? `exit code ${code}`}${this.#lastWords()})`);
        setTimeout(tell, WORDS_MS);
      });
    });
    void this.gone.then((line) => this.#cdp.close(new Error(line)));
  }

  /** Whether the page answers and is in touch with the server. */
  async isWell(withinMs: number): Promise<boolean> {
    return (await this.#evaluate('globalThis.hostedPage?.connected === true', withinMs)) === true;
  }

  /** Takes the picture once more: while much changes, the browser may leave out the last one. */
  async refresh(): Promise<void> {
    await this.#ask('Page.stopScreencast');
    await this.#cast();
  }

  /** Memory of its own in all its processes; 0 where the machine does not tell. */
  async memoryBytes(withinMs: number): Promise<number> {
    if (process.platform !== 'linux') return 0;
    const { processInfo } = ProcessInfo.parse(await this.#cdp.send('SystemInfo.getProcessInfo', {}, undefined, withinMs));
    let sum = 0;
    for (const { id } of processInfo) {
      try {
        const [, resident = 0, shared = 0] = readFileSync(`/proc/${id}/statm`, 'utf8').split(' ').map(Number);
        sum += (resident - shared) * PAGE_BYTES;
      } catch {
        // It ended meanwhile.
      }
    }
    return sum;
  }

  /** Ends it and removes its files. */
  async close(): Promise<void> {
    this.#onCast = () => {};
    this.#child.kill('SIGKILL');
    await Promise.race([this.gone, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }

  async #setUp(): Promise<void> {
    const { targetInfos } = Targets.parse(await this.#cdp.send('Target.getTargets', {}, undefined, READY_MS));
    this.#page = targetInfos.find(({ type }) => type === 'page')?.targetId ?? '';
    const attached = await this.#cdp.send('Target.attachToTarget', { targetId: this.#page, flatten: true }, undefined, ANSWER_MS);
    this.#session = z.object({ sessionId: z.string() }).parse(attached).sessionId;
    await this.#cdp.send('Target.setDiscoverTargets', { discover: true }, undefined, ANSWER_MS);
    await this.#ask('Page.enable');
    await this.#ask('Emulation.setDeviceMetricsOverride', { ...this.#o.size, deviceScaleFactor: 1, mobile: false });
    await this.#ask('Emulation.setDefaultBackgroundColorOverride', { color: { r: 0, g: 0, b: 0, a: 0 } });
    this.isPremultiplied = await this.#lookAtHalf();
    await this.#ask('Page.navigate', { url: this.#o.url });
    const untilMs = performance.now() + READY_MS;
    while (!(await this.isWell(ANSWER_MS))) {
      if (performance.now() > untilMs) throw new Error(`its page does not reach the server at ${new URL(this.#o.url).host}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#onCast = this.#o.onPicture;
    await this.#cast();
  }

  /** Shows a half covered white and looks at what comes out. @returns whether it is premultiplied. @throws Error where it is not transparent. */
  async #lookAtHalf(): Promise<boolean> {
    const { size } = this.#o;
    const { frameTree } = FrameTree.parse(await this.#ask('Page.getFrameTree'));
    const html = '<body style="margin:0;height:100vh;background:rgba(255,255,255,0.502)">';
    await this.#ask('Page.setDocumentContent', { frameId: frameTree.frame.id, html });
    const pixels = new Uint8Array(size.width * size.height * 4);
    const untilMs = performance.now() + ANSWER_MS;
    while (performance.now() < untilMs) {
      const seen = new Promise<Buffer | null>((resolve) => {
        this.#onCast = resolve;
        setTimeout(resolve, LOOK_MS, null);
      });
      await this.refresh();
      const png = await seen;
      if (!png) continue;
      decodePng(png, size, pixels, new Uint8Array(size.height));
      const [white = 0, , , alpha = 0] = pixels.subarray((size.height >> 1) * size.width * 4);
      // The first pictures may be of the empty page before.
      if (alpha < 120 || alpha > 136) continue;
      return white < 200;
    }
    throw new Error('it gives no pictures on a transparent ground');
  }

  async #cast(): Promise<void> {
    await this.#ask('Page.startScreencast', { format: 'png', maxWidth: this.#o.size.width, maxHeight: this.#o.size.height });
  }

  #receive(method: string, params: Params, session: string | undefined): void {
    if (method === 'Target.targetCrashed') this.#crashed(params);
    if (method !== 'Page.screencastFrame' || session !== this.#session) return;
    const frame = ScreencastFrame.safeParse(params);
    if (!frame.success) return;
    this.#acknowledge(frame.data.sessionId);
    const png = Buffer.from(frame.data.data, 'base64');
    if (this.#suspects === 0 && isRgbaPng(png, this.#o.size))
      this.#onCast(png, (frame.data.metadata.timestamp ?? Date.now() / 1000) * 1000);
  }

  /** The browser goes on with the next picture at this word: it takes no more than are wanted. */
  #acknowledge(castSession: number): void {
    const nowMs = performance.now();
    this.#ackDueMs = Math.max(nowMs, this.#ackDueMs + 1000 / this.#o.fps);
    const say = (): void => void this.#ask('Page.screencastFrameAck', { sessionId: castSession }).catch(() => {});
    setTimeout(say, this.#ackDueMs - nowMs);
  }

  /** In the place of a frame whose process has crashed the browser paints grey: nothing is taken until the page has put it away. */
  #crashed(params: Params): void {
    if (params['targetId'] === this.#page) {
      this.#child.kill('SIGKILL');
      return;
    }
    this.#suspects += 1;
    void this.#evaluate('globalThis.hostedPage?.check()', ANSWER_MS)
      .catch(() => {})
      .then(() => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)))
      .finally(() => {
        this.#suspects -= 1;
        void this.refresh().catch(() => {});
      });
  }

  async #evaluate(expression: string, withinMs: number): Promise<unknown> {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    return Evaluated.parse(await this.#cdp.send('Runtime.evaluate', asked, this.#session, withinMs)).result.value;
  }

  async #ask(method: string, params: Params = {}): Promise<Params> {
    return await this.#cdp.send(method, params, this.#session, ANSWER_MS);
  }

  #lastWords(): string {
    const line = this.#words.trim().split('\n').at(-1) ?? '';
    return line === '' ? '' : `: ${line.replace(/^\[[^\]]*\]\s*/, '').slice(0, 160)}`;
  }
}

const Targets = z.object({ targetInfos: z.array(z.object({ targetId: z.string(), type: z.string() })) });
const FrameTree = z.object({ frameTree: z.object({ frame: z.object({ id: z.string() }) }) });
const Evaluated = z.object({ result: z.object({ value: z.unknown().optional() }) });
const ProcessInfo = z.object({ processInfo: z.array(z.object({ id: z.number().int() })) });
const ScreencastFrame = z.object({ data: z.string(), sessionId: z.number(), metadata: z.object({ timestamp: z.number().optional() }) });

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority() + NICER));
  } catch {
    // It has ended already; or the machine does not allow it.
  }
}
